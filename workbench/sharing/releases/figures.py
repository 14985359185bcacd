"""What was disclosed in a span of time, counted: for the yearly report, without any person."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from workbench.access.office import Office
from workbench.domain.action import Action
from workbench.domain.period import Period
from workbench.domain.person import Actor
from workbench.domain.release import ReleaseStep
from workbench.sharing.leaving import packages_by_demand, packages_made
from workbench.storage.sharing_tables import (
    agency,
    release_event,
    release_request,
    share_review,
    standing_share,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """An agency that was given data.

    Attributes
    ----------
    disclosures
        How many requests of it were fulfilled.
    standing
        How many approved shares it had at some time of the span.
    """

    agency: str
    kind: str
    disclosures: int
    standing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts of a span (Vehicle Code 2413 asks for the first three).

    Every package that was made counts once: for the own evidence room, released, or disclosed.

    Attributes
    ----------
    disclosures
        Requests that were fulfilled.
    recipients
        Who was given data, by name.
    purposes
        Fulfilled requests by the policy's purpose: code, title and count.
    packages
        How many packages were made for the own evidence room, released and disclosed, and how
        many of them lie under no booking number today.
    demanded
        Packages that were disclosed to courts and the defence, by the kind of demand.
    """

    period: Period
    disclosures: int
    recipients: tuple[Recipient, ...]
    purposes: tuple[dict[str, Any], ...]
    requested: int
    refused: int
    routed_to_records: int
    standing_shares: int
    packages: dict[str, int]
    demanded: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready, with times in UTC."""
        told = {name: getattr(self, name) for name in Figures.__dataclass_fields__}
        start, end = self.period.start, self.period.end
        told |= {"period": {"start": start.isoformat(), "end": end.isoformat()}}
        told |= {"purposes": list(self.purposes)}
        return told | {"recipients": [asdict(recipient) for recipient in self.recipients]}


class CountsReleases:
    """Counts disclosures.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def of(self, by: Actor, period: Period) -> Figures:
        """Return the figures of a span: each step counts in the span in which it was taken.

        Raises
        ------
        DeniedError
            If the person may not see requests.
        """
        self._office.require(by, Action.RELEASES_VIEW)
        titles = {purpose.code: purpose.title for purpose in self._office.policy.purposes}
        with self._office.engine.connect() as connection:
            steps = _steps(connection, period)
            given = _by_agency(connection, period)
            shared = _shared(connection, period)
            purposes = _purposes(connection, period)
            packages = packages_made(connection, period)
            demanded = packages_by_demand(connection, period)
            requested = connection.execute(
                select(func.count()).where(_within(release_request.c.recorded_at, period))
            ).scalar_one()
        return Figures(
            period=period,
            disclosures=steps[ReleaseStep.FULFILLED],
            recipients=tuple(
                Recipient(
                    agency=name,
                    kind=kind,
                    disclosures=given[name, kind],
                    standing=shared[name, kind],
                )
                for name, kind in sorted(given.keys() | shared.keys())
            ),
            purposes=tuple(
                {"code": code, "title": titles.get(code, code), "disclosures": count}
                for code, count in sorted(purposes.items())
            ),
            requested=requested,
            refused=steps[ReleaseStep.REFUSED],
            routed_to_records=steps[ReleaseStep.ROUTED],
            standing_shares=sum(shared.values()),
            packages=packages,
            demanded=demanded,
        )


def _within(column: Any, period: Period) -> Any:
    return and_(column >= period.start, column < period.end)


def _steps(connection: Connection, period: Period) -> Counter[str]:
    e = release_event.c
    counted = select(e.step, func.count()).where(_within(e.done_at, period)).group_by(e.step)
    return Counter(dict(connection.execute(counted).all()))


def _by_agency(connection: Connection, period: Period) -> Counter[tuple[str, str]]:
    e, r = release_event.c, release_request.c
    found = (
        select(agency.c.name, agency.c.kind, func.count())
        .select_from(release_event.join(release_request, e.request_id == r.id).join(agency))
        .where(e.step == ReleaseStep.FULFILLED, _within(e.done_at, period))
        .group_by(agency.c.name, agency.c.kind)
    )
    return Counter({(name, kind): count for name, kind, count in connection.execute(found)})


def _shared(connection: Connection, period: Period) -> Counter[tuple[str, str]]:
    s, r = standing_share.c, share_review.c
    approved = select(r.share_id).where(r.approves, r.reviewed_at < period.end)
    found = (
        select(agency.c.name, agency.c.kind, func.count())
        .select_from(standing_share.join(agency))
        .where(
            s.id.in_(approved),
            s.started_at < period.end,
            or_(s.ended_at.is_(None), s.ended_at > period.start),
        )
        .group_by(agency.c.name, agency.c.kind)
    )
    return Counter({(name, kind): count for name, kind, count in connection.execute(found)})


def _purposes(connection: Connection, period: Period) -> Counter[str]:
    given, reviewed = release_event.alias("given"), release_event.alias("reviewed")
    code = reviewed.c.details["purpose_code"].astext
    found = (
        select(code, func.count())
        .select_from(given.join(reviewed, given.c.request_id == reviewed.c.request_id))
        .where(
            given.c.step == ReleaseStep.FULFILLED,
            reviewed.c.step == ReleaseStep.REVIEWED,
            _within(given.c.done_at, period),
        )
        .group_by(code)
    )
    return Counter(dict(connection.execute(found).all()))

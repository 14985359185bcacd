"""What a purge rests on: the resolution and the attorney's consent (Government Code 34090.6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, select

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.errors import RetentionError
from workbench.policy import Policy
from workbench.policy.forms import check_number, check_words
from workbench.retention.cutoffs import rules_sha256
from workbench.storage.retention_tables import retention_authority

_a = retention_authority.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A resolution of the legislative body and the written consent of the agency's attorney.

    Attributes
    ----------
    rules_sha256
        Of the lengths in force when it was recorded: it says nothing about others.
    in_force
        Whether it is the newest and about the lengths in force, so that a purge rests on it.
    """

    id: int
    resolution: str
    resolution_date: date
    attorney: str
    consented_on: date
    rules_sha256: str
    recorded_at: datetime
    recorded_by: str
    in_force: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as certificates and the log tell it."""
        return {
            "id": self.id,
            "resolution": self.resolution,
            "resolution_date": self.resolution_date.isoformat(),
            "attorney": self.attorney,
            "consented_on": self.consented_on.isoformat(),
        }

    def as_record(self) -> dict[str, Any]:
        """Return it as those see it who list what there is."""
        return self.as_json() | {
            "recorded_at": self.recorded_at.isoformat(),
            "recorded_by": self.recorded_by,
            "in_force": self.in_force,
        }


class Authorities:
    """Records authorities and names the one that counts.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def record(
        self,
        by: Actor,
        *,
        resolution: str,
        resolution_date: date,
        attorney: str,
        consented_on: date,
    ) -> Authority:
        """Record what purges rest on from now on, for the lengths that are in force.

        Raises
        ------
        DeniedError
            If the person may not.
        RetentionError
            If something is empty or lies in the future.
        FormError
            If the resolution has no number of one, or the attorney no name.
        """
        at = self._office.require(by, Action.RETENTION_AUTHORISE)
        self._check(at, resolution, resolution_date, attorney, consented_on)
        forms = self._office.policy.forms
        values = {
            "resolution": check_number(forms.resolution, resolution, what="The resolution"),
            "resolution_date": resolution_date,
            "attorney": check_words(forms.consent, attorney, what="The attorney's name"),
            "consented_on": consented_on,
            "rules_sha256": rules_sha256(self._office.policy),
            "recorded_at": at,
            "recorded_by": by.person.username,
        }
        with self._office.engine.begin() as connection:
            row = connection.execute(
                insert(retention_authority).values(values).returning(retention_authority)
            ).one()
            made = _authority(row)
            entry = Entry(
                EventKind.RETENTION_AUTHORISE, by, outcome=Outcome.DONE, details=made.as_json()
            )
            self._office.audit.append_in(connection, entry)
        return replace(made, in_force=True)

    def all(self, by: Actor) -> tuple[Authority, ...]:
        """Return what there is on record, newest first.

        Raises
        ------
        DeniedError
            If the person may not.
        """
        self._office.require(by, Action.RETENTION_PREVIEW)
        with self._office.engine.connect() as connection:
            rows = connection.execute(select(retention_authority).order_by(_a.id.desc())).all()
        lengths = rules_sha256(self._office.policy)
        found = (_authority(row) for row in rows)
        return tuple(
            replace(each, in_force=place == 0 and each.rules_sha256 == lengths)
            for place, each in enumerate(found)
        )

    def newest(self) -> Authority | None:
        """Return the newest authority on record, whatever lengths it is about."""
        with self._office.engine.connect() as connection:
            return newest_authority(connection)

    def _check(
        self,
        at: datetime,
        resolution: str,
        resolution_date: date,
        attorney: str,
        consented_on: date,
    ) -> None:
        today = at.astimezone(ZoneInfo(self._office.policy.department.time_zone.value)).date()
        if not (resolution.strip() and attorney.strip()):
            raise RetentionError(
                "The authority lacks a name", allowed="the resolution and the attorney, in words"
            )
        for what, day in (("resolution", resolution_date), ("consent", consented_on)):
            if day > today:
                raise RetentionError(
                    f"The {what} is dated in the future",
                    given=day.isoformat(),
                    allowed=f"{today.isoformat()} or before",
                )


def newest_authority(connection: Connection) -> Authority | None:
    """Return the newest authority on record."""
    row = connection.execute(
        select(retention_authority).order_by(_a.id.desc()).limit(1)
    ).one_or_none()
    return None if row is None else _authority(row)


def authority_of(connection: Connection, number: int | None) -> Authority | None:
    """Return an authority by its number."""
    row = connection.execute(select(retention_authority).where(_a.id == number)).one_or_none()
    return None if row is None else _authority(row)


def authority_for(connection: Connection, policy: Policy) -> Authority | None:
    """Return the authority that a purge rests on; ``None`` where the policy asks for none.

    Raises
    ------
    RetentionError
        If the policy asks for one and there is none about its lengths.
    """
    found = newest_authority(connection)
    fits = found is not None and found.rules_sha256 == rules_sha256(policy)
    if fits or not policy.retention.needs_authority.value:
        return found if fits else None
    rule = policy.retention.needs_authority
    raise RetentionError(
        "A purge needs a resolution and the attorney's consent on record for these lengths",
        given="none" if found is None else f"{found.resolution}, recorded for other lengths",
        allowed=f"an authority for the policy's lengths ({rule.section})",
        next_step="the custodian records it with `workbench retention authorise`",
    )


def _authority(row: Row[Any]) -> Authority:
    return Authority(
        id=row.id,
        resolution=row.resolution,
        resolution_date=row.resolution_date,
        attorney=row.attorney,
        consented_on=row.consented_on,
        rules_sha256=row.rules_sha256,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )

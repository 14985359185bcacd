"""The register of standing shares: started, approved, reviewed, ended; each act logged with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, update

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.period import utc
from workbench.domain.person import Actor
from workbench.errors import SharingError
from workbench.sharing.agencies.agency import Agency
from workbench.sharing.agencies.guard import may_receive
from workbench.sharing.agencies.stored import agency_named
from workbench.sharing.shares.share import NewShare, Share
from workbench.sharing.shares.stored import read_share, read_shares, share_refusals
from workbench.storage.sharing_tables import share_review, standing_share


class Shares:
    """Keeps which shares stand.

    Whoever records a share does not approve it: that is the captain's or a designee's.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def start(self, by: Actor, new: NewShare) -> Share:
        """Record a share; it counts as approved after the captain or a designee reviewed it.

        Raises
        ------
        DeniedError
            If the person may not.
        SharingError
            If the agency may not have data, has that already, or it begins in the future. What
            the sharing guard refuses is logged.
        """
        at = self._office.require(by, Action.SHARES_MANAGE)
        since = at if new.started_at is None else utc(new.started_at)
        if since > at:
            raise SharingError("That is still to come", given=since.isoformat())
        try:
            with share_refusals(), self._office.engine.begin() as connection:
                agency = agency_named(connection, new.agency)
                self._check(agency)
                said = {"system": new.system, "what": new.what, "reason": new.reason}
                said |= {"legal_basis": new.legal_basis}
                values = said | {"agency_id": agency.id, "started_at": since, "recorded_at": at}
                values |= {"recorded_by": by.person.username}
                statement = insert(standing_share).values(values).returning(standing_share.c.id)
                share = read_share(connection, connection.execute(statement).scalar_one())
                self._log(connection, by, EventKind.SHARE_START, share, said)
        except SharingError as error:
            details = {"agency_name": new.agency, "what": new.what, "why": error.what}
            refused = Entry(EventKind.SHARE_START, by, outcome=Outcome.REFUSED, details=details)
            self._office.audit.append(refused)
            raise
        return share

    def approve(self, by: Actor, number: int, *, finding: str) -> Share:
        """Approve a share; this is its first review.

        Raises
        ------
        DeniedError
            If the person is neither the captain nor a designee.
        SharingError
            If no such share stands, the person recorded it, or the agency may not have data.
        """
        return self._review(by, number, finding, approves=True)

    def review(self, by: Actor, number: int, *, finding: str) -> Share:
        """Record that a share was looked at anew and stays; one that does not is ended.

        Raises
        ------
        DeniedError
            If the person may not.
        SharingError
            If no such share stands, nobody approved it, the person recorded it, or the agency
            may not have data any more.
        """
        return self._review(by, number, finding, approves=False)

    def end(self, by: Actor, number: int, *, reason: str) -> Share:
        """End a share; it stays on record.

        Raises
        ------
        DeniedError
            If the person may not.
        SharingError
            If no such share stands, or the reason is empty.
        """
        at = self._office.require(by, Action.SHARES_MANAGE)
        words = _words(reason)
        with share_refusals(), self._office.engine.begin() as connection:
            _standing(read_share(connection, number, lock=True))
            values = {"ended_at": at, "ended_by": by.person.username, "ended_because": words}
            s = standing_share
            connection.execute(update(s).where(s.c.id == number).values(values))
            share = read_share(connection, number)
            self._log(connection, by, EventKind.SHARE_END, share, {"reason": words})
        return share

    def all(self, by: Actor, *, ended: bool = False) -> tuple[Share, ...]:
        """Return the shares that stand, or also those that were ended.

        Raises
        ------
        DeniedError
            If the person may not see them.
        """
        self._office.require(by, Action.SHARES_VIEW)
        conditions = [] if ended else [standing_share.c.ended_at.is_(None)]
        with self._office.engine.connect() as connection:
            return read_shares(connection, *conditions)

    def overdue(self) -> tuple[Share, ...]:
        """Return the shares whose review's time has come: for a timer, that people hear of it."""
        at, days = self._office.clock(), self._office.policy.sharing.review_days.value
        with self._office.engine.connect() as connection:
            standing = read_shares(connection, standing_share.c.ended_at.is_(None))
        return tuple(share for share in standing if share.overdue(at, days))

    def _review(self, by: Actor, number: int, finding: str, *, approves: bool) -> Share:
        action = Action.RELEASES_APPROVE if approves else Action.SHARES_REVIEW
        at = self._office.require(by, action)
        words = _words(finding)
        with share_refusals(), self._office.engine.begin() as connection:
            share = _standing(read_share(connection, number, lock=True))
            if share.recorded_by == by.person.username:
                raise SharingError(
                    "Who recorded a share does not review it",
                    given=by.person.username,
                    allowed="somebody else",
                )
            if not (approves or share.approved):
                raise SharingError(
                    "Nobody has approved the share",
                    given=number,
                    next_step="the captain or designee: `workbench shares review --approve`",
                )
            self._check(share.agency)
            values = {"share_id": number, "approves": approves, "reviewed_at": at}
            values |= {"reviewed_by": by.person.username, "finding": words}
            connection.execute(insert(share_review).values(values))
            reviewed = read_share(connection, number)
            said = {"approves": approves, "finding": words}
            self._log(connection, by, EventKind.SHARE_REVIEW, reviewed, said)
        return reviewed

    def _check(self, agency: Agency) -> None:
        decision = may_receive(agency, self._office.policy.sharing)
        if not decision.allowed:
            raise SharingError(
                decision.reason.removesuffix("."),
                given=agency.name,
                allowed=f"what the law and the policy let be shared ({decision.source})",
            )

    def _log(
        self, connection: Connection, by: Actor, kind: EventKind, share: Share, said: dict[str, Any]
    ) -> None:
        details = {"share": share.id, "agency": share.agency.id, "agency_name": share.agency.name}
        entry = Entry(kind, by, outcome=Outcome.DONE, details=details | said)
        self._office.audit.append_in(connection, entry)


def _standing(share: Share) -> Share:
    if share.ended_at is not None:
        raise SharingError("The share was ended", given=share.id, next_step="start another")
    return share


def _words(text: str) -> str:
    if not text.strip() or "\x00" in text:
        raise SharingError("A share is reviewed or ended with words", allowed="in words")
    return text.strip()

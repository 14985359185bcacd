"""Placing holds, showing what they are, and releasing them; each act is one with its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.detections.holding import hold_reads, unknown_reads
from workbench.detections.storing import wait_for_storing
from workbench.domain.action import Action
from workbench.domain.period import utc
from workbench.domain.person import Actor
from workbench.domain.read_set import ReadSet
from workbench.errors import HoldError
from workbench.retention.holds.hold import Hold, HoldState, hold_of, read_hold, standing_at
from workbench.storage.hold_tables import held_detection
from workbench.storage.hold_tables import hold as hold_table

_LONGEST_REASON = 2_000

_NO_PURGE = text("SELECT pg_advisory_xact_lock_shared(426, 7)")
"""A purge takes this lock alone, and before it waits for those who store reads; so does a hold, or
the two would wait for each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """What somebody wants held.

    Attributes
    ----------
    reason
        Evidence, discovery or lawful demand, in words.
    ends_at
        When it ends by itself; without it the custodian has to release it.

    Raises
    ------
    HoldError
        If it does not say for which case or why.
    """

    case_number: str
    reason: str
    meant: ReadSet
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a hold that nobody could explain later."""
        if not self.case_number.strip() or len(self.case_number) > 200:
            raise HoldError("A hold names its case", given=self.case_number, allowed="26-014532")
        if not self.reason.strip() or len(self.reason) > _LONGEST_REASON:
            raise HoldError(
                "A hold says why: evidence, discovery or a lawful demand",
                given=self.reason,
                allowed=f"1 to {_LONGEST_REASON} characters (Policy 426.7)",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldNow:
    """A hold and how much it holds; counts only, so it is no look.

    Attributes
    ----------
    reads
        How many reads are written down as held by it.
    only
        How many of them no other standing hold holds: they may go when this one ends.
    """

    hold: Hold
    state: HoldState
    reads: int
    only: int = 0
    warning: str | None = None
    audit_seq: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {
            **self.hold.as_json(),
            "state": self.state.value,
            "reads": self.reads,
            "only": self.only,
            "warning": self.warning,
            "audit_seq": self.audit_seq,
        }


class Holds:
    """Places holds and releases them.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def place(self, actor: Actor, new: NewHold) -> HeldNow:
        """Hold reads: those that fit now, in this transaction, and later ones as they come.

        Nobody stores reads meanwhile, so that a read either is there or meets the hold.

        Returns
        -------
        HeldNow
            With a warning if nothing fits yet.

        Raises
        ------
        DeniedError
            If the person may not place holds.
        HoldError
            If named reads do not exist, it ends before now, or nothing could ever fit.
        AuditWriteError
            If it cannot be logged; then nothing is held.
        """
        at = self._office.require(actor, Action.HOLDS_PLACE)
        _check_end(new, at)
        with self._office.engine.begin() as connection:
            connection.execute(_NO_PURGE)
            wait_for_storing(connection)
            _check_named(connection, new.meant)
            placed = self._insert(connection, actor, new, at)
            reads = hold_reads(connection, placed.id, new.meant, at)
            warning = _warning(reads)
            entry = _entry(EventKind.HOLD_PLACE, actor, placed, reads)
            seq = self._office.audit.append_in(connection, entry).seq
        return HeldNow(
            hold=placed, state=HoldState.STANDING, reads=reads, warning=warning, audit_seq=seq
        )

    def release(self, actor: Actor, hold_id: int, *, reason: str) -> HeldNow:
        """Let go of what a hold holds; what another one holds stays.

        Raises
        ------
        DeniedError
            If the person is not the custodian.
        HoldError
            If there is no such hold, it is released already, or no reason is given.
        AuditWriteError
            If it cannot be logged; then it is not released.
        """
        at = self._office.require(actor, Action.HOLDS_RELEASE)
        if not reason.strip() or len(reason) > _LONGEST_REASON:
            raise HoldError(
                "A release says why", given=reason, allowed=f"1 to {_LONGEST_REASON} characters"
            )
        with self._office.engine.begin() as connection:
            found = read_hold(connection, hold_id, for_change=True)
            if found.released_at is not None:
                raise HoldError(
                    "The hold is released already",
                    given=hold_id,
                    allowed=f"a standing hold; {found.released_by} released this one",
                )
            released = self._released(connection, actor, found, reason.strip(), at)
            counted = self._counted(connection, released, at)
            entry = _entry(EventKind.HOLD_RELEASE, actor, released, counted.reads)
            seq = self._office.audit.append_in(connection, entry).seq
        return HeldNow(
            hold=released,
            state=HoldState.RELEASED,
            reads=counted.reads,
            only=counted.only,
            audit_seq=seq,
        )

    def all(self, actor: Actor, *, ended: bool = False) -> list[HeldNow]:
        """Return the standing holds, newest first, or all of them.

        Raises
        ------
        DeniedError
            If the person may not see holds.
        """
        at = self._office.require(actor, Action.HOLDS_VIEW)
        wanted = select(hold_table).order_by(hold_table.c.id.desc())
        with self._office.engine.connect() as connection:
            rows = connection.execute(wanted if ended else wanted.where(standing_at(at)))
            return [self._counted(connection, hold_of(row), at) for row in rows.all()]

    def show(self, actor: Actor, hold_id: int) -> HeldNow:
        """Return a hold and how much it holds.

        Raises
        ------
        DeniedError
            If the person may not see holds.
        HoldError
            If there is no such hold.
        """
        at = self._office.require(actor, Action.HOLDS_VIEW)
        with self._office.engine.connect() as connection:
            return self._counted(connection, read_hold(connection, hold_id), at)

    def _insert(self, connection: Connection, actor: Actor, new: NewHold, at: datetime) -> Hold:
        values = {
            "case_number": new.case_number.strip(),
            "reason": new.reason.strip(),
            "criteria": new.meant.as_json(),
            "placed_at": at,
            "placed_by": actor.person.username,
            "ends_at": new.ends_at,
        }
        return hold_of(
            connection.execute(insert(hold_table).values(values).returning(hold_table)).one()
        )

    def _released(
        self, connection: Connection, actor: Actor, found: Hold, reason: str, at: datetime
    ) -> Hold:
        values = {
            "released_at": max(at, found.placed_at),
            "released_by": actor.person.username,
            "released_because": reason,
        }
        change = update(hold_table).where(hold_table.c.id == found.id).values(values)
        return hold_of(connection.execute(change.returning(hold_table)).one())

    def _counted(self, connection: Connection, found: Hold, at: datetime) -> HeldNow:
        mine = held_detection.alias("mine")
        other = held_detection.alias("other")
        others = (
            select(other.c.hold_id)
            .join(hold_table, hold_table.c.id == other.c.hold_id)
            .where(other.c.detection_id == mine.c.detection_id)
            .where(other.c.hold_id != found.id, standing_at(at))
        )
        counts = select(func.count(), func.count().filter(~others.exists()))
        reads, only = connection.execute(
            counts.select_from(mine).where(mine.c.hold_id == found.id)
        ).one()
        return HeldNow(hold=found, state=found.state_at(at), reads=reads, only=only)


def _check_end(new: NewHold, at: datetime) -> None:
    if new.ends_at is not None and utc(new.ends_at) <= at:
        raise HoldError(
            "The hold would end before it begins",
            given=new.ends_at.isoformat(),
            allowed=f"an instant after {at.isoformat()}",
        )


def _check_named(connection: Connection, meant: ReadSet) -> None:
    unknown = unknown_reads(connection, meant.detections)
    if unknown:
        raise HoldError(
            "No read has these numbers, so there is nothing to hold",
            given=unknown,
            allowed="numbers of reads as a search shows them",
            next_step="search again; a read whose time was over is gone",
        )


def _warning(reads: int) -> str | None:
    if reads:
        return None
    return "Nothing fits yet; reads that come later and fit will be held"


def _entry(kind: EventKind, actor: Actor, hold: Hold, reads: int) -> Entry:
    search = hold.meant.search if hold.meant else None
    details: dict[str, Any] = {"hold": hold.id, "reads": reads, "ends_at": hold.ends_at}
    reason = hold.reason
    if kind is EventKind.HOLD_RELEASE:
        reason = hold.released_because or ""
        details["placed_by"] = hold.placed_by
    return Entry(
        kind,
        actor,
        case_number=hold.case_number,
        reason=reason,
        plate=search.plate.text if search and search.plate else None,
        criteria=hold.meant.as_json() if hold.meant else None,
        outcome=Outcome.DONE,
        details=details,
    )

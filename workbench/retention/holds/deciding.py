"""What becomes of a hold: approved, refused, withdrawn or released, each with its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from workbench.access.decide import Decision
from workbench.access.office import Office
from workbench.access.require import refuse as deny
from workbench.access.require import require_another
from workbench.audit import Entry, EventKind, Outcome
from workbench.detections.holding import hold_reads
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.errors import HoldError
from workbench.retention.holds.hold import Hold, HoldState, hold_of, read_hold
from workbench.retention.holds.placing import let_nobody_purge_or_store, said_why
from workbench.retention.holds.seeing import SeenHold, seen_by
from workbench.storage.hold_tables import hold as hold_table

_SECTION = "426.7"


@dataclass(frozen=True, slots=True)
class _Deed:
    """Who decides what, when and why."""

    kind: EventKind
    actor: Actor
    at: datetime
    said: str


class HoldDecisions:
    """Decides about holds; none of it tells how much one holds.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def approve(self, actor: Actor, hold_id: int, *, reason: str) -> SeenHold:
        """Let a hold hold that one person may not hold alone.

        A hold that stands already may be approved too: it may grow beyond what one person may
        hold, and then a purge waits for that.

        Raises
        ------
        DeniedError
            If the person may not decide, or placed it.
        HoldError
            If there is no such hold, or it is over or approved already.
        FormError
            If the reason says too little.
        AuditWriteError
            If it cannot be logged; then it is not approved.
        """
        deed = self._deed(EventKind.HOLD_APPROVE, actor, Action.HOLDS_DECIDE, reason)
        with self._office.engine.begin() as connection:
            let_nobody_purge_or_store(connection)
            found = read_hold(connection, hold_id, for_change=True)
            self._check_another(actor, found)
            if found.approved_by is not None:
                raise HoldError(
                    "The hold is approved already", given=hold_id, allowed="one that is not"
                )
            _check_state(found, deed.at, HoldState.WAITING, HoldState.STANDING)
            approved = _changed(
                connection,
                found,
                approved_at=max(deed.at, found.placed_at),
                approved_by=actor.person.username,
                approved_because=deed.said,
            )
            meant = approved.meant
            reads = hold_reads(connection, approved.id, meant, deed.at) if meant else 0
            self._log(connection, deed, approved, reads=reads)
        return seen_by(actor, approved, self._office.policy, deed.at)

    def refuse(self, actor: Actor, hold_id: int, *, reason: str) -> SeenHold:
        """Put a waiting hold aside; it never held anything. Raises as `approve` does."""
        deed = self._deed(EventKind.HOLD_REFUSE, actor, Action.HOLDS_DECIDE, reason)
        with self._office.engine.begin() as connection:
            found = read_hold(connection, hold_id, for_change=True)
            self._check_another(actor, found)
            _check_state(found, deed.at, HoldState.WAITING)
            return self._end(connection, deed, found)

    def withdraw(self, actor: Actor, hold_id: int, *, reason: str) -> SeenHold:
        """Take back one's own hold while it waits, such as one placed by mistake.

        Raises
        ------
        DeniedError
            If the person may not place holds, or somebody else placed it.
        HoldError
            If there is no such hold, or it does not wait.
        FormError
            If the reason says too little.
        AuditWriteError
            If it cannot be logged; then it waits on.
        """
        deed = self._deed(EventKind.HOLD_WITHDRAW, actor, Action.HOLDS_PLACE, reason)
        with self._office.engine.begin() as connection:
            found = read_hold(connection, hold_id, for_change=True)
            if found.placed_by != actor.person.username:
                why = "Only who placed a hold withdraws it; others refuse it."
                decision = Decision(allowed=False, reason=why, section=_SECTION)
                deny(actor, Action.HOLDS_PLACE, decision, audit=self._office.audit)
            _check_state(found, deed.at, HoldState.WAITING)
            return self._end(connection, deed, found)

    def release(self, actor: Actor, hold_id: int, *, reason: str) -> SeenHold:
        """Let go of what a hold holds; what another one holds stays.

        Raises
        ------
        DeniedError
            If the person is not the custodian.
        HoldError
            If there is no such hold, or it waits or is released already.
        FormError
            If the reason says too little.
        AuditWriteError
            If it cannot be logged; then it is not released.
        """
        deed = self._deed(EventKind.HOLD_RELEASE, actor, Action.HOLDS_RELEASE, reason)
        with self._office.engine.begin() as connection:
            found = read_hold(connection, hold_id, for_change=True)
            _check_state(found, deed.at, HoldState.STANDING, HoldState.ENDED)
            return self._end(connection, deed, found)

    def _deed(self, kind: EventKind, actor: Actor, action: Action, reason: str) -> _Deed:
        at = self._office.require(actor, action)
        return _Deed(kind, actor, at, said_why(self._office.policy.forms.note, reason))

    def _check_another(self, actor: Actor, found: Hold) -> None:
        require_another(
            actor,
            found.placed_by,
            Action.HOLDS_DECIDE,
            audit=self._office.audit,
            section=_SECTION,
        )

    def _end(self, connection: Connection, deed: _Deed, found: Hold) -> SeenHold:
        ended = _changed(
            connection,
            found,
            released_at=max(deed.at, found.placed_at, found.approved_at or deed.at),
            released_by=deed.actor.person.username,
            released_because=deed.said,
        )
        self._log(connection, deed, ended)
        return seen_by(deed.actor, ended, self._office.policy, deed.at)

    def _log(self, connection: Connection, deed: _Deed, hold: Hold, **details: Any) -> None:
        search = hold.meant.search if hold.meant else None
        entry = Entry(
            deed.kind,
            deed.actor,
            case_number=hold.case_number,
            reason=deed.said,
            plate=search.plate.text if search and search.plate else None,
            criteria=hold.meant.as_json() if hold.meant else None,
            outcome=Outcome.DONE,
            details={"hold": hold.id, "placed_by": hold.placed_by, **details},
        )
        self._office.audit.append_in(connection, entry)


def _check_state(found: Hold, at: datetime, *allowed: HoldState) -> None:
    state = found.state_at(at)
    if state in allowed:
        return
    raise HoldError(
        f"The hold is {state.value}{_by(found)}",
        given=found.id,
        allowed=f"a hold that is {' or '.join(each.value for each in allowed)}",
        next_step="refuse it, or its placer withdraws it" if state is HoldState.WAITING else None,
    )


def _by(found: Hold) -> str:
    return f" already, by {found.released_by}" if found.released_by else ""


def _changed(connection: Connection, found: Hold, **values: Any) -> Hold:
    change = update(hold_table).where(hold_table.c.id == found.id).values(values)
    return hold_of(connection.execute(change.returning(hold_table)).one())

"""The register of holds: every reading of it is recorded, and nobody reads in it what is held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.retention.holds.hold import Hold, hold_of, open_at, read_hold
from workbench.retention.holds.seeing import SeenHold, seen_by
from workbench.storage.hold_tables import hold as hold_table


class HoldRegister:
    """Lists and shows holds.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def all(self, actor: Actor, *, ended: bool = False) -> list[SeenHold]:
        """Return the holds that stand or wait, newest first, or all of them.

        Raises
        ------
        DeniedError
            If the person may not see holds.
        AuditWriteError
            If it cannot be logged; then nothing is shown.
        """
        at = self._office.require(actor, Action.HOLDS_VIEW)
        wanted = select(hold_table).order_by(hold_table.c.id.desc())
        if not ended:
            wanted = wanted.where(open_at(at))

        def read(connection: Connection) -> list[Hold]:
            return [hold_of(row) for row in connection.execute(wanted)]

        return self._recorded(actor, {"holds": "all" if ended else "open"}, read)

    def show(self, actor: Actor, hold_id: int) -> SeenHold:
        """Return a hold.

        Raises
        ------
        DeniedError
            If the person may not see holds.
        HoldError
            If there is no such hold.
        AuditWriteError
            If it cannot be logged; then nothing is shown.
        """
        self._office.require(actor, Action.HOLDS_VIEW)
        asked = {"hold": hold_id}
        (found,) = self._recorded(actor, asked, lambda connection: [read_hold(connection, hold_id)])
        return found

    def _recorded(
        self, actor: Actor, asked: Mapping[str, Any], read: Callable[[Connection], list[Hold]]
    ) -> list[SeenHold]:
        audit, at = self._office.audit, self._office.clock()
        begun = audit.append(
            Entry(EventKind.HOLD_VIEW, actor, criteria=asked, outcome=Outcome.STARTED)
        )

        def end(outcome: Outcome, details: Mapping[str, Any]) -> None:
            entry = Entry(
                EventKind.LOOK_OUTCOME,
                actor,
                access_id=begun.seq,
                outcome=outcome,
                details=details,
            )
            audit.append(entry, durable=False)

        try:
            with self._office.engine.connect() as connection:
                found = read(connection)
        except Exception as error:
            end(Outcome.FAILED, {"error": type(error).__name__})
            raise
        seen = [seen_by(actor, each, self._office.policy, at) for each in found]
        whole = [each.hold.id for each in seen if each.whole]
        end(Outcome.RETURNED, {"holds": len(seen), "whole": whole})
        return seen

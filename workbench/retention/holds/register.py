"""The register of holds: every reading of it is recorded, and nobody reads in it what is held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from workbench.access.office import Office
from workbench.access.viewing import recorded_view
from workbench.audit import EventKind
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
        at = self._office.clock()

        def shown(connection: Connection) -> tuple[list[SeenHold], Mapping[str, Any]]:
            seen = [seen_by(actor, each, self._office.policy, at) for each in read(connection)]
            whole = [each.hold.id for each in seen if each.whole]
            return seen, {"holds": len(seen), "whole": whole}

        return recorded_view(self._office, actor, EventKind.HOLD_VIEW, asked, shown)

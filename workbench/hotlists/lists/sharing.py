"""Handing a special list to another agency: only under the captain's authorisation for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.hot_entry import ListKind
from workbench.domain.person import Actor
from workbench.errors import HotListError
from workbench.hotlists.lists.approvals import approval_of
from workbench.hotlists.lists.hot_list import list_of
from workbench.hotlists.lists.load import load_in_force
from workbench.hotlists.receiving import GuardsSharing
from workbench.storage.hot_list_tables import hot_list_entry

_e = hot_list_entry.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What is handed over.

    Attributes
    ----------
    rows
        Plate, state, and the instants from and until which each entry counts.
    """

    list_code: str
    agency: str
    approval_id: int
    load_id: int
    rows: tuple[tuple[str, str | None, str | None, str | None], ...]


class Sharing:
    """Hands out special lists.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    guard
        Says whether the agency may have anything at all.
    """

    def __init__(self, office: Office, *, guard: GuardsSharing) -> None:
        self._office = office
        self._guard = guard

    def share(self, by: Actor, code: str, agency: str) -> Shared:
        """Return a special list for an agency; logged before it is returned.

        Lists of others are not ours to share, so they are refused.

        Raises
        ------
        DeniedError
            If the person may not.
        HotListError
            If the sharing guard refuses the agency, it is no special list, nothing is in force,
            or no authorisation for that agency stands (426.6.4 (c)); the refusal is logged.
        """
        self._office.require(by, Action.HOT_LISTS_MANAGE)
        try:
            with self._office.engine.begin() as connection:
                self._check(connection, agency)
                shared = _shared(connection, code, agency)
                self._office.audit.append_in(connection, _entry(by, shared))
        except HotListError as error:
            self._office.audit.append(_refused(by, code, agency, error))
            raise
        return shared

    def _check(self, connection: Connection, agency: str) -> None:
        decision = self._guard.may_receive(connection, agency)
        if not decision.allowed:
            raise HotListError(
                decision.reason.removesuffix("."),
                given=agency,
                allowed=f"what the law and the policy let be shared ({decision.source})",
            )


def _shared(connection: Connection, code: str, agency: str) -> Shared:
    if list_of(connection, code).list.kind is not ListKind.SPECIAL:
        raise HotListError(
            "Only the department's own special lists can be shared",
            given=code,
            next_step="the agency asks the list's source",
        )
    approval = approval_of(connection, code, agency)
    load = load_in_force(connection, code)
    if load is None:
        raise HotListError("Nothing of the list is in force", given=code)
    rows = connection.execute(
        select(_e.plate, _e.region, _e.effective_at, _e.expires_at)
        .where(_e.load_id == load.id)
        .order_by(_e.line)
    )
    return Shared(
        list_code=code,
        agency=agency,
        approval_id=approval.id,
        load_id=load.id,
        rows=tuple(
            (row.plate, row.region, _told(row.effective_at), _told(row.expires_at)) for row in rows
        ),
    )


def _told(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _entry(by: Actor, shared: Shared) -> Entry:
    return Entry(
        EventKind.HOT_LIST_CHANGE,
        by,
        outcome=Outcome.DONE,
        details={
            "list": shared.list_code,
            "change": "share",
            "agency": shared.agency,
            "approval": shared.approval_id,
            "load": shared.load_id,
            "entries": len(shared.rows),
        },
    )


def _refused(by: Actor, code: str, agency: str, error: HotListError) -> Entry:
    return Entry(
        EventKind.HOT_LIST_CHANGE,
        by,
        outcome=Outcome.REFUSED,
        details={"list": code, "change": "share", "agency": agency, "why": error.what},
    )

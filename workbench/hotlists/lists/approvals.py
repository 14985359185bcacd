"""Approvals of special lists, and of sharing them, by the captain or a designee (426.6.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.errors import HotListError
from workbench.storage.hot_list_tables import special_list_approval

_c = special_list_approval.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An approval on record.

    Attributes
    ----------
    agency
        With whom the list may be shared; ``None``: that it may be loaded.
    """

    id: int
    list_code: str
    agency: str | None
    approved_at: datetime
    approved_by: str
    reason: str
    ended_at: datetime | None = None
    ended_by: str | None = None


class Approvals:
    """Records and ends approvals; each is one transaction with its audit record.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def approve(
        self, by: Actor, list_code: str, *, reason: str, agency: str | None = None
    ) -> Approval:
        """Approve a special list, or sharing it with an agency. The list may come afterwards.

        Raises
        ------
        DeniedError
            If the person is neither the captain nor a designee whose time has come.
        HotListError
            If the reason or the agency's name is empty.
        """
        at = self._office.require(by, Action.HOT_LISTS_APPROVE)
        words = reason.strip()
        if not words or not list_code.strip() or (agency is not None and not agency.strip()):
            raise HotListError("An approval names the list, its reason and, if any, the agency")
        values = {
            "list_code": list_code.strip(),
            "agency": agency.strip() if agency else None,
            "approved_at": at,
            "approved_by": by.person.username,
            "reason": words,
        }
        with self._office.engine.begin() as connection:
            row = connection.execute(
                insert(special_list_approval).values(values).returning(special_list_approval)
            ).one()
            approval = _approval(row)
            self._office.audit.append_in(connection, _entry(by, approval, "approve"))
        return approval

    def end(self, by: Actor, number: int) -> Approval:
        """End an approval; the list is not loaded or shared any more under it.

        Raises
        ------
        DeniedError
            If the person may not.
        HotListError
            If no approval of that number stands.
        """
        at = self._office.require(by, Action.HOT_LISTS_APPROVE)
        with self._office.engine.begin() as connection:
            row = connection.execute(
                update(special_list_approval)
                .where(_c.id == number, _c.ended_at.is_(None))
                .values(ended_at=at, ended_by=by.person.username)
                .returning(special_list_approval)
            ).one_or_none()
            if row is None:
                raise HotListError("No such approval stands", given=number)
            approval = _approval(row)
            self._office.audit.append_in(connection, _entry(by, approval, "end"))
        return approval


def approval_of(connection: Connection, list_code: str, agency: str | None = None) -> Approval:
    """Return the approval under which a special list is loaded, or shared with an agency.

    Raises
    ------
    HotListError
        If none stands.
    """
    same = _c.agency.is_(None) if agency is None else _c.agency == agency
    row = connection.execute(
        select(special_list_approval)
        .where(_c.list_code == list_code, same, _c.ended_at.is_(None))
        .order_by(_c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        what = "is not approved" if agency is None else "may not be shared with that agency"
        raise HotListError(
            f"The special list {what}",
            given=list_code if agency is None else f"{list_code}, {agency}",
            allowed="approval of the Services Captain or designee on record first (426.6.4)",
            next_step="`workbench hotlists approve`",
        )
    return _approval(row)


def _approval(row: Row[Any]) -> Approval:
    return Approval(**{name: getattr(row, name) for name in Approval.__dataclass_fields__})


def _entry(by: Actor, approval: Approval, change: str) -> Entry:
    return Entry(
        EventKind.HOT_LIST_APPROVE,
        by,
        reason=approval.reason,
        outcome=Outcome.DONE,
        details={
            "list": approval.list_code,
            "change": change,
            "approval": approval.id,
            "agency": approval.agency,
        },
    )

"""A hold as it stands in its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from workbench.domain.read_set import ReadSet, read_set_from_json
from workbench.errors import HoldError
from workbench.storage.hold_tables import hold as hold_table

_c = hold_table.c
_LARGEST_ID = 2**63


class HoldState(StrEnum):
    """Whether a hold holds; sorted."""

    ENDED = "ended"
    REFUSED = "refused"
    RELEASED = "released"
    STANDING = "standing"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What must stay, and why.

    Attributes
    ----------
    meant
        Which reads; later ones that fit are held too. ``None`` where nothing is said and only the
        reads that are written down are held.
    access_id
        The look in the log by which it was placed.
    ends_at
        From this instant on it holds nothing; ``None`` until it is released.
    waits_because
        Why one person may not hold that alone; it holds nothing before another approves it.
    released_at, released_by, released_because
        How it ended: released, or refused or withdrawn before it was approved.
    """

    id: int
    case_number: str
    reason: str
    meant: ReadSet | None
    placed_at: datetime
    placed_by: str
    access_id: int | None = None
    ends_at: datetime | None = None
    waits_because: str | None = None
    approved_at: datetime | None = None
    approved_by: str | None = None
    approved_because: str | None = None
    released_at: datetime | None = None
    released_by: str | None = None
    released_because: str | None = None

    def state_at(self, at: datetime) -> HoldState:
        """Return how it stands at an instant; its end is not part of it."""
        undecided = self.waits_because is not None and self.approved_at is None
        if self.released_at is not None and self.released_at <= at:
            if not undecided:
                return HoldState.RELEASED
            own = self.released_by == self.placed_by
            return HoldState.WITHDRAWN if own else HoldState.REFUSED
        if self.ends_at is not None and self.ends_at <= at:
            return HoldState.ENDED
        return HoldState.WAITING if undecided else HoldState.STANDING

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready, with times in UTC."""
        values = {name: getattr(self, name) for name in Hold.__dataclass_fields__}
        values["meant"] = self.meant.as_json() if self.meant else None
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in values.items()
        }


def hold_of(row: Row[Any]) -> Hold:
    """Return the hold of a row of its table."""
    names = (name for name in Hold.__dataclass_fields__ if name != "meant")
    values = {name: getattr(row, name) for name in names}
    says = row.criteria.get("search") or row.criteria.get("detections")
    says = says or row.criteria.get("look") == "search"
    return Hold(**values, meant=read_set_from_json(row.criteria) if says else None)


def open_at(at: datetime) -> ColumnElement[bool]:
    """Return the condition that a hold is neither over nor put aside at an instant."""
    return and_(_c.released_at.is_(None), or_(_c.ends_at.is_(None), _c.ends_at > at))


def standing_at(at: datetime) -> ColumnElement[bool]:
    """Return the condition that a hold holds at an instant."""
    return and_(open_at(at), or_(_c.waits_because.is_(None), _c.approved_at.is_not(None)))


def waiting_at(at: datetime) -> ColumnElement[bool]:
    """Return the condition that a hold waits for a second person at an instant."""
    return and_(open_at(at), _c.waits_because.is_not(None), _c.approved_at.is_(None))


def standing_holds(connection: Connection, at: datetime) -> list[Hold]:
    """Return the holds that hold at an instant, by number."""
    rows = connection.execute(select(hold_table).where(standing_at(at)).order_by(_c.id))
    return [hold_of(row) for row in rows]


def read_hold(connection: Connection, hold_id: int, *, for_change: bool = False) -> Hold:
    """Return a hold, locked until the transaction ends where it is to be changed.

    Raises
    ------
    HoldError
        If there is none of that number.
    """
    row = None
    if 0 < hold_id < _LARGEST_ID:
        wanted = select(hold_table).where(_c.id == hold_id)
        row = connection.execute(wanted.with_for_update() if for_change else wanted).one_or_none()
    if row is None:
        raise HoldError(
            "There is no such hold", given=hold_id, next_step="`workbench holds list` names all"
        )
    return hold_of(row)

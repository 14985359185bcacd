"""Hot plates that turn up in a list such as SVS: their end is cut, and the owner gets word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Text, any_, func, or_, select, type_coerce, update
from sqlalchemy.dialects.postgresql import ARRAY

from workbench.audit import Entry, EventKind, Outcome
from workbench.policy import Policy
from workbench.storage.hot_list_tables import hot_list_entry, hot_plate

_e = hot_list_entry.c
_p = hot_plate.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A hot plate that was cut, as its owner is told.

    Attributes
    ----------
    owner
        User name of who entered it.
    because
        In words: which list it stands on, and the section.
    """

    hot_plate_id: int
    plate: str
    owner: str
    cut_from: datetime
    expires_at: datetime
    because: str


def cut_listed(
    connection: Connection, load_id: int, list_code: str, *, at: datetime, policy: Policy
) -> list[Cut]:
    """Cut the hot plates that a load lists to the time that the policy leaves them.

    A plate is the same if its normal form is, and no other state is said on either side. A hot
    plate with unknown characters is not cut: nobody knows that it is the listed one.

    Parameters
    ----------
    connection
        In the transaction that puts the load in force.
    load_id, list_code
        Of that load. Only the lists that the policy names cut.
    at
        When the load came.
    policy
        The lists and the hours (426.6.5).

    Returns
    -------
    list of Cut
        Log each with `cut_entry` in the same transaction.
    """
    rules = policy.hot_plates
    if list_code not in rules.listed_elsewhere.value:
        return []
    hours = rules.listed_elsewhere_max_hours
    latest = at + timedelta(hours=hours.value)
    because = f"stands on {list_code}: at most {hours.value} hours ({hours.section})"
    late = select(_p.id, _p.pattern, _p.region).where(
        _p.ended_at.is_(None), _p.expires_at > latest, ~_p.wildcard
    )
    plates = connection.execute(late.with_for_update()).all()
    states = _states(connection, load_id, sorted({plate.pattern for plate in plates}), at)
    same = [
        plate.id
        for plate in plates
        if any(
            state is None or plate.region is None or state == plate.region
            for state in states.get(plate.pattern, ())
        )
    ]
    rows = connection.execute(
        update(hot_plate)
        .where(_p.id.in_(same))
        .values(
            cut_from=func.coalesce(_p.cut_from, _p.expires_at),
            expires_at=latest,
            cut_because=because,
        )
        .returning(hot_plate)
    )
    return [_cut(row) for row in rows]


def _states(
    connection: Connection, load_id: int, patterns: list[str], at: datetime
) -> dict[str, set[str | None]]:
    """Return the states under which a load lists these plates; one pass over the load."""
    found: dict[str, set[str | None]] = {}
    if patterns:
        rows = connection.execute(
            select(_e.pattern, _e.region)
            .where(_e.load_id == load_id, _e.pattern == any_(type_coerce(patterns, ARRAY(Text))))
            .where(or_(_e.expires_at.is_(None), _e.expires_at > at))
        )
        for row in rows:
            found.setdefault(row.pattern, set()).add(row.region)
    return found


def _cut(row: Row[Any]) -> Cut:
    return Cut(
        hot_plate_id=row.id,
        plate=row.plate,
        owner=row.entered_by,
        cut_from=row.cut_from,
        expires_at=row.expires_at,
        because=row.cut_because,
    )


def cut_entry(cut: Cut, load_id: int) -> Entry:
    """Return what is logged about a cut."""
    return Entry(
        EventKind.HOT_PLATE_CUT,
        None,
        plate=cut.plate,
        reason=cut.because,
        outcome=Outcome.DONE,
        details={
            "hot_plate": cut.hot_plate_id,
            "owner": cut.owner,
            "load": load_id,
            "cut_from": cut.cut_from.isoformat(),
            "expires_at": cut.expires_at.isoformat(),
        },
    )


def cuts_standing(connection: Connection, at: datetime) -> list[Cut]:
    """Return the cuts of hot plates that have not ended, for those who tell the owners."""
    rows = connection.execute(
        select(hot_plate)
        .where(_p.cut_from.is_not(None), _p.ended_at.is_(None), _p.expires_at > at)
        .order_by(_p.id)
    )
    return [_cut(row) for row in rows]

"""Reads under hold: those that fit, chosen in the database and written beside the hold.

Nobody is shown a read here. What comes out are counts, for the records and for looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Select, func, literal, or_, select
from sqlalchemy import true as always
from sqlalchemy.dialects.postgresql import insert

from workbench.detections.filters import Condition, search_conditions
from workbench.domain.criteria import SearchCriteria
from workbench.domain.period import Period
from workbench.domain.read_set import ReadSet
from workbench.storage.detection_tables import detection
from workbench.storage.hold_tables import held_detection
from workbench.storage.types import UtcDateTime

_d = detection.c
_COLUMNS = ["hold_id", "detection_id", "seen_at", "held_at"]


def hold_reads(connection: Connection, hold_id: int, meant: ReadSet, at: datetime) -> int:
    """Hold the stored reads that are meant and not held by this hold yet; return how many.

    Parameters
    ----------
    connection
        Of the service role, in the transaction that says why.
    hold_id
        The hold.
    at
        Since when they are held.
    """
    return _hold(connection, hold_id, _meant(meant), at)


def hold_new_reads(
    connection: Connection,
    holds: Mapping[int, SearchCriteria],
    numbers: Sequence[int],
    seen: Period,
    at: datetime,
) -> int:
    """Hold those of some new reads that fit, each for its hold; return how many were added.

    Parameters
    ----------
    connection
        In the transaction that stores the reads.
    holds
        Holds whose criteria the reads may fit; the database compares all of it once more.
    numbers
        Of the reads.
    seen
        When they were seen; spares the database the partitions of other months.
    """
    these = [_these(numbers), _d.seen_at >= seen.start, _d.seen_at < seen.end]
    return sum(
        _hold(connection, hold_id, [*these, *search_conditions(search)], at)
        for hold_id, search in holds.items()
    )


def count_up_to(connection: Connection, meant: ReadSet, most: int) -> int:
    """Return how many stored reads are meant, counting no further than a number."""
    some = select(_d.id).where(*_meant(meant)).limit(most).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def unknown_reads(connection: Connection, numbers: Sequence[int]) -> list[int]:
    """Return those numbers that no read has, in order."""
    found = set(connection.scalars(select(_d.id).where(_these(numbers))))
    return sorted(set(numbers) - found)


def held_by(hold_id: int) -> Condition:
    """Return the condition that a read is written down as held by a hold."""
    among = select(held_detection.c.detection_id).where(held_detection.c.hold_id == hold_id)
    return _d.id.in_(among)


def meant_by(meant: ReadSet) -> Condition:
    """Return the condition that a read is meant."""
    either = [_these(meant.detections)] if meant.detections else []
    if meant.search:
        both: Any = always()
        for condition in search_conditions(meant.search):
            both &= condition
        either.append(both)
    return or_(*either)


def _meant(meant: ReadSet) -> list[Condition]:
    if not meant.detections and meant.search:
        return search_conditions(meant.search)
    return [meant_by(meant)]


def _hold(
    connection: Connection, hold_id: int, conditions: Sequence[Condition], at: datetime
) -> int:
    held = held_detection.c
    known = select(held.detection_id).where(held.hold_id == hold_id, held.detection_id == _d.id)
    chosen: Select[Any] = select(
        literal(hold_id, BigInteger), _d.id, _d.seen_at, literal(at, UtcDateTime)
    ).where(*conditions, ~known.exists())
    new = insert(held_detection).from_select(_COLUMNS, chosen).on_conflict_do_nothing()
    return int(connection.execute(new.execution_options(preserve_rowcount=True)).rowcount)


def _these(numbers: Sequence[int]) -> Any:
    # One array, since a statement takes no more than 65,535 values.
    return _d.id == func.any(literal(list(numbers), ARRAY(BigInteger)))

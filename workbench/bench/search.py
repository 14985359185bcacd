"""Search by plate and canvass through the door, beside hand-written SQL for the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import median
from typing import TypeVar

import numpy as np

from workbench.bench.analyst import Analyst
from workbench.bench.hand_sql import HandSql
from workbench.bench.timing import Figures, compared, interleaved_ms
from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.place import Circle
from workbench.runtime import Runtime

T = TypeVar("T")

WARM_UP = 20
SCENE_RADIUS_M = 400.0
MARGIN = timedelta(minutes=20)
LIMIT = 5_000


def run(
    runtime: Runtime,
    *,
    cases: int = 200,
    seed: int = 426,
    report: Callable[[str], None] = lambda _: None,
) -> Figures:
    """Return medians of both ways for plates, plates with wildcards and canvasses.

    Parameters
    ----------
    runtime
        With reads in its database.
    cases
        How many of each kind are timed, after some that are not.
    seed
        Chooses plates, scenes and times.
    report
        Gets a line on how far it is.
    """
    analyst = Analyst(runtime)
    with HandSql(runtime.database) as by_hand:
        figures: Figures = {"reads": by_hand.stored_reads(), "cases": cases}
        plates = by_hand.plates(cases + WARM_UP, seed)
        searches = [_search(plate) for plate in plates]
        wildcards = [_search(f"{plate[:3]}?{plate[4:5]}*") for plate in plates]
        scenes = _scenes(by_hand, cases + WARM_UP, seed)
        report("searching by plate")
        figures |= _compared("search", searches, analyst.search, by_hand.search)
        report("searching by plate, up to the frame")
        figures |= _compared("search_frame", searches, analyst.search_frame, by_hand.search)
        report("searching by plate with wildcards")
        figures |= _compared("wildcard", wildcards, analyst.search, by_hand.search)
        report("canvassing")
        figures |= _compared("canvass", scenes, analyst.canvass, by_hand.canvass)
    return figures


def _search(plate: str) -> SearchCriteria:
    return SearchCriteria(plate=parse_pattern(plate), limit=LIMIT)


def _scenes(by_hand: HandSql, count: int, seed: int) -> list[CanvassCriteria]:
    """Return canvasses around cameras at times spread over the stored reads."""
    rng = np.random.default_rng(seed)
    places = by_hand.places()
    first, last = by_hand.period()
    return [
        CanvassCriteria(
            scene=Circle(places[int(rng.integers(len(places)))], SCENE_RADIUS_M),
            at=first + (last - first) * float(rng.random()),
            before=MARGIN,
            after=MARGIN,
            limit=LIMIT,
        )
        for _ in range(count)
    ]


def _compared(
    name: str, cases: Sequence[T], ours: Callable[[T], int], by_hand: Callable[[T], int]
) -> Figures:
    interleaved_ms(cases[:WARM_UP], ours, by_hand)
    timed = cases[WARM_UP:]
    rows: list[int] = []

    def counted(case: T) -> int:
        rows.append(ours(case))
        return rows[-1]

    ours_ms, sql_ms = interleaved_ms(timed, counted, by_hand)
    return compared(name, ours_ms, sql_ms) | {f"{name}_rows_p50": median(rows)}

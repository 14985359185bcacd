"""Lets a day pass on which lists come in, listed cars pass, and people work on the hits."""

from __future__ import annotations

from workbench.demo.day.play import Told, play_day
from workbench.demo.day.times import DayTimes, day_after
from workbench.demo.stage import Report, Stage
from workbench.demo.steps import equipment
from workbench.demo.steps.people import renew_training
from workbench.domain.hit import HitOutcome

BEGUN, NAME = "day begun", "day"
FEWEST_READS, SHARE = 900, 50
"""Of the year's reads one in so many: enough traffic for the cars to be hidden in."""


def let_a_day_pass(stage: Stage, report: Report) -> str:
    """Play the day in its own time, once."""
    day = day_after(stage.city.ending)
    if NAME in stage.progress.done:
        return f"the hits of {day.on} are there already"
    if BEGUN in stage.progress.done:
        return (
            f"{day.on} was interrupted and is left as it is; "
            "`workbench demo run --fresh` begins anew"
        )
    if equipment.NAME not in stage.progress.done:
        return equipment.TOO_OLD
    if stage.past_clock() >= day.at("15:00", days=-1):
        return (
            "this demo was made before there was a day with hits; "
            "`workbench demo run --fresh` makes one with it"
        )
    return _played(stage, day, report)


def _played(stage: Stage, day: DayTimes, report: Report) -> str:
    stage.keep(stage.progress.with_done(BEGUN))
    stage.past_clock.move_to(day.at("15:00", days=-1))
    renew_training(stage, stage.past)
    rows = max(FEWEST_READS, stage.city.reads // SHARE)
    told = play_day(stage, day, rows, stage.home.folder / "day", report)
    stage.keep(stage.progress.with_done(NAME))
    return _in_words(told)


def _in_words(told: Told) -> str:
    came = told.came
    violations = sum(len(acted.violations) for acted in came.acted)
    closed = [acted.event.details.get("outcome") for acted in came.acted]
    reads = told.reads.table.num_rows + len(told.reads.seen)
    return (
        f"{told.day.on}: {reads:,} reads, {len(came.hits)} hits, "
        f"{len(came.acted)} acts on them, {len(came.refused)} refused, "
        f"{violations} in the wrong order; cars recovered: {closed.count(HitOutcome.RECOVERED)}"
    )

"""The main job from start to finish, in numbered steps that can be watched."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from workbench.demo.city import DEFAULT_ENDING, City
from workbench.demo.names import MADE_UP
from workbench.demo.stage import Report, Stage
from workbench.demo.steps import (
    analyst,
    audit,
    cameras,
    care,
    case_papers,
    database,
    day,
    deliveries,
    equipment,
    layout,
    neighbours,
    people,
    pictures,
    present,
    report,
    year,
)
from workbench.demo.year import ZONE
from workbench.domain.clock import Clock, system_clock
from workbench.settings import Settings


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the demo.

    Attributes
    ----------
    title
        What the person who watches reads while it runs.
    take
        Does it, reports how far it is, and returns one sentence on what came out.
    """

    title: str
    take: Callable[[Stage, Report], str]


DAYS_AFTER = 12
"""The day with hits, the week's sample of them, a day of papers, and some to spare."""

STEPS = (
    Step("Lay the made-up city out", layout.lay_out),
    Step("Start PostgreSQL and migrate", database.start_database),
    Step("Make people: accounts, roles, training, a designee", people.make_people),
    Step("Enter the cameras", cameras.enter_cameras),
    Step("Put the cameras up at their sites", equipment.put_up),
    Step("Enter the agencies around, and what is shared with them", neighbours.name_neighbours),
    Step("Let a year pass: reads come in, people work with them", year.let_a_year_pass),
    Step("Let a day pass: lists come in, cars pass, people work on the hits", day.let_a_day_pass),
    Step("Inspect the equipment, and have it repaired", care.look_after),
    Step("Hold and pack what a case needs, answer who asks for data", case_papers.keep_and_give),
    Step("Bring lists and cameras up to now", present.come_to_now),
    Step("Read pictures with EasyOCR", pictures.read_pictures),
    Step("Take in vendors' files, one of them partly broken", deliveries.take_in),
    Step("Sign an analyst in with password and code, and search", analyst.search),
    Step("Look at the reads of pictures, and open one", analyst.open_picture),
    Step("Canvass three made-up robberies", analyst.canvass),
    Step("Verify the audit chain and sign its head", audit.verify),
    Step("Make the quarterly audit of queries", report.make_quarterly_audit),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken, with what came out and how long it took."""

    title: str
    outcome: str
    seconds: float


def run_demo(
    settings: Settings,
    city: City,
    *,
    console: Console,
    clock: Clock = system_clock,
    steps: Sequence[Step] = STEPS,
) -> list[Taken]:
    """Take every step and return what came out.

    Parameters
    ----------
    settings
        Where everything is kept.
    city
        What it is about.
    console
        Where it is shown.
    clock
        The real present.
    steps
        Which ones; they build on those before them.

    Raises
    ------
    WorkbenchError
        Whatever stops a step; running the demo again goes on from there.
    """
    console.print(
        f"[bold]The city of {city.name}[/bold] — {MADE_UP}.", highlight=False, soft_wrap=True
    )
    taken = []
    with ExitStack() as stack:
        stage = Stage(settings, city, stack, clock=clock)
        stage.progress = stage.home.begin(stage.progress)
        for number, step in enumerate(steps, start=1):
            console.print(
                f"[bold]{number:>2}/{len(steps)}[/bold] {step.title}",
                highlight=False,
                soft_wrap=True,
            )
            done = _take(stage, step, console)
            taken.append(done)
            console.print(
                f"      {done.outcome} ({done.seconds:.1f} s)", highlight=False, soft_wrap=True
            )
    return taken


def last_day(now: datetime) -> date:
    """Return the last day of the city's year: the usual one, or one that lies back far enough.

    Reads of the future would be refused, and the day with hits and the rest of its week follow.

    Examples
    --------
    >>> from datetime import UTC
    >>> last_day(datetime(2027, 3, 1, tzinfo=UTC)).isoformat()
    '2026-11-01'
    """
    return min(DEFAULT_ENDING, now.astimezone(ZONE).date() - timedelta(days=DAYS_AFTER))


def _take(stage: Stage, step: Step, console: Console) -> Taken:
    began = time.monotonic()
    columns = (TextColumn("     "), BarColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(step.title, total=None)
        outcome = step.take(
            stage, lambda done, total: bar.update(task, completed=done, total=total)
        )
    return Taken(step.title, outcome, time.monotonic() - began)

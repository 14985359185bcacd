"""The day from the evening before, when lists are set up, to the week's sample of hits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.demo.day.agenda import Agenda
from workbench.demo.day.hits_taken_up import INVESTIGATORS, WATCH, HitsTakenUp, WhatCame
from workbench.demo.day.lists_come import TIMER, ListsCome
from workbench.demo.day.mailbox import Mailbox, open_mailbox
from workbench.demo.day.on_shift import OnShift
from workbench.demo.day.reads import SOURCE, DayReads, day_reads
from workbench.demo.day.staff import Post, Staff
from workbench.demo.day.times import DayTimes
from workbench.demo.day.wanted import WantedCar, wanted_cars
from workbench.demo.misreads import read_plates
from workbench.demo.names import MADE_UP, TOWN
from workbench.demo.plates import make_plates, plate_texts
from workbench.demo.read_table import ENGINE, ENGINE_VERSION
from workbench.demo.stage import Report, Stage
from workbench.detections.formats.base import Taken
from workbench.detections.ingest_log import Caller
from workbench.domain.alert import TargetKind
from workbench.domain.hot_entry import Category
from workbench.domain.read import Read
from workbench.hotlists.alerts.open import open_worker
from workbench.hotlists.alerts.target import Target
from workbench.hotlists.alerts.worker import AlertWorker
from workbench.hotlists.hits.scoring import Drawn
from workbench.recognition.misreads import learn_misreads

DESK_MAIL, INVESTIGATOR_MAIL, CAD = "desk", "investigator", "cad"
_LOADS = (("17:00", -1, False), ("05:00", 0, False), ("17:00", 0, True), ("05:00", 1, True))
"""When lists are loaded: local time, days from the day, whether as of the day's evening."""
_PAIRS = 1_500
_LEFT_UNSCORED = 2
"""Drawn hits that nobody gets round to; they stay in the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the day came to.

    Attributes
    ----------
    mails
        Files of the mail that was sent.
    drawn
        The sample of the day's week.
    rates
        How often hits were wrong, as `workbench hits truth` has it.
    """

    day: DayTimes
    cars: tuple[WantedCar, ...]
    reads: DayReads
    came: WhatCame
    mails: Path
    calls: Path
    drawn: Drawn
    rates: pd.DataFrame


def play_day(stage: Stage, day: DayTimes, rows: int, folder: Path, report: Report) -> Told:
    """Let the day pass in the made-up past of a stage and return what it came to.

    Parameters
    ----------
    stage
        Its people and cameras are there already.
    day
        Which day.
    rows
        How many reads it has.
    folder
        Where lists, mail and calls lie.
    report
        Told of each portion of reads.

    Raises
    ------
    WorkbenchError
        Whatever the services refuse that is not refused on purpose.
    """
    calls = folder / "calls"
    calls.mkdir(parents=True, exist_ok=True)
    note = f"Lists, mail and calls of {day.on} in {TOWN}: {MADE_UP}.\n"
    (folder / "README.txt").write_text(note, encoding="utf-8")
    with open_mailbox(folder / "mail") as mailbox:
        return Day(stage, day, rows, folder, mailbox).play(calls, report)


class Day:
    """The day as it is planned, and what came of it.

    Parameters
    ----------
    stage, day, rows, folder
        As for `play_day`.
    mailbox
        Where the mail of the day goes.
    """

    def __init__(
        self, stage: Stage, day: DayTimes, rows: int, folder: Path, mailbox: Mailbox
    ) -> None:
        self._stage = stage
        self._day = day
        self._mailbox = mailbox
        self._runtime = stage.past
        self._cars = wanted_cars(stage.city)
        self._reads = day_reads(stage.city, self._cars, day, rows)
        self._agenda = Agenda(stage.past_clock)
        self._staff = Staff(stage)
        self._worker = _worker(stage, mailbox)
        self._lists = ListsCome(self._runtime, stage.city, self._cars, day, folder / "lists")
        self._hits = HitsTakenUp(
            self._runtime, self._agenda, self._staff, self._cars, self._reads, send=self._hear
        )
        self._shifts = OnShift(self._runtime, self._agenda, self._staff, stage.city, day)

    def play(self, calls: Path, report: Report) -> Told:
        """Let everything happen that is planned, until the week's sample is scored."""
        self._plan(calls, report)
        self._agenda.pass_until(self._day.at("12:00", days=1))
        self._stop_mail()
        drawn = self._draw()
        rates = self._runtime.scoring.rates(self._staff.actor(Post.SUPERVISOR), weeks=2)
        return Told(
            day=self._day,
            cars=self._cars,
            reads=self._reads,
            came=self._hits.came,
            mails=self._mailbox.folder,
            calls=calls,
            drawn=drawn,
            rates=rates,
        )

    def _plan(self, calls: Path, report: Report) -> None:
        day, lists, staff = self._day, self._lists, self._staff
        plan = self._agenda.plan
        plan(day.at("15:30", days=-1), self._learn)
        plan(day.at("16:00", days=-1), partial(lists.set_up, staff))
        plan(day.at("16:10", days=-1), partial(self._set_targets, calls))
        plan(day.at("16:30", days=-1), partial(lists.approve, staff))
        for clock, days, evening in _LOADS:
            at = day.at(clock, days=days)
            plan(at - timedelta(minutes=5), partial(lists.sources_write, evening=evening))
            plan(at, lists.load_all)
            plan(at + timedelta(seconds=2), self._hear)
        plan(day.at("04:58"), lists.go_away)
        plan(day.at("06:40"), lists.come_back)
        plan(day.at("10:00"), partial(lists.enter_hot_plates, staff))
        self._shifts.plan()
        portions = self._reads.portions()
        for number, (at, table) in enumerate(portions):
            plan(at, partial(self._take_in, table))
            plan(at, partial(report, number, len(portions)))
        for seen in self._reads.seen:
            plan(seen.at, partial(self._take_one, seen.read))
            plan(seen.at + timedelta(seconds=2), self._hear)
        for turn in range(57):
            plan(day.at("00:00") + timedelta(minutes=25 * turn), staff.stay)
        for hour in range(36):  # what nobody waits for is sent then, and notices are found
            plan(day.at("00:00") + timedelta(hours=hour, seconds=30), self._hear)

    def _hear(self) -> None:
        """Let the worker send what waits, and people read what has come."""
        self._worker.round()
        self._hits.read(self._mailbox.unread())

    def _take_in(self, table: pa.Table) -> None:
        at = self._runtime.clock()
        self._runtime.ingest.take_table(
            table, Caller(origin=TIMER), name=f"demo day {at:%Y-%m-%d %H:%M:%S}"
        )

    def _take_one(self, read: Read) -> None:
        """Take in a read as a camera sends it, with its pictures."""
        self._runtime.ingest.take_items(
            [Taken(0, read)],
            Caller(origin=TIMER),
            name=f"demo day {read.camera} {read.seen_at:%Y-%m-%d %H:%M:%S}",
            source=SOURCE,
        )

    def _learn(self) -> None:
        """Measure what the city's cameras misread, so that hits say how likely they are."""
        rng = np.random.default_rng([self._stage.city.seed, 3_200])
        plates, _ = make_plates(_PAIRS, rng)
        read = read_plates(plates, np.ones(_PAIRS, np.float32), rng).plates
        model = learn_misreads(
            list(zip(plate_texts(plates), plate_texts(read), strict=True)),
            engine=ENGINE,
            engine_version=ENGINE_VERSION,
            learned_at=self._runtime.clock(),
            sets=("labelled by the demo",),
        )
        self._runtime.misreads.add(model, origin=TIMER)

    def _set_targets(self, calls: Path) -> None:
        investigator = self._staff.username(Post.INVESTIGATOR)
        for target in (
            Target(
                name=DESK_MAIL,
                kind=TargetKind.EMAIL,
                address=WATCH,
                notices=True,
            ),
            Target(
                name=INVESTIGATOR_MAIL,
                kind=TargetKind.EMAIL,
                address=INVESTIGATORS,
                categories=frozenset({Category.HOT_PLATE}),
                person=investigator,
            ),
            Target(name=CAD, kind=TargetKind.CAD_FILE, address=str(calls.resolve())),
        ):
            self._runtime.alerts.targets.add(self._staff.actor(Post.ADMINISTRATOR), target)

    def _stop_mail(self) -> None:
        """Switch the mail targets off: the demo's mail server ends with the day."""
        for name in (DESK_MAIL, INVESTIGATOR_MAIL):
            actor = self._staff.actor(Post.ADMINISTRATOR)
            self._runtime.alerts.targets.switch(actor, name, enabled=False)

    def _draw(self) -> Drawn:
        """Draw the week's sample when it is over, and let the supervisor score it."""
        clock, ends_at = self._stage.past_clock, self._day.week_ends_at
        clock.move_to(ends_at + timedelta(minutes=30))
        rng = np.random.default_rng([self._stage.city.seed, 3_300])
        drawn = self._runtime.scoring.draw(None, rng, week=self._day.week, origin=TIMER)
        clock.move_to(ends_at + timedelta(hours=9))
        for number in drawn.hits[: max(1, len(drawn.hits) - _LEFT_UNSCORED)]:
            clock.move_to(clock() + timedelta(minutes=2))
            supervisor = self._staff.actor(Post.SUPERVISOR)
            hit = self._runtime.hits.show(supervisor, number).hit
            self._hits.score(supervisor, hit)
        return drawn


def _worker(stage: Stage, mailbox: Mailbox) -> AlertWorker:
    """Return the worker that sends, with the demo's own mail server."""
    runtime = stage.past
    settings = stage.settings.model_copy(
        update={
            "smtp_host": "127.0.0.1",
            "smtp_port": mailbox.port,
            "smtp_tls": "none",
            "smtp_user": None,
            "smtp_password": None,
            "mail_from": "alpr@quillhaven.example.gov",
        }
    )
    return open_worker(
        stage.database.service,
        settings,
        policy=stage.policy,
        audit=runtime.audit,
        clock=runtime.clock,
        find=runtime.finds_notices,
        rng=np.random.default_rng([stage.city.seed, 3_400]),
        origin=TIMER,
        guard=runtime.guard,
    )

"""People who hear of hits and take them up: each act is done at its time, by the real services."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from functools import partial

from workbench.demo.day.agenda import Agenda
from workbench.demo.day.courses import COURSES, KNOWN, MISREAD, UNSEEN, Step
from workbench.demo.day.reads import DayReads
from workbench.demo.day.seeing import see_read
from workbench.demo.day.staff import Post, Staff
from workbench.demo.day.wanted import Part, WantedCar
from workbench.domain.hit import Disposition, HitEventKind
from workbench.domain.person import Actor
from workbench.errors import HitError, InputError, WorkbenchError
from workbench.hotlists.hits.acts import Act, Close, Compare, Score
from workbench.hotlists.hits.hit import Hit
from workbench.hotlists.hits.recording import Acted
from workbench.runtime import Runtime

WATCH, INVESTIGATORS = "watch@quillhaven.example.gov", "robbery@quillhaven.example.gov"
"""Where the desk and the investigator of the series get their mail."""

_HIT = re.compile(r"ALPR hit (\d+)")


@dataclass(slots=True)
class WhatCame:
    """What came of the day, for the one who watches and for tests.

    Attributes
    ----------
    hits
        Numbers of the hits that people heard of, in order.
    part_of
        The hit that a car's part was played with.
    acted
        What was recorded.
    refused
        What the rules did not let happen, in words.
    """

    hits: list[int] = field(default_factory=list)
    part_of: dict[Part, int] = field(default_factory=dict)
    acted: list[Acted] = field(default_factory=list)
    refused: list[WorkbenchError] = field(default_factory=list)


class HitsTakenUp:
    """Lets people read their mail and do what is to be done about each hit.

    Parameters
    ----------
    runtime, agenda, staff
        The services, what is planned, and who works.
    cars, reads
        The truth that people would see on the pictures.
    send
        Lets what waits leave; planned after each call for service.
    """

    def __init__(
        self,
        runtime: Runtime,
        agenda: Agenda,
        staff: Staff,
        cars: Sequence[WantedCar],
        reads: DayReads,
        *,
        send: Callable[[], None],
    ) -> None:
        self._runtime = runtime
        self._agenda = agenda
        self._staff = staff
        self._cars = cars
        self._reads = reads
        self._wanted = reads.wanted
        self._send = send
        self.came = WhatCame()

    def read(self, mails: Sequence[EmailMessage]) -> None:
        """Take up each hit that a mail tells of; a mail says no more than its number."""
        heard: dict[int, Post] = {}
        for mail in mails:
            told = _HIT.match(str(mail["Subject"]))
            if told is not None and int(told[1]) not in self.came.hits:
                for_all = str(mail["To"]) != INVESTIGATORS or heard.get(int(told[1])) is Post.DESK
                heard[int(told[1])] = Post.DESK if for_all else Post.INVESTIGATOR
        for number, post in sorted(heard.items()):
            self._take_up(number, post)

    def is_true(self, hit: Hit) -> bool:
        """Return whether the listed plate stood on the car, as the picture shows.

        Of the year's reads no picture is kept: what was read as it is listed is believed.
        """
        truth = self._reads.truth.get((hit.camera_id, hit.seen_at))
        if truth is None:
            return hit.read_plate == hit.listed_plate or "*" in hit.listed_plate
        return truth == hit.listed_plate or "*" in hit.listed_plate

    def score(self, actor: Actor, hit: Hit) -> None:
        """Let somebody judge from the picture how right a hit was, if there is one."""
        if see_read(self._runtime, actor, hit):
            judged = Disposition.CORRECT if self.is_true(hit) else Disposition.MISREAD
            score = Score(disposition=judged, plate_picture=True)
        else:
            score = Score(
                disposition=Disposition.NOT_SCORED, plate_picture=False, note="No picture is kept"
            )
        self._runtime.hits.act(actor, hit.id, score)

    def _take_up(self, number: int, post: Post) -> None:
        at = self._runtime.clock()
        self.came.hits.append(number)
        hit = self._runtime.hits.show(self._staff.actor(post), number).hit
        for step in self._course(hit):
            self._agenda.plan(at + step.after, partial(self._do, hit, step))

    def _course(self, hit: Hit) -> Sequence[Step]:
        sight = (hit.camera_id, hit.seen_at)
        if sight not in self._wanted:
            return UNSEEN
        if not self.is_true(hit):
            self.came.part_of.setdefault(self._wanted[sight].car.part, hit.id)
            return MISREAD
        part = self._wanted[sight].car.part
        if part in self.came.part_of or hit.list_code != self._list_of(part):
            return KNOWN
        self.came.part_of[part] = hit.id
        return COURSES[part]

    def _list_of(self, part: Part) -> str:
        return next(car.list_code for car in self._cars if car.part is part)

    def _do(self, hit: Hit, step: Step) -> None:
        actor = self._staff.actor(step.post)
        act = step.act
        if not isinstance(act, Act):
            act = act(self._runtime.hits.show(actor, hit.id).events)
        if isinstance(act, Compare | Close):
            see_read(self._runtime, actor, hit)
        try:
            acted = self._runtime.hits.act(actor, hit.id, act, knowing=step.knowing)
        except (HitError, InputError) as error:
            if not step.impossible:
                raise
            self.came.refused.append(error)
            return
        self.came.acted.append(acted)
        if acted.event.kind is HitEventKind.CALLED:
            self._agenda.plan(self._runtime.clock() + timedelta(seconds=2), self._send)

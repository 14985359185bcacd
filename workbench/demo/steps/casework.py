"""Plays the made-up casework of a quarter through the workbench's own services."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from workbench.demo.casework import PlannedInquiry
from workbench.demo.stage import MovingClock, Stage
from workbench.domain.criteria import CanvassCriteria
from workbench.domain.inquiry import Inquiry, InquiryState
from workbench.domain.person import Actor, Role
from workbench.errors import AccessError
from workbench.runtime import Runtime


class Casework:
    """Plays inquiries one after the other; those of one sitting in one session.

    Parameters
    ----------
    stage
        Whose workbench it is.
    runtime, clock
        The workbench in the made-up past, and its clock.
    """

    def __init__(self, stage: Stage, runtime: Runtime, clock: MovingClock) -> None:
        self._stage = stage
        self._runtime = runtime
        self._clock = clock
        self._sitting: tuple[int, Actor] | None = None

    def play(self, planned: PlannedInquiry) -> None:
        """Open the inquiry, look, and close it; refusals belong to it."""
        self._clock.move_to(planned.at)
        actor = self._actor(planned)
        with suppress(AccessError):  # logged as refused, as in real life
            inquiry = self._runtime.inquiries.open(
                actor,
                purpose=planned.purpose,
                reason=planned.reason,
                case_number=planned.case_number,
            )
            _decide(self._stage, self._runtime, self._clock, planned, inquiry)
            _look(self._runtime, self._clock, planned, actor, inquiry)
        progress = self._stage.progress
        self._stage.keep(replace(progress, inquiries=progress.inquiries + 1))

    def _actor(self, planned: PlannedInquiry) -> Actor:
        if self._sitting is None or self._sitting[0] != planned.sitting:
            actor = self._stage.acting(self._runtime, planned.person.username)
            self._sitting = (planned.sitting, actor)
        return self._sitting[1]


def _decide(
    stage: Stage, runtime: Runtime, clock: MovingClock, planned: PlannedInquiry, inquiry: Inquiry
) -> None:
    """Let the supervisor decide, after somebody was too early and has been refused."""
    if inquiry.state is not InquiryState.WAITING:
        return
    boss = next(person for person in stage.city.people if person.role is Role.SUPERVISOR)
    if boss.username == planned.person.username:
        return
    clock.move_to(clock() + timedelta(minutes=12))
    supervisor = stage.acting(runtime, boss.username)
    if planned.approved:
        runtime.inquiries.approve(supervisor, inquiry.id, note="Letter of the city is on file")
    else:
        runtime.inquiries.refuse(supervisor, inquiry.id, note="No written request was shown")


def _look(
    runtime: Runtime, clock: MovingClock, planned: PlannedInquiry, actor: Actor, inquiry: Inquiry
) -> None:
    for look in planned.looks:
        clock.move_to(clock() + timedelta(minutes=1))
        if isinstance(look, CanvassCriteria):
            runtime.door.canvass(actor, inquiry.id, look)
        else:
            runtime.door.search(actor, inquiry.id, look)
    runtime.inquiries.close(actor, inquiry.id)

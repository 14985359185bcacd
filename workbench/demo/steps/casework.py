"""Plays the made-up casework of a quarter through the workbench's own services."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from workbench.demo.casework import PlannedInquiry
from workbench.demo.stage import Stage
from workbench.domain.criteria import CanvassCriteria
from workbench.domain.inquiry import Inquiry, InquiryState
from workbench.domain.person import Actor, Role
from workbench.errors import AccessError


class Casework:
    """Plays inquiries one after the other; those of one sitting in one session.

    Parameters
    ----------
    stage
        In whose made-up past it happens.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._sitting: tuple[int, Actor] | None = None

    def play(self, planned: PlannedInquiry) -> None:
        """Open the inquiry, look, and close it; refusals belong to it."""
        stage = self._stage
        stage.past_clock.move_to(planned.at)
        actor = self._actor(planned)
        with suppress(AccessError):  # logged as refused, as in real life
            inquiry = stage.past.inquiries.open(
                actor,
                purpose=planned.purpose,
                reason=planned.reason,
                case_number=planned.case_number,
            )
            _decide(stage, planned, inquiry)
            _look(stage, planned, actor, inquiry)
        stage.keep(replace(stage.progress, inquiries=stage.progress.inquiries + 1))

    def _actor(self, planned: PlannedInquiry) -> Actor:
        if self._sitting is None or self._sitting[0] != planned.sitting:
            actor = self._stage.acting(self._stage.past, planned.person.username)
            self._sitting = (planned.sitting, actor)
        return self._sitting[1]


def _decide(stage: Stage, planned: PlannedInquiry, inquiry: Inquiry) -> None:
    """Let the supervisor decide; nobody decides their own."""
    if inquiry.state is not InquiryState.WAITING:
        return
    boss = next(person for person in stage.city.people if person.role is Role.SUPERVISOR)
    if boss.username == planned.person.username:
        return
    stage.past_clock.move_to(stage.past_clock() + timedelta(minutes=12))
    supervisor = stage.acting(stage.past, boss.username)
    inquiries = stage.past.inquiries
    if planned.approved:
        inquiries.approve(supervisor, inquiry.id, note="Letter of the city is on file")
    else:
        inquiries.refuse(supervisor, inquiry.id, note="No written request was shown")


def _look(stage: Stage, planned: PlannedInquiry, actor: Actor, inquiry: Inquiry) -> None:
    for look in planned.looks:
        stage.past_clock.move_to(stage.past_clock() + timedelta(minutes=1))
        if isinstance(look, CanvassCriteria):
            stage.past.door.canvass(actor, inquiry.id, look)
        else:
            stage.past.door.search(actor, inquiry.id, look)
    stage.past.inquiries.close(actor, inquiry.id)

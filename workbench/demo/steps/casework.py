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


def play(stage: Stage, runtime: Runtime, clock: MovingClock, planned: PlannedInquiry) -> None:
    """Sign the person in, open the inquiry, look, and close it; refusals belong to it."""
    clock.move_to(planned.at)
    actor = stage.acting(runtime, planned.person.username)
    with suppress(AccessError):  # logged as refused, as in real life
        inquiry = runtime.inquiries.open(
            actor,
            purpose=planned.purpose,
            reason=planned.reason,
            case_number=planned.case_number,
        )
        _decide(stage, runtime, clock, planned, inquiry)
        _look(runtime, clock, planned, actor, inquiry)
    stage.keep(replace(stage.progress, inquiries=stage.progress.inquiries + 1))


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

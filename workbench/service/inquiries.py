"""Routes of inquiries: stated, decided by somebody else where the policy asks, closed.

So are requests for more reads under one than a person may bring out alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

from workbench.detections.allowances import MOST_READS
from workbench.domain.action import Action
from workbench.domain.allowance import Allowance
from workbench.domain.inquiry import Inquiry
from workbench.runtime import Runtime
from workbench.service.edge import Answer, Body, GivenActor, GivenRuntime, Line, Words, problems

router = APIRouter(prefix="/v1/inquiries", tags=["inquiries"])

Number = Annotated[int, Path(ge=1, lt=2**63)]


class InquiryStated(Body):
    """A purpose, before anything is searched."""

    purpose: Line
    reason: Words
    case_number: Line | None = None


class Decided(Body):
    """Why an inquiry is approved or refused."""

    note: Words


class InquiryAnswer(Answer):
    """An inquiry; `approvers` are the roles that may decide it."""

    id: UUID
    username: str
    purpose: str
    case_number: str | None
    reason: str
    state: str
    opened_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_note: str | None
    approvers: list[str]


class ReadsAsked(Body):
    """How many reads more the looks of an inquiry are to let out together, and what for."""

    reads: Annotated[int, Field(ge=1, le=MOST_READS)]
    why: Words


class AllowanceAnswer(Answer):
    """A number of reads that was asked for under an inquiry, and what became of it."""

    id: int
    inquiry_id: UUID
    username: str
    reads: int
    why: str
    state: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_note: str | None


class AllowancesAnswer(Answer):
    """What was asked for under an inquiry, newest first."""

    allowances: list[AllowanceAnswer]


class InquiriesAnswer(Answer):
    """Inquiries, newest first."""

    inquiries: list[InquiryAnswer]


class AllowanceAskedAnswer(Answer):
    """A request for reads that waits; `out_today`: what that person's looks let out in 24 hours."""

    allowance: AllowanceAnswer
    inquiry: InquiryAnswer
    out_today: int


class WaitingAnswer(Answer):
    """Others' inquiries and requests for reads that wait; `access_id` is the record of it."""

    inquiries: list[InquiryAnswer]
    asked: list[AllowanceAskedAnswer]
    access_id: int


@router.post("", status_code=201, responses=problems(401, 403))
def open_inquiry(stated: InquiryStated, actor: GivenActor, runtime: GivenRuntime) -> InquiryAnswer:
    """State a purpose."""
    opened = runtime.inquiries.open(
        actor, purpose=stated.purpose, reason=stated.reason, case_number=stated.case_number
    )
    return _answer(opened, runtime)


@router.get("", responses=problems(401))
def own_inquiries(actor: GivenActor, runtime: GivenRuntime) -> InquiriesAnswer:
    """Return one's own inquiries that are open or waiting."""
    return InquiriesAnswer(
        inquiries=[_answer(one, runtime) for one in runtime.inquiries.mine(actor)]
    )


@router.get("/waiting", responses=problems(401, 403))
def waiting_inquiries(actor: GivenActor, runtime: GivenRuntime) -> WaitingAnswer:
    """Return what others wait for, to those who decide; recorded."""
    found = runtime.waiting.show(actor)
    return WaitingAnswer(
        inquiries=[_answer(one, runtime) for one in found.inquiries],
        asked=[
            AllowanceAskedAnswer(
                allowance=_allowance(one.allowance),
                inquiry=_answer(one.inquiry, runtime),
                out_today=one.out_today,
            )
            for one in found.asked
        ],
        access_id=found.access_id,
    )


@router.post("/allowances/{number}/approve", responses=problems(401, 403))
def allow(
    number: Number, decided: Decided, actor: GivenActor, runtime: GivenRuntime
) -> AllowanceAnswer:
    """Approve a number of reads that somebody else asked for."""
    done = runtime.allowances.decide(actor, number, approve=True, note=decided.note)
    return _allowance(done)


@router.post("/allowances/{number}/refuse", responses=problems(401, 403))
def refuse_reads(
    number: Number, decided: Decided, actor: GivenActor, runtime: GivenRuntime
) -> AllowanceAnswer:
    """Refuse a number of reads that somebody else asked for."""
    done = runtime.allowances.decide(actor, number, approve=False, note=decided.note)
    return _allowance(done)


@router.post("/{inquiry_id}/allowances", status_code=201, responses=problems(401, 403, 409))
def ask_for_reads(
    inquiry_id: UUID, asked: ReadsAsked, actor: GivenActor, runtime: GivenRuntime
) -> AllowanceAnswer:
    """Ask for more reads under one's own inquiry than one person may bring out alone."""
    made = runtime.allowances.ask(actor, inquiry_id, reads=asked.reads, why=asked.why)
    return _allowance(made)


@router.get("/{inquiry_id}/allowances", responses=problems(401, 403))
def own_allowances(inquiry_id: UUID, actor: GivenActor, runtime: GivenRuntime) -> AllowancesAnswer:
    """Return what was asked for under one of one's own inquiries, and what became of it."""
    found = runtime.allowances.of(actor, inquiry_id)
    return AllowancesAnswer(allowances=[_allowance(one) for one in found])


@router.get("/{inquiry_id}", responses=problems(401, 403))
def own_inquiry(inquiry_id: UUID, actor: GivenActor, runtime: GivenRuntime) -> InquiryAnswer:
    """Return one of one's own inquiries."""
    return _answer(runtime.inquiries.of(actor, inquiry_id), runtime)


@router.post("/{inquiry_id}/approve", responses=problems(401, 403))
def approve(
    inquiry_id: UUID, decided: Decided, actor: GivenActor, runtime: GivenRuntime
) -> InquiryAnswer:
    """Approve somebody else's waiting inquiry."""
    return _answer(runtime.inquiries.approve(actor, inquiry_id, note=decided.note), runtime)


@router.post("/{inquiry_id}/refuse", responses=problems(401, 403))
def refuse(
    inquiry_id: UUID, decided: Decided, actor: GivenActor, runtime: GivenRuntime
) -> InquiryAnswer:
    """Refuse somebody else's waiting inquiry."""
    return _answer(runtime.inquiries.refuse(actor, inquiry_id, note=decided.note), runtime)


@router.post("/{inquiry_id}/close", responses=problems(401, 403))
def close(inquiry_id: UUID, actor: GivenActor, runtime: GivenRuntime) -> InquiryAnswer:
    """Close one of one's own inquiries."""
    return _answer(runtime.inquiries.close(actor, inquiry_id), runtime)


def _answer(found: Inquiry, runtime: Runtime) -> InquiryAnswer:
    roles = runtime.policy.roles
    deciders = [role.value for role in roles if Action.INQUIRIES_DECIDE in roles[role].value]
    values = {name: getattr(found, name) for name in Inquiry.__dataclass_fields__}
    return InquiryAnswer(**values, approvers=sorted(deciders))


def _allowance(one: Allowance) -> AllowanceAnswer:
    return AllowanceAnswer(**{name: getattr(one, name) for name in Allowance.__dataclass_fields__})

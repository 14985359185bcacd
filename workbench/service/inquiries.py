"""Routes of inquiries: stated, decided by somebody else where the policy asks, closed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from workbench.domain.action import Action
from workbench.domain.inquiry import Inquiry
from workbench.runtime import Runtime
from workbench.service.edge import Answer, Body, GivenActor, GivenRuntime, Line, Words, problems

router = APIRouter(prefix="/v1/inquiries", tags=["inquiries"])


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


class InquiriesAnswer(Answer):
    """Inquiries, newest first."""

    inquiries: list[InquiryAnswer]


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
def waiting_inquiries(actor: GivenActor, runtime: GivenRuntime) -> InquiriesAnswer:
    """Return everybody's inquiries that wait for a decision."""
    return InquiriesAnswer(
        inquiries=[_answer(one, runtime) for one in runtime.inquiries.waiting(actor)]
    )


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

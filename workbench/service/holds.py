"""Routes of holds: placed, counted, listed, shown, decided; their reads come through the door."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field

from workbench.domain.criteria import MAX_LIMIT
from workbench.domain.read_set import MAX_NAMED, ReadSet
from workbench.retention.holds.placing import NewHold
from workbench.retention.holds.seeing import SeenHold
from workbench.service.criteria import SearchAsked
from workbench.service.detections import ROWS, ArrowResponse, arrow_response
from workbench.service.edge import (
    Answer,
    Body,
    GivenActor,
    GivenRuntime,
    Instant,
    Line,
    Words,
    problems,
)

router = APIRouter(prefix="/v1", tags=["holds"])

HoldId = Annotated[int, Path(ge=1, lt=2**63)]
DetectionIds = Annotated[
    tuple[Annotated[int, Field(ge=1, lt=2**63)], ...], Field(strict=False, max_length=MAX_NAMED)
]


class ReadsAsked(Body):
    """Reads that fit a search, reads that are named, or both; a search's limit does not count."""

    search: SearchAsked | None = None
    detections: DetectionIds = ()

    def meant(self) -> ReadSet:
        """Return the domain's set.

        Raises
        ------
        InputError
            If it means nothing, or a part cannot be searched for.
        """
        search = self.search.criteria(default_limit=MAX_LIMIT) if self.search else None
        return ReadSet(search=search, detections=self.detections)


class HoldAsked(Body):
    """A hold to be placed; without an end it stands until the custodian releases it."""

    case_number: Line
    reason: Words
    reads: ReadsAsked
    ends_at: Instant | None = None


class HoldReasonAsked(Body):
    """Why a hold is approved, refused, withdrawn or released."""

    reason: Words


class HoldAnswer(Answer):
    """A hold and how it stands; what is not for the person's eyes is null. Never what it holds."""

    id: int
    state: str
    whole: bool = Field(description="Whether criteria, case, reasons and names are for you")
    case_number: str | None
    reason: str | None
    meant: dict[str, Any] | None
    placed_at: str
    placed_by: str | None
    access_id: int | None
    ends_at: str | None
    waits_because: str | None
    approved_at: str | None
    approved_by: str | None
    approved_because: str | None
    released_at: str | None
    released_by: str | None
    released_because: str | None


class PlacedAnswer(HoldAnswer):
    """A hold as it was just placed, and what this look told."""

    whole: bool = True
    reads: int | None = Field(description="How many it holds; null while it waits")
    warning: str | None


class CountAnswer(Answer):
    """How many reads a hold holds."""

    hold_id: int
    reads: int
    only: int | None = Field(
        description="Held by no other standing hold; for who releases holds, else null"
    )
    access_id: int


class HoldsAnswer(Answer):
    """Holds, newest first."""

    holds: list[HoldAnswer]


@router.post(
    "/inquiries/{inquiry_id}/holds", status_code=201, responses=problems(401, 403, 409, 504)
)
def place(
    inquiry_id: UUID, asked: HoldAsked, actor: GivenActor, runtime: GivenRuntime
) -> PlacedAnswer:
    """Hold reads that fit, now and as they come; a logged look."""
    new = NewHold(
        case_number=asked.case_number,
        reason=asked.reason,
        meant=asked.reads.meant(),
        ends_at=asked.ends_at,
    )
    return PlacedAnswer(**runtime.holds.placing.place(actor, inquiry_id, new).as_json())


@router.post(
    "/inquiries/{inquiry_id}/holds/{hold_id}/count", responses=problems(401, 403, 409, 504)
)
def count(
    inquiry_id: UUID, hold_id: HoldId, actor: GivenActor, runtime: GivenRuntime
) -> CountAnswer:
    """Count the reads of a hold; a logged look."""
    return CountAnswer(**runtime.holds.counting.count(actor, inquiry_id, hold_id).as_json())


@router.get("/holds", responses=problems(401, 403))
def holds(actor: GivenActor, runtime: GivenRuntime, *, ended: bool = False) -> HoldsAnswer:
    """Return the holds that stand or wait, or all of them; logged."""
    found = runtime.holds.register.all(actor, ended=ended)
    return HoldsAnswer(holds=[_answer(one) for one in found])


@router.get("/holds/{hold_id}", responses=problems(401, 403))
def hold(hold_id: HoldId, actor: GivenActor, runtime: GivenRuntime) -> HoldAnswer:
    """Return a hold; logged."""
    return _answer(runtime.holds.register.show(actor, hold_id))


@router.post("/holds/{hold_id}/approve", responses=problems(401, 403))
def approve(
    hold_id: HoldId, asked: HoldReasonAsked, actor: GivenActor, runtime: GivenRuntime
) -> HoldAnswer:
    """Let a hold hold that somebody else may not hold alone."""
    return _answer(runtime.holds.decisions.approve(actor, hold_id, reason=asked.reason))


@router.post("/holds/{hold_id}/refuse", responses=problems(401, 403))
def refuse(
    hold_id: HoldId, asked: HoldReasonAsked, actor: GivenActor, runtime: GivenRuntime
) -> HoldAnswer:
    """Put somebody else's waiting hold aside."""
    return _answer(runtime.holds.decisions.refuse(actor, hold_id, reason=asked.reason))


@router.post("/holds/{hold_id}/withdraw", responses=problems(401, 403))
def withdraw(
    hold_id: HoldId, asked: HoldReasonAsked, actor: GivenActor, runtime: GivenRuntime
) -> HoldAnswer:
    """Take back one's own hold while it waits."""
    return _answer(runtime.holds.decisions.withdraw(actor, hold_id, reason=asked.reason))


@router.post("/holds/{hold_id}/release", responses=problems(401, 403))
def release(
    hold_id: HoldId, asked: HoldReasonAsked, actor: GivenActor, runtime: GivenRuntime
) -> HoldAnswer:
    """Release a hold; what another one holds stays."""
    return _answer(runtime.holds.decisions.release(actor, hold_id, reason=asked.reason))


@router.get(
    "/inquiries/{inquiry_id}/holds/{hold_id}/reads",
    response_class=ArrowResponse,
    responses=ROWS | problems(401, 403, 409, 504),
)
def reads(
    inquiry_id: UUID,
    hold_id: HoldId,
    actor: GivenActor,
    runtime: GivenRuntime,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 1_000,
) -> ArrowResponse:
    """Return the reads of a hold, newest first; a logged look."""
    found = runtime.door.held(actor, inquiry_id, hold_id, limit=limit)
    return arrow_response(found, runtime.policy.version)


def _answer(one: SeenHold) -> HoldAnswer:
    return HoldAnswer(**one.as_json())

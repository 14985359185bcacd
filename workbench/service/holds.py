"""Routes of holds: placed, listed, shown, released; their reads come through the door."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field

from workbench.domain.criteria import MAX_LIMIT
from workbench.domain.read_set import MAX_NAMED, ReadSet
from workbench.retention.holds.placing import HeldNow, NewHold
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


class ReleaseAsked(Body):
    """Why a hold is released."""

    reason: Words


class HoldAnswer(Answer):
    """A hold, how it stands, and how many reads it holds."""

    id: int
    case_number: str
    reason: str
    meant: dict[str, Any] | None
    placed_at: str
    placed_by: str
    ends_at: str | None
    released_at: str | None
    released_by: str | None
    released_because: str | None
    state: str
    reads: int
    only: int
    warning: str | None
    audit_seq: int | None


class HoldsAnswer(Answer):
    """Holds, newest first."""

    holds: list[HoldAnswer]


@router.post("/holds", status_code=201, responses=problems(401, 403))
def place(asked: HoldAsked, actor: GivenActor, runtime: GivenRuntime) -> HoldAnswer:
    """Hold reads that fit, now and as they come."""
    new = NewHold(
        case_number=asked.case_number,
        reason=asked.reason,
        meant=asked.reads.meant(),
        ends_at=asked.ends_at,
    )
    return _answer(runtime.holds.placing.place(actor, new))


@router.get("/holds", responses=problems(401, 403))
def holds(actor: GivenActor, runtime: GivenRuntime, *, ended: bool = False) -> HoldsAnswer:
    """Return the standing holds, or all of them."""
    found = runtime.holds.placing.all(actor, ended=ended)
    return HoldsAnswer(holds=[_answer(one) for one in found])


@router.get("/holds/{hold_id}", responses=problems(401, 403))
def hold(hold_id: HoldId, actor: GivenActor, runtime: GivenRuntime) -> HoldAnswer:
    """Return a hold and how many reads it holds."""
    return _answer(runtime.holds.placing.show(actor, hold_id))


@router.post("/holds/{hold_id}/release", responses=problems(401, 403))
def release(
    hold_id: HoldId, asked: ReleaseAsked, actor: GivenActor, runtime: GivenRuntime
) -> HoldAnswer:
    """Release a hold; what another one holds stays."""
    return _answer(runtime.holds.placing.release(actor, hold_id, reason=asked.reason))


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


def _answer(one: HeldNow) -> HoldAnswer:
    return HoldAnswer(**one.as_json())

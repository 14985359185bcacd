"""Routes of standing shares."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from workbench.runtime import Runtime
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
from workbench.sharing.shares.share import NewShare, Share

router = APIRouter(prefix="/v1/shares", tags=["sharing"])

Number = Annotated[int, Path(ge=1, lt=2**63)]


class ShareGiven(Body):
    """What is to be shared until somebody ends it."""

    agency: Line
    system: Line
    what: Line
    reason: Words
    legal_basis: Words
    started_at: Instant | None = None


class ShareReviewed(Body):
    """A review; the first one approves."""

    act: Literal["approve", "review"]
    finding: Words


class ShareEnded(Body):
    """The end of a share."""

    act: Literal["end"]
    reason: Words


GivenShareAct = Annotated[ShareReviewed | ShareEnded, Field(discriminator="act")]


class VendorNames(Body):
    """Whom the vendor's own list names."""

    system: Line
    names: Annotated[list[Line], Field(max_length=20_000)]


class ShareAnswer(Answer):
    """A share of the register."""

    share: dict[str, Any]


class SharesAnswer(Answer):
    """Shares that stand, when each vendor's list was compared last, whether any is overdue."""

    shares: list[dict[str, Any]]
    comparisons: list[dict[str, Any]]
    overdue: bool


class DriftAnswer(Answer):
    """Where the vendor's list and the register differ."""

    drift: dict[str, Any]


@router.get("", responses=problems(401, 403))
def shares(actor: GivenActor, runtime: GivenRuntime, *, ended: bool = False) -> SharesAnswer:
    """Return standing shares, and how old the comparisons are."""
    found = runtime.sharing.shares.all(actor, ended=ended)
    compared = runtime.sharing.drifts.due(actor)
    told = [_told(runtime, one) for one in found]
    return SharesAnswer(
        shares=told,
        comparisons=[one.as_json() for one in compared],
        overdue=any(one["overdue"] for one in told) or any(one.overdue for one in compared),
    )


@router.post("", status_code=201, responses=problems(401, 403))
def start_share(given: ShareGiven, actor: GivenActor, runtime: GivenRuntime) -> ShareAnswer:
    """Record a share; it counts once the captain or a designee approved it."""
    started = runtime.sharing.shares.start(actor, NewShare(**given.model_dump()))
    return ShareAnswer(share=_told(runtime, started))


@router.post("/comparisons", status_code=201, responses=problems(401, 403))
def compare_list(given: VendorNames, actor: GivenActor, runtime: GivenRuntime) -> DriftAnswer:
    """Compare the names of a vendor's list with the shares that stand."""
    content = json.dumps(given.names, ensure_ascii=False).encode()
    drift = runtime.sharing.drifts.compare(actor, content, system=given.system)
    return DriftAnswer(drift=drift.as_json())


@router.post("/{number}/acts", status_code=201, responses=problems(401, 403))
def act_on_share(
    number: Number, given: GivenShareAct, actor: GivenActor, runtime: GivenRuntime
) -> ShareAnswer:
    """Approve, review or end a share."""
    register = runtime.sharing.shares
    if isinstance(given, ShareEnded):
        done = register.end(actor, number, reason=given.reason)
    elif given.act == "approve":
        done = register.approve(actor, number, finding=given.finding)
    else:
        done = register.review(actor, number, finding=given.finding)
    return ShareAnswer(share=_told(runtime, done))


def _told(runtime: Runtime, share: Share) -> dict[str, Any]:
    return share.as_json(runtime.clock(), runtime.policy.sharing.review_days.value)

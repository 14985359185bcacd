"""Routes about how long data stay: what a purge would do, and what purges did; no purge by HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from workbench.retention.doing import Doer
from workbench.service.edge import Answer, GivenActor, GivenRuntime, problems

router = APIRouter(prefix="/v1/retention", tags=["retention"])


class PreviewAnswer(Answer):
    """What a purge would delete and why, what stays because of which holds; no plates."""

    at: str
    rows: list[dict[str, Any]]
    holds: list[dict[str, Any]]
    audit_records_over: int


class PurgesAnswer(Answer):
    """Purges, newest first, each with its certificate."""

    purges: list[dict[str, Any]]


@router.get("/preview", responses=problems(401, 403))
def preview(actor: GivenActor, runtime: GivenRuntime) -> PreviewAnswer:
    """Return what a purge would delete now."""
    return PreviewAnswer(**runtime.retention.purging.preview(Doer(actor=actor)).as_json())


@router.get("/purges", responses=problems(401, 403))
def purges(
    actor: GivenActor, runtime: GivenRuntime, limit: Annotated[int, Query(ge=1, le=1_000)] = 100
) -> PurgesAnswer:
    """Return the purges that there were."""
    found = runtime.retention.history.list(actor, limit=limit)
    return PurgesAnswer(purges=[each.as_json() for each in found])

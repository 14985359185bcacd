"""Routes of hits: shown, worked on, what is missing, how often they are wrong."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from workbench.domain.hit import HitState
from workbench.domain.hot_entry import Category
from workbench.hotlists.hits.as_json import acted_json, file_json, hit_json, late_json
from workbench.hotlists.hits.selection import Selection
from workbench.service.edge import Answer, GivenActor, GivenRuntime, problems
from workbench.service.hit_bodies import ACTS, GivenAct
from workbench.service.pictures import PICTURE_CONTENT, PictureResponse, Sha256Path

router = APIRouter(prefix="/v1/hits", tags=["hits"])

HitId = Annotated[int, Path(ge=1, lt=2**63)]


class HitsAnswer(Answer):
    """Hits, newest first, which of their lists are late, and the record that let them out."""

    hits: list[dict[str, Any]]
    late: dict[str, list[str]]
    access_id: int


class HitFileAnswer(Answer):
    """A hit, what was done about it, and what comes next."""

    hit: dict[str, Any]
    events: list[dict[str, Any]]
    next: dict[str, Any]
    list_late: list[str]
    access_id: int


class HitReadAnswer(Answer):
    """The read that a hit is of, with the hashes of its pictures."""

    read: dict[str, Any]
    access_id: int


class QueueAnswer(Answer):
    """What hits wait for, what is overdue first, and which of their lists are late."""

    queue: list[dict[str, Any]]
    late: dict[str, list[str]]
    access_id: int


class ActedAnswer(Answer):
    """What became of an act; `violations` are rules that it broke, recorded all the same."""

    event: dict[str, Any]
    state: str
    violations: list[dict[str, Any]]
    audit_seq: int


class RatesAnswer(Answer):
    """Error rates per camera, list, state and engine."""

    rates: list[dict[str, Any]]


@router.get("", responses=problems(401, 403))
def hits(
    actor: GivenActor,
    runtime: GivenRuntime,
    *,
    state: Annotated[list[HitState] | None, Query()] = None,
    category: Annotated[list[Category] | None, Query()] = None,
    possible: bool = False,
    after_id: Annotated[int, Query(ge=0, lt=2**63)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
) -> HitsAnswer:
    """Return hits, newest first."""
    asked = Selection(
        states=tuple(state or ()),
        categories=tuple(category or ()),
        possible=possible,
        after_id=after_id,
        limit=limit,
    )
    seen = runtime.hits.list(actor, asked)
    return HitsAnswer(
        hits=[hit_json(hit) for hit in seen.hits],
        late=late_json(seen.late),
        access_id=seen.access_id,
    )


@router.get("/queue", responses=problems(401, 403))
def queue(actor: GivenActor, runtime: GivenRuntime) -> QueueAnswer:
    """Return what hits wait for."""
    found = runtime.hits.queue(actor)
    rows = found.frame.to_json(orient="records", date_format="iso", date_unit="us")
    return QueueAnswer(
        queue=json.loads(rows), late=late_json(found.late), access_id=found.access_id
    )


@router.get("/rates", responses=problems(401, 403))
def rates(
    actor: GivenActor, runtime: GivenRuntime, weeks: Annotated[int, Query(ge=1, le=520)] = 13
) -> RatesAnswer:
    """Return how often hits are wrong, with an interval."""
    found = runtime.scoring.rates(actor, weeks=weeks)
    return RatesAnswer(rates=json.loads(found.to_json(orient="records")))


@router.get("/{hit_id}", responses=problems(401, 403, 404))
def hit(hit_id: HitId, actor: GivenActor, runtime: GivenRuntime) -> HitFileAnswer:
    """Return a hit with its events and next steps."""
    return HitFileAnswer(**file_json(runtime.hits.show(actor, hit_id)))


@router.get("/{hit_id}/read", responses=problems(401, 403, 404, 504))
def read(hit_id: HitId, actor: GivenActor, runtime: GivenRuntime) -> HitReadAnswer:
    """Return the read that a hit is of; a logged look for the hit's own purpose."""
    found = runtime.hit_door.read(actor, hit_id)
    rows = found.frame.drop(columns="geometry").to_json(
        orient="records", date_format="iso", date_unit="us"
    )
    return HitReadAnswer(read=json.loads(rows)[0], access_id=found.access_id)


@router.get(
    "/{hit_id}/pictures/{sha256}",
    response_class=PictureResponse,
    responses=PICTURE_CONTENT | problems(401, 403, 404, 504),
)
def picture(
    hit_id: HitId, sha256: Sha256Path, actor: GivenActor, runtime: GivenRuntime
) -> PictureResponse:
    """Return a picture of the read that a hit is of, by its SHA-256."""
    return PictureResponse.of(runtime.hit_door.picture(actor, hit_id, sha256))


@router.post("/{hit_id}/acts", status_code=201, responses=problems(401, 403, 404, 409))
def act(hit_id: HitId, given: GivenAct, actor: GivenActor, runtime: GivenRuntime) -> ActedAnswer:
    """Record what was done about a hit; 409 says which violation it will be, and asks."""
    done = ACTS[given.act](**given.said())
    acted = runtime.hits.act(
        actor, hit_id, done, happened_at=given.happened_at, knowing=given.knowing
    )
    return ActedAnswer(**acted_json(acted))

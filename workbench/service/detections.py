"""Routes that let detections out; each is a logged look through the door."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

import pyarrow as pa
from fastapi import APIRouter, Path
from fastapi.responses import Response

from workbench.detections.result import SearchResult
from workbench.service.criteria import CanvassAsked, SearchAsked
from workbench.service.edge import GivenActor, GivenRuntime, problems

ARROW_STREAM = "application/vnd.apache.arrow.stream"
LOOK_HEADERS: dict[str, Any] = {
    "Workbench-Access-Id": {
        "description": "The audit record that let this out",
        "schema": {"type": "integer"},
    },
    "Workbench-Truncated": {
        "description": "Whether more rows fit than the limit let through",
        "schema": {"type": "boolean"},
    },
}
ROWS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Rows with the columns of DETECTION_SCHEMA; the schema's metadata has, "
        "under 'workbench', JSON with access_id, truncated, policy_version and the exact criteria",
        "content": {ARROW_STREAM: {"schema": {"type": "string", "format": "binary"}}},
        "headers": LOOK_HEADERS,
    }
}

router = APIRouter(prefix="/v1/inquiries/{inquiry_id}", tags=["detections"])


class ArrowResponse(Response):
    """Rows as an Arrow IPC stream."""

    media_type = ARROW_STREAM


@router.post(
    "/search",
    response_class=ArrowResponse,
    responses=ROWS | problems(401, 403, 409, 504),
)
def search(
    inquiry_id: UUID, asked: SearchAsked, actor: GivenActor, runtime: GivenRuntime
) -> ArrowResponse:
    """Return the detections that fit, newest first."""
    criteria = asked.criteria(default_limit=runtime.policy.search.default_limit.value)
    return arrow_response(runtime.door.search(actor, inquiry_id, criteria), runtime.policy.version)


@router.post(
    "/canvass",
    response_class=ArrowResponse,
    responses=ROWS | problems(401, 403, 409, 504),
)
def canvass(
    inquiry_id: UUID, asked: CanvassAsked, actor: GivenActor, runtime: GivenRuntime
) -> ArrowResponse:
    """Return who passed a scene around an event, oldest first."""
    found = runtime.door.canvass(actor, inquiry_id, asked.criteria())
    return arrow_response(found, runtime.policy.version)


@router.get(
    "/detections/{detection_id}",
    response_class=ArrowResponse,
    responses=ROWS | problems(401, 403, 404, 409, 504),
)
def detection(
    inquiry_id: UUID,
    detection_id: Annotated[int, Path(ge=1, lt=2**63)],
    actor: GivenActor,
    runtime: GivenRuntime,
) -> ArrowResponse:
    """Return one detection."""
    found = runtime.door.detection(actor, inquiry_id, detection_id)
    return arrow_response(found, runtime.policy.version)


def arrow_response(found: SearchResult, policy_version: str) -> ArrowResponse:
    """Return what a look brought as the service's answer."""
    # The criteria travel inside: headers are written to logs, and a plate does not belong there.
    said = {
        "access_id": found.access_id,
        "criteria": found.criteria,
        "truncated": found.truncated,
        "policy_version": policy_version,
    }
    sink = pa.BufferOutputStream()
    schema = found.table.schema.with_metadata({"workbench": json.dumps(said)})
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_stream(sink, schema, options=options) as writer:
        writer.write_table(found.table.cast(schema))
    return ArrowResponse(
        sink.getvalue().to_pybytes(),
        headers={
            "Workbench-Access-Id": str(found.access_id),
            "Workbench-Truncated": str(found.truncated).lower(),
        },
    )

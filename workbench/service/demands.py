"""Routes of lawful demands; what is disclosed is made in the service's own folder."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import Field

from workbench.domain.release import DemandKind
from workbench.errors import DemandError
from workbench.service.edge import Answer, Body, GivenActor, GivenRuntime, Line, problems
from workbench.service.evidence import Name, PackageAnswer, place_of
from workbench.service.evidence import Number as EvidenceNumber
from workbench.service.holds import ReadsAsked
from workbench.sharing.demands.demand import LawfulDemand
from workbench.sharing.demands.desk import Disclosing, state_disclosure

router = APIRouter(prefix="/v1/demands", tags=["sharing"])

Number = Annotated[int, Path(ge=1, lt=2**63)]


class DemandGiven(Body):
    """A lawful demand with its document."""

    kind: Annotated[DemandKind, Field(strict=False)]
    court: Line
    issued_on: Annotated[date, Field(strict=False)]
    case_number: Line
    asked_by: Line
    asked_for: Line
    received_by: Line | None = None
    document_base64: str


class DisclosureAsked(Body):
    """What is disclosed: of a hold, or reads; under an open inquiry, or one for a purpose."""

    name: Name
    inquiry_id: Annotated[UUID, Field(strict=False)] | None = None
    purpose: Line | None = None
    hold_id: EvidenceNumber | None = None
    reads: ReadsAsked | None = None
    two_sided: bool = True


class DemandAnswer(Answer):
    """A demand on file."""

    demand: dict[str, Any]


class DemandsAnswer(Answer):
    """Demands, newest first."""

    demands: list[dict[str, Any]]


@router.get("", responses=problems(401, 403))
def demands(actor: GivenActor, runtime: GivenRuntime) -> DemandsAnswer:
    """Return lawful demands, newest first; recorded."""
    return DemandsAnswer(demands=[one.as_json() for one in runtime.sharing.demands.list(actor)])


@router.post("", status_code=201, responses=problems(401, 403))
def record_demand(given: DemandGiven, actor: GivenActor, runtime: GivenRuntime) -> DemandAnswer:
    """Put a lawful demand on file with its document."""
    said = given.model_dump(exclude={"document_base64", "received_by"})
    document = _decoded(given.document_base64)
    filed = runtime.sharing.demands.record(
        actor, LawfulDemand(**said), document, received_by=given.received_by
    )
    return DemandAnswer(demand=filed.as_json())


@router.get("/{number}", responses=problems(401, 403))
def demand(number: Number, actor: GivenActor, runtime: GivenRuntime) -> DemandAnswer:
    """Return a lawful demand; recorded."""
    return DemandAnswer(demand=runtime.sharing.demands.show(actor, number).as_json())


@router.post("/{number}/disclosure", status_code=201, responses=problems(401, 403, 409, 504))
def disclose(
    number: Number, given: DisclosureAsked, actor: GivenActor, runtime: GivenRuntime
) -> PackageAnswer:
    """Disclose on a demand that is on file, by a package on the service's machine."""
    held = runtime.sharing.demands
    reads = given.reads.meant() if given.reads else None
    if given.inquiry_id is None and given.purpose is None:
        raise DemandError("Under which purpose?", allowed="inquiry_id, or purpose")
    under = given.inquiry_id or state_disclosure(
        runtime.inquiries, held, actor, number, given.purpose or ""
    )
    asked = Disclosing(
        inquiry_id=under,
        out=place_of(runtime.settings, given.name),
        reads=reads,
        hold_id=given.hold_id,
        two_sided=given.two_sided,
    )
    return PackageAnswer(**held.disclose(actor, number, asked).as_json())


@router.get(
    "/{number}/original",
    response_class=Response,
    responses={
        200: {
            "description": "The document, byte by byte as it came",
            "content": {"application/octet-stream": {}},
        },
        **problems(401, 403, 404),
    },
)
def original(number: Number, actor: GivenActor, runtime: GivenRuntime) -> Response:
    """Return the document of a demand; recorded."""
    content = runtime.sharing.demands.document(actor, number)
    headers = {"Content-Disposition": f'attachment; filename="demand-{number}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _decoded(document: str) -> bytes:
    try:
        return base64.b64decode(document, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DemandError("The document is no base64", given=str(error)) from error

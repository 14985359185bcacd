"""Routes of requests for release; what fulfils one is made in the service's own folder."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import Field, StringConstraints

from workbench.domain.period import Period
from workbench.domain.release import ReleaseState, RequestForm
from workbench.errors import ReleaseError
from workbench.service.edge import Answer, Body, GivenActor, GivenRuntime, Line, problems
from workbench.service.evidence import Name, place_of
from workbench.service.evidence import Number as EvidenceNumber
from workbench.service.holds import ReadsAsked
from workbench.sharing.releases.desk import Packing
from workbench.sharing.releases.mail import read_mail
from workbench.sharing.releases.request import LONGEST_TEXT
from workbench.sharing.releases.stating import state_inquiry
from workbench.sharing.releases.steps import BY_PEOPLE, RECORDS, Approve, Step
from workbench.sharing.releases.writing_down import written_from

router = APIRouter(prefix="/v1/releases", tags=["sharing"])

Number = Annotated[int, Path(ge=1, lt=2**63)]
LongWords = Annotated[str, StringConstraints(max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$")]


class RequestGiven(Body):
    """A written request; where a mail comes with it, its labelled lines fill what is missing."""

    agency: Line | None = None
    requester_name: Line | None = None
    requester_title: Line | None = None
    requester_contact: Line | None = None
    requester_account: Line | None = None
    purpose: LongWords | None = None
    asked_for: LongWords | None = None
    case_number: Line | None = None
    mail_base64: str | None = None


class ReviewBody(Body):
    """The request was looked at."""

    step: Literal["review"]
    finding: LongWords
    purpose_code: Line


class ApproveBody(Body):
    """Approve it, and say which reads may be released: by criteria, or all of a hold."""

    step: Literal["approve"]
    reason: LongWords
    hold_id: EvidenceNumber | None = None
    reads: ReadsAsked | None = None

    def meant(self) -> Approve:
        """Return the step; refuse what names nothing, or two things."""
        reads = self.reads.meant() if self.reads else None
        return Approve(reason=self.reason, hold_id=self.hold_id, reads=reads)


class RefuseBody(Body):
    """Refuse it, or take an approval back."""

    step: Literal["refuse"]
    reason: LongWords


class RouteBody(Body):
    """Send it to Records."""

    step: Literal["route"]
    reason: LongWords
    source: Line = RECORDS


class FileBody(Body):
    """It is on file."""

    step: Literal["file"]
    file: Line


GivenStep = Annotated[
    ReviewBody | ApproveBody | RefuseBody | RouteBody | FileBody, Field(discriminator="step")
]


class FulfilmentAsked(Body):
    """Under an open inquiry, or one stated for the request; what is packed, the approval says."""

    name: Name
    inquiry_id: Annotated[UUID, Field(strict=False)] | None = None


class RequestAnswer(Answer):
    """A request with its steps."""

    request: dict[str, Any]


class RequestsAnswer(Answer):
    """Requests, newest first."""

    requests: list[dict[str, Any]]


class FiguresAnswer(Answer):
    """Disclosures of a span of time, counted; names no person."""

    figures: dict[str, Any]


@router.get("", responses=problems(401, 403))
def requests(
    actor: GivenActor,
    runtime: GivenRuntime,
    state: Annotated[list[ReleaseState] | None, Query()] = None,
) -> RequestsAnswer:
    """Return requests, newest first."""
    found = runtime.sharing.releases.list(actor, tuple(state or ()))
    return RequestsAnswer(requests=[one.as_json() for one in found])


@router.post("", status_code=201, responses=problems(401, 403))
def record_request(given: RequestGiven, actor: GivenActor, runtime: GivenRuntime) -> RequestAnswer:
    """Put a written request on file; the sharing guard answers some at once."""
    mail = None if given.mail_base64 is None else _decoded(given.mail_base64)
    said = given.model_dump(exclude={"mail_base64"})
    asked = written_from(said, None if mail is None else read_mail(mail))
    recorded = runtime.sharing.releases.record(actor, asked, mail=mail)
    return RequestAnswer(request=recorded.as_json())


@router.get("/figures", responses=problems(401, 403))
def figures(
    actor: GivenActor, runtime: GivenRuntime, start: datetime, end: datetime
) -> FiguresAnswer:
    """Return disclosures, recipients and purposes of a span of time."""
    counted = runtime.sharing.figures.of(actor, Period(start, end))
    return FiguresAnswer(figures=counted.as_json())


@router.get("/{number}", responses=problems(401, 403))
def request(number: Number, actor: GivenActor, runtime: GivenRuntime) -> RequestAnswer:
    """Return a request with its steps."""
    return RequestAnswer(request=runtime.sharing.releases.show(actor, number).as_json())


@router.post("/{number}/steps", status_code=201, responses=problems(401, 403))
def take_step(
    number: Number, given: GivenStep, actor: GivenActor, runtime: GivenRuntime
) -> RequestAnswer:
    """Take the next step with a request."""
    step: Step
    if isinstance(given, ApproveBody):
        step = given.meant()
    else:
        step = BY_PEOPLE[given.step](**given.model_dump(exclude={"step"}))
    taken = runtime.sharing.releases.take(actor, number, step)
    return RequestAnswer(request=taken.as_json())


@router.post("/{number}/fulfilment", status_code=201, responses=problems(401, 403, 409, 504))
def fulfil(
    number: Number, given: FulfilmentAsked, actor: GivenActor, runtime: GivenRuntime
) -> RequestAnswer:
    """Fulfil an approved request by a package for its recipient, on the service's machine."""
    releases = runtime.sharing.releases
    under = given.inquiry_id or state_inquiry(runtime.inquiries, releases, actor, number)
    out = place_of(runtime.settings, given.name)
    packing = Packing(inquiry_id=under, out=out)
    return RequestAnswer(request=releases.fulfil(actor, number, packing).as_json())


@router.get(
    "/{number}/original",
    response_class=Response,
    responses={
        200: {
            "description": "The e-mail or the form, byte by byte as it came",
            "content": {"message/rfc822": {}, "application/json": {}},
        },
        **problems(401, 403, 404),
    },
)
def original(number: Number, actor: GivenActor, runtime: GivenRuntime) -> Response:
    """Return the written request itself."""
    found = runtime.sharing.releases.original(actor, number)
    mail = found.form is RequestForm.EMAIL
    kind, ending = ("message/rfc822", "eml") if mail else ("application/json", "json")
    name = f"request-{number}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found.content, media_type=kind, headers=headers)


def _decoded(mail: str) -> bytes:
    try:
        return base64.b64decode(mail, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ReleaseError("The mail is no base64", given=str(error)) from error

"""Routes about how long data stay: what a purge would do, purges, their papers, other lengths.

A purge is only asked for here: the service's role cannot delete. `workbench retention work`, a
process of its own, takes what is asked for. The purge after a restored backup is a command.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BeforeValidator, Field

from workbench.errors import InputError
from workbench.retention.certificate import page
from workbench.retention.doing import Doer
from workbench.service.edge import Answer, Body, GivenActor, GivenRuntime, Line, problems

router = APIRouter(prefix="/v1/retention", tags=["retention"])

Number = Annotated[int, Path(ge=1, lt=2**63)]


def read_day(written: Any) -> date:
    """Return the day that an ISO 8601 text names.

    Raises
    ------
    InputError
        If it names none.

    Examples
    --------
    >>> read_day("2026-03-18")
    datetime.date(2026, 3, 18)
    """
    try:
        return date.fromisoformat(written)
    except (TypeError, ValueError):
        raise InputError(
            "The day cannot be read", given=written, allowed="ISO 8601, such as 2026-03-18"
        ) from None


Day = Annotated[date, BeforeValidator(read_day)]


class PreviewAnswer(Answer):
    """What a purge would delete and why, what stays because of which holds; no plates."""

    at: str
    rows: list[dict[str, Any]]
    holds: list[dict[str, Any]]
    audit_records_over: int


class PurgesAnswer(Answer):
    """Purges, newest first, each with its state, its certificate, and why it failed if it did."""

    running: bool = Field(description="Whether one runs now, be it before it has a number")
    asked: dict[str, Any] | None = Field(
        description="The one that was asked for last, unless it is done: its state is waiting, "
        "running, failed, or unattended where no process that purges is there"
    )
    failed_start: dict[str, Any] | None = Field(
        description="The last one that failed before it had a number, unless one began since"
    )
    purges: list[dict[str, Any]]


class PurgeAskedAnswer(Answer):
    """A purge is asked for; the list of purges shows how it stands."""

    request: int
    asked_at: str
    asked_by: str
    state: str = Field(description="waiting, or unattended where nobody is there to take it")
    purge: int | None
    problem: str | None = Field(description="That no process that purges is there")
    purges: str = Field(description="Where the list of purges is")


class AuthorityAsked(Body):
    """What purges rest on from now on, for the lengths that are in force."""

    resolution: Line = Field(description="Of the legislative body, by its number")
    resolution_date: Day
    attorney: Line = Field(description="Who consented in writing")
    consented_on: Day


class AuthorityAnswer(Answer):
    """A resolution and a consent, and whether purges rest on them now."""

    id: int
    resolution: str
    resolution_date: str
    attorney: str
    consented_on: str
    recorded_at: str
    recorded_by: str
    in_force: bool


class AuthoritiesAnswer(Answer):
    """What there is on record, newest first."""

    authorities: list[AuthorityAnswer]


class SimulationAnswer(Answer):
    """What each length would have meant, the shortest first; from how many uses of which kind."""

    lengths: list[dict[str, Any]]
    kinds: dict[str, int]


@router.get("/preview", responses=problems(401, 403))
def preview(actor: GivenActor, runtime: GivenRuntime) -> PreviewAnswer:
    """Return what a purge would delete now."""
    return PreviewAnswer(**runtime.retention.previewer.preview(Doer(actor=actor)).as_json())


@router.get("/purges", responses=problems(401, 403))
def purges(
    actor: GivenActor, runtime: GivenRuntime, limit: Annotated[int, Query(ge=1, le=1_000)] = 100
) -> PurgesAnswer:
    """Return the purges that there were, and how the one that runs stands."""
    return PurgesAnswer(**runtime.retention.history.list(actor, limit=limit).as_json())


@router.post("/purges", status_code=202, responses=problems(401, 403, 409))
def ask_for_purge(actor: GivenActor, runtime: GivenRuntime) -> PurgeAskedAnswer:
    """Ask for a purge of what is over, in every store; the process that purges takes it."""
    asked = runtime.retention.requests.ask(actor)
    return PurgeAskedAnswer(**asked.as_json(), purges=f"{router.prefix}/purges")


@router.get("/purges/{number}/certificate", responses=problems(401, 403, 404))
def certificate(number: Number, actor: GivenActor, runtime: GivenRuntime) -> dict[str, Any]:
    """Return the certificate of destruction of a purge, signed; `workbench retention verify`."""
    said: dict[str, Any] = json.loads(runtime.retention.history.certificate(actor, number))
    return said


@router.get(
    "/purges/{number}/certificate.html",
    response_class=Response,
    responses={
        200: {"description": "A page that fetches nothing", "content": {"text/html": {}}},
        **problems(401, 403, 404),
    },
)
def certificate_page(number: Number, actor: GivenActor, runtime: GivenRuntime) -> Response:
    """Return the certificate of destruction of a purge as a page to be kept or printed."""
    said = json.loads(runtime.retention.history.certificate(actor, number))
    name = f"destruction-{number:06d}.html"
    return Response(
        page(said),
        media_type="text/html; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/authorities", responses=problems(401, 403))
def authorities(actor: GivenActor, runtime: GivenRuntime) -> AuthoritiesAnswer:
    """Return what purges rest on."""
    found = runtime.retention.authorities.all(actor)
    return AuthoritiesAnswer(authorities=[AuthorityAnswer(**one.as_record()) for one in found])


@router.post("/authorities", status_code=201, responses=problems(401, 403))
def authorise(asked: AuthorityAsked, actor: GivenActor, runtime: GivenRuntime) -> AuthorityAnswer:
    """Record what purges rest on from now on; for the custodian."""
    made = runtime.retention.authorities.record(actor, **asked.model_dump())
    return AuthorityAnswer(**made.as_record())


@router.get("/simulation", responses=problems(401, 403))
def simulation(actor: GivenActor, runtime: GivenRuntime) -> SimulationAnswer:
    """Return, from the log, what other lengths would have cost; logged."""
    return SimulationAnswer(**runtime.retention.simulator.simulate(actor).as_json())

"""What every route shares: strict bodies, the runtime, and who acts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from workbench.domain.forwarded import client_address
from workbench.domain.period import utc
from workbench.domain.person import Actor, Channel, Origin
from workbench.errors import PeriodError, SessionEndedError
from workbench.runtime import Runtime
from workbench.service.errors import Problem

_MAX_AGENT_CHARACTERS = 200


class Body(BaseModel):
    """A request's body: strict, frozen, and without unknown fields."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


class Answer(BaseModel):
    """An answer's body."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# PostgreSQL's text holds every character but NUL.
Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Words = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]


def read_instant(written: Any) -> datetime:
    """Return the instant that an ISO 8601 text with zone names.

    Raises
    ------
    PeriodError
        If it cannot be read or has no zone.

    Examples
    --------
    >>> read_instant("2026-11-01T20:00:00-07:00").isoformat()
    '2026-11-02T03:00:00+00:00'
    """
    try:
        return utc(datetime.fromisoformat(written))
    except (TypeError, ValueError, OverflowError):
        raise PeriodError(
            "The time cannot be read",
            given=written,
            allowed="ISO 8601 with zone, such as 2026-11-01T20:00:00-07:00",
        ) from None


Instant = Annotated[datetime, BeforeValidator(read_instant)]

_bearer = HTTPBearer(auto_error=False, description="The token that signing in returned")


def runtime_of(request: Request) -> Runtime:
    """Return the runtime that the service was made with."""
    runtime: Runtime = request.app.state.runtime
    return runtime


def origin_of(request: Request) -> Origin:
    """Return where a request comes from; a header counts only from a proxy of the department."""
    return Origin(
        channel=Channel.CLIENT,
        address=client_address(
            request.client.host if request.client else "unknown",
            ",".join(request.headers.getlist("x-forwarded-for")),
            runtime_of(request).settings.trusted_proxies,
        ),
        agent=request.headers.get("user-agent", "")[:_MAX_AGENT_CHARACTERS] or None,
    )


def token_of(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str:
    """Return the request's token.

    Raises
    ------
    SessionEndedError
        If it carries none.
    """
    if credentials is None:
        raise missing_token()
    return credentials.credentials


def missing_token() -> SessionEndedError:
    """Return what a request without a token is answered with."""
    return SessionEndedError(
        "The request carries no token",
        allowed="Authorization: Bearer TOKEN",
        next_step="sign in",
    )


GivenRuntime = Annotated[Runtime, Depends(runtime_of)]
GivenOrigin = Annotated[Origin, Depends(origin_of)]
GivenToken = Annotated[str, Depends(token_of)]


def actor_of(runtime: GivenRuntime, origin: GivenOrigin, token: GivenToken) -> Actor:
    """Return who acts, read anew for every request.

    Raises
    ------
    SessionEndedError
        If the session is unknown or over.
    """
    return runtime.sessions.actor_of(token, origin)


GivenActor = Annotated[Actor, Depends(actor_of)]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of the errors that a route may answer with."""
    told = {
        400: "The request cannot be read",
        401: "Not signed in, or signing in failed",
        403: "The policy does not allow it",
        404: "There is none",
        409: "The inquiry or its number of reads needs approval, or somebody else is at it",
        413: "The request is too large",
        422: "The request cannot be taken",
        423: "The account is locked",
        429: "One person or one address asks for more at one time than is its share",
        500: "The service failed",
        503: "The database or the audit log cannot be used, or too many wait; nothing was done",
        504: "The search ran longer than the policy lets it",
    }
    return {
        status: {"model": Problem, "description": told[status]}
        for status in sorted({400, 413, 422, 429, 500, 503, *statuses})
    }

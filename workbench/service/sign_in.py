"""Routes of coming and going: the banner, signing in, signing out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import StringConstraints

from workbench.access.sign_in_queue import SignInQueue
from workbench.service.edge import (
    Answer,
    Body,
    GivenOrigin,
    GivenRuntime,
    GivenToken,
    origin_of,
    problems,
    runtime_of,
)

Typed = Annotated[str, StringConstraints(min_length=1, max_length=1_000, pattern=r"^[^\x00]*$")]

open_router = APIRouter(prefix="/v1", tags=["session"])
"""The routes that need no token."""

router = APIRouter(prefix="/v1", tags=["session"])


class BannerAnswer(Answer):
    """What has to be read and acknowledged before anything is typed (CJIS AC-8)."""

    banner: list[str]


class SignInTyped(Body):
    """User name, password and code together; one answer for whatever is wrong."""

    username: Typed
    password: Typed
    code: Typed
    banner_acknowledged: bool


class SignInAnswer(Answer):
    """A session; the token is shown here once and stored nowhere."""

    token: str
    username: str
    ends_at: datetime


def sign_ins_of(request: Request) -> SignInQueue:
    """Return where the service's sign-ins wait."""
    queue: SignInQueue = request.app.state.sign_ins
    return queue


@open_router.get("/sign-in", responses=problems())
async def banner(request: Request) -> BannerAnswer:
    """Return the banner."""
    return BannerAnswer(banner=list(runtime_of(request).sign_in.banner))


@open_router.post("/sign-in", responses=problems(401, 423))
async def sign_in(typed: SignInTyped, request: Request) -> SignInAnswer:
    """Begin a session; sign-ins wait for each other and take no worker of those inside."""
    runtime, origin = runtime_of(request), origin_of(request)
    begun = await sign_ins_of(request).run(
        typed.username,
        origin,
        lambda: runtime.sign_in.sign_in(
            typed.username,
            typed.password,
            typed.code,
            origin=origin,
            acknowledged=typed.banner_acknowledged,
        ),
    )
    return SignInAnswer(token=begun.token, username=begun.username, ends_at=begun.ends_at)


@router.delete("/session", status_code=204, responses=problems(401))
def sign_out(runtime: GivenRuntime, origin: GivenOrigin, token: GivenToken) -> Response:
    """End the session."""
    runtime.sessions.end(token, origin)
    return Response(status_code=204)

"""Puts the routes together; what is not named open here needs a token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import anyio.to_thread
from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from workbench.access.sign_in_queue import SignInQueue
from workbench.runtime import Runtime
from workbench.service import (
    agencies,
    demands,
    department,
    detections,
    equipment,
    evidence,
    hits,
    holds,
    inquiries,
    pictures,
    releases,
    retention,
    reviews,
    shares,
    shifts,
    sign_in,
    status,
)
from workbench.service.edge import actor_of
from workbench.service.errors import PROBLEM_TYPE, add_error_answers
from workbench.service.person_turns import PersonTurns
from workbench.service.protection import BodyLimit, SecurityHeaders

THREADS = 16
"""Requests worked on at one time; a pool has 20 connections, and a request takes one at a time."""

OPEN_ROUTERS = (sign_in.open_router, status.open_router)
CLOSED_ROUTERS = (
    agencies.router,
    demands.router,
    department.router,
    detections.router,
    equipment.router,
    evidence.router,
    hits.router,
    holds.router,
    inquiries.router,
    pictures.router,
    releases.router,
    shares.router,
    shifts.router,
    retention.router,
    reviews.router,
    sign_in.router,
    status.router,
)


def create_app(runtime: Runtime) -> FastAPI:
    """Return the service of an open workbench.

    There is no page of documentation, because such pages fetch scripts from elsewhere;
    ``/v1/openapi.json`` describes every route to those who are signed in.

    Parameters
    ----------
    runtime
        Stays open as long as the service.

    Returns
    -------
    fastapi.FastAPI
    """
    app = FastAPI(
        title="ALPR workbench",
        version=version("alpr-workbench"),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
    )
    app.state.runtime = runtime
    rules = runtime.policy.availability
    app.state.sign_ins = SignInQueue(rules, runtime.turned_away)
    app.state.database_watch = status.DatabaseWatch(runtime.database.service)
    add_error_answers(app)
    for router in OPEN_ROUTERS:
        app.include_router(router)
    for router in CLOSED_ROUTERS:
        app.include_router(router, dependencies=[Depends(actor_of)])
    app.add_middleware(PersonTurns, runtime=runtime, open_paths=_open_paths())
    app.add_middleware(BodyLimit)
    over_tls = runtime.settings.service_url.startswith("https:")
    app.add_middleware(SecurityHeaders, over_tls=over_tls)
    _tell_problem_type(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    try:
        yield
    finally:
        app.state.sign_ins.close()
        await anyio.to_thread.run_sync(app.state.runtime.turned_away.flush)


def _open_paths() -> frozenset[str]:
    routes = [route for router in OPEN_ROUTERS for route in router.routes]
    return frozenset(route.path for route in routes if isinstance(route, APIRoute))


def _tell_problem_type(app: FastAPI) -> None:
    # FastAPI describes every model under application/json.
    described = app.openapi()
    for operation in _operations(described):
        for status_code, response in operation["responses"].items():
            if int(status_code) >= 400:
                response["content"] = {PROBLEM_TYPE: response["content"].popitem()[1]}


def _operations(described: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in described["paths"].values() for operation in path.values()]

"""Routes about the service itself: whether it works, and its own description."""

from __future__ import annotations

import math
import time
from typing import Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from workbench.errors import DatabaseError
from workbench.service.edge import Answer, problems

open_router = APIRouter(tags=["status"])
"""The routes that need no token."""

router = APIRouter(prefix="/v1", tags=["status"])


class HealthAnswer(Answer):
    """Said only while the database answers."""

    status: str


class DatabaseWatch:
    """Asks the database whether it answers, once a second at most however many want to know.

    Parameters
    ----------
    engine
        Of the service role.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._one = anyio.CapacityLimiter(1)
        self._asked_at = -math.inf
        self._answers = False

    async def answers(self) -> bool:
        """Return whether it does, as of the last second."""
        async with self._one:
            if time.monotonic() - self._asked_at >= 1:
                # A limiter of its own: open to all, so it takes no worker of those inside.
                limiter = anyio.CapacityLimiter(1)
                self._answers = await anyio.to_thread.run_sync(self._ask, limiter=limiter)
                self._asked_at = time.monotonic()
            return self._answers

    def _ask(self) -> bool:
        try:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True


@open_router.get("/health", responses=problems())
async def health(request: Request) -> HealthAnswer:
    """Return whether the service and its database work; nothing about what is in it."""
    watch: DatabaseWatch = request.app.state.database_watch
    if not await watch.answers():
        raise DatabaseError("The database does not answer")
    return HealthAnswer(status="ok")


@router.get("/openapi.json", responses=problems(401))
def openapi(request: Request) -> dict[str, Any]:
    """Return the OpenAPI description of the service."""
    described: dict[str, Any] = request.app.openapi()
    return described

"""Routes about the service itself: whether it works, and its own description."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from workbench.errors import DatabaseError
from workbench.service.edge import Answer, GivenRuntime, problems

open_router = APIRouter(tags=["status"])
"""The routes that need no token."""

router = APIRouter(prefix="/v1", tags=["status"])


class HealthAnswer(Answer):
    """Said only while the database answers."""

    status: str


@open_router.get("/health", responses=problems())
def health(runtime: GivenRuntime) -> HealthAnswer:
    """Return whether the service and its database work; nothing about what is in it."""
    try:
        with runtime.database.service.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        raise DatabaseError("The database does not answer") from error
    return HealthAnswer(status="ok")


@router.get("/openapi.json", responses=problems(401))
def openapi(request: Request) -> dict[str, Any]:
    """Return the OpenAPI description of the service."""
    described: dict[str, Any] = request.app.openapi()
    return described

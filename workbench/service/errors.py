"""Errors as they leave the service: a status, and a body that the client turns back into ours."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from workbench import errors
from workbench.errors import BusyError, InputError, ServiceError, WorkbenchError

PROBLEM_TYPE = "application/problem+json"

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer: nothing is kept, framed, guessed at or run."""

STATUSES: dict[type[WorkbenchError], int] = {
    # the nearest class in the order of inheritance counts
    errors.WorkbenchError: 500,
    errors.InputError: 422,
    errors.SignInError: 401,
    errors.AccountLockedError: 423,
    errors.SessionEndedError: 401,
    errors.DeniedError: 403,
    errors.ApprovalNeededError: 409,
    errors.AccountError: 422,
    errors.DetectionMissingError: 404,
    errors.EquipmentError: 422,
    errors.EvidenceError: 422,
    errors.HitError: 422,
    errors.HitMissingError: 404,
    errors.ViolationAheadError: 409,
    errors.HoldError: 422,
    errors.HoldWaitsError: 409,
    errors.PictureMissingError: 404,
    errors.PurgeBusyError: 409,
    errors.PurgeMissingError: 404,
    errors.RestoredError: 503,
    errors.RetentionError: 422,
    errors.SearchTimeoutError: 504,
    errors.SharingError: 422,
    errors.AuditWriteError: 503,
    errors.BusyError: 503,
    errors.TooOftenError: 429,
    errors.ReviewError: 422,
    errors.DatabaseError: 503,
}

_SECRET_PATHS = {"/v1/sign-in"}


class Problem(BaseModel):
    """An error of the workbench in the form of RFC 9457, with the parts of our errors beside it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    error: str
    what: str
    given: str | None = None
    allowed: str | None = None
    next_step: str | None = None
    where: dict[str, str] = {}


def status_of(error: WorkbenchError) -> int:
    """Return the HTTP status of an error.

    Examples
    --------
    >>> status_of(errors.PlateError("Not a plate"))
    422
    """
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def problem_response(error: WorkbenchError, status: int | None = None) -> JSONResponse:
    """Return an error as the service's answer."""
    code = status or status_of(error)
    headers = {"WWW-Authenticate": "Bearer"} if code == 401 else {}
    if isinstance(error, BusyError):
        headers["Retry-After"] = str(error.retry_after_s)
    body = problem_body(error, code)
    return JSONResponse(body, status_code=code, headers=headers, media_type=PROBLEM_TYPE)


def problem_body(error: WorkbenchError, status: int) -> dict[str, object]:
    """Return the body of that answer, as `Problem` has it."""
    return {
        "type": "about:blank",
        "title": (type(error).__doc__ or "").partition("\n")[0],
        "status": status,
        "detail": str(error),
        **error.as_dict(),
    }


def add_error_answers(app: FastAPI) -> None:
    """Make every error leave the service as a `Problem`."""

    def ours(_request: Request, error: Exception) -> Response:
        found = error if isinstance(error, WorkbenchError) else ServiceError("The service failed")
        return problem_response(found)

    def unreadable(request: Request, error: Exception) -> Response:
        found = error.errors()[0] if isinstance(error, RequestValidationError) else {}
        return problem_response(_input_error(found, secret=request.url.path in _SECRET_PATHS))

    def protocol(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        what = error.detail if isinstance(error, HTTPException) else "The service failed"
        kind = InputError if status < 500 else ServiceError
        return problem_response(kind(str(what)), status)

    def unforeseen(_request: Request, _error: Exception) -> Response:
        answer = problem_response(
            ServiceError(
                "The service failed in a way that nobody foresaw",
                next_step="tell the administrator the time; the service's own log has the cause",
            )
        )
        answer.headers.update(HEADERS)  # this one is sent from outside every middleware
        return answer

    app.add_exception_handler(WorkbenchError, ours)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, protocol)
    app.add_exception_handler(Exception, unforeseen)


def _input_error(found: dict[str, Any], *, secret: bool) -> InputError:
    value = found.get("input")
    shown = isinstance(value, str | int | float) and not secret
    return InputError(
        "The request has a part that cannot be taken",
        given=value if shown else None,
        allowed=str(found.get("msg", "JSON as the OpenAPI description says")),
        where={"field": ".".join(str(part) for part in found.get("loc", ("body",)))},
    )

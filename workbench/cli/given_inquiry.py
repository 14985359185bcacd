"""The inquiry under which a command looks: one that is open, or one opened for this alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import typer

from workbench.domain.person import Actor
from workbench.errors import PurposeError
from workbench.runtime import Runtime

InquiryOption = Annotated[UUID | None, typer.Option("--inquiry", help="An open inquiry of yours")]
PurposeOption = Annotated[str | None, typer.Option("--purpose", help="Opens an inquiry for this")]


@contextmanager
def under_inquiry(
    runtime: Runtime,
    actor: Actor,
    open_one: UUID | None,
    *,
    purpose: str | None,
    reason: str,
    case_number: str | None,
) -> Iterator[UUID]:
    """Yield the inquiry that is open, or one opened for this and closed behind it.

    Raises
    ------
    PurposeError
        If there is neither an inquiry nor a purpose.
    """
    if open_one is not None:
        yield open_one
        return
    if purpose is None:
        raise PurposeError(
            "Under which purpose?", allowed="--inquiry ID, or --purpose, --reason and --case"
        )
    opened = runtime.inquiries.open(
        actor, purpose=purpose, reason=reason, case_number=case_number
    ).id
    try:
        yield opened
    finally:
        runtime.inquiries.close(actor, opened)

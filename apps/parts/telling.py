"""Doing something for a person and telling them when it did not work."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from apps.parts.act_button import ActButton
from apps.parts.markup import error_message, message
from workbench.errors import SessionEndedError, WorkbenchError

_log = logging.getLogger(__name__)


@asynccontextmanager
async def telling(
    told: Any, button: ActButton, *, when_ended: Callable[[], None] | None = None
) -> AsyncIterator[None]:
    """Show a button as busy, and an error as text beside it instead of raising it.

    Parameters
    ----------
    told
        An HTML pane for the text; emptied first.
    button
        Cannot be pressed meanwhile.
    when_ended
        Called when the person's session has ended, to take what is shown away.
    """
    told.object = ""
    button.busy = True
    try:
        yield
    except SessionEndedError as error:
        if when_ended is not None:
            when_ended()
        told.object = error_message(error) + '<p><a href="/sign-in">Sign in</a></p>'
    except WorkbenchError as error:
        told.object = error_message(error)
    except Exception:  # noqa: BLE001 - whatever it was, the page stays and the log has it
        _log.exception("A page could not do what was asked")
        told.object = message(
            "error",
            "Something went wrong on our side",
            "Next: try again; if it stays, run `workbench doctor` and see the log of the pages",
        )
    finally:
        button.busy = False

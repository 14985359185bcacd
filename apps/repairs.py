"""Repairs of faults in the pinned version of Panel; each goes when its fault does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from panel.io import document as panel_document

Dispatch = Callable[[Any], Awaitable[None]]


def repair_panel() -> None:
    """Put the repairs in; doing it twice changes nothing."""
    found = panel_document._dispatch_msgs  # noqa: SLF001 - the fault lies in there
    if not hasattr(found, "original"):
        panel_document._dispatch_msgs = dispatching_all(found)  # noqa: SLF001 - see above


def dispatching_all(original: Dispatch) -> Dispatch:
    """Return Panel's writer of updates, made to keep nothing back.

    Panel 1.9.4 writes the updates of a document in tasks that block each other. A task that
    ends takes the block away, and one that starts right then finds none and returns without
    writing what waits for it: the last update of a burst stays away until there is another.
    Here whatever waits puts the block back first.
    """

    async def dispatch(document: Any) -> None:
        if document in panel_document._WRITE_MSGS:  # noqa: SLF001 - the fault lies in there
            panel_document._WRITE_BLOCK[document] = True  # noqa: SLF001 - see above
        await original(document)

    dispatch.original = original
    return dispatch

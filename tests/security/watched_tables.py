"""Watches which statements touch the tables of reads, who sent them, and what the log said then."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event, text

READS = re.compile(
    r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(detection|held_detection|picture)\b", re.IGNORECASE
)


@dataclass
class Touched:
    """Statements that touched reads.

    Attributes
    ----------
    statements
        In their order.
    modules
        Of the workbench, that were at work when each was sent, the innermost first.
    looks_before
        How many looks stood in the log, committed, when the first was sent.
    """

    statements: list[str] = field(default_factory=list)
    modules: list[list[str]] = field(default_factory=list)
    looks_before: int | None = None


@contextmanager
def watched(owner: Engine, username: str) -> Iterator[Touched]:
    """Watch every engine of this process but the owner's own, while the block runs."""
    touched = Touched()

    def seen(_connection: Any, _cursor: Any, statement: str, *rest: Any) -> None:
        if not READS.search(statement) or _connection.engine is owner:
            return
        if touched.looks_before is None:
            touched.looks_before = looks_of(owner, username)
        touched.statements.append(statement)
        touched.modules.append(_at_work())

    event.listen(Engine, "before_cursor_execute", seen)
    try:
        yield touched
    finally:
        event.remove(Engine, "before_cursor_execute", seen)


def looks_of(owner: Engine, username: str) -> int:
    """Return how many looks of a person, with their purpose, are committed in the log."""
    sql = """
        SELECT count(*) FROM audit_record
        WHERE username = :username AND purpose IS NOT NULL AND outcome = 'started'
          AND kind IN ('detection:search', 'detection:canvass', 'detection:view', 'picture:view',
                       'evidence:package', 'hot_plate:rehearse', 'hit:view')
    """
    with owner.connect() as connection:
        return int(connection.execute(text(sql), {"username": username}).scalar_one())


def _at_work() -> list[str]:
    found, frame = [], sys._getframe(1)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.startswith("workbench.") and name not in found:
            found.append(name)
        frame = frame.f_back  # type: ignore[assignment]
    return found

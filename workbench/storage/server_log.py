"""What PostgreSQL's own log says of attempts that the database refused.

The log of the embedded server can be read here. It has the role, the instant and what was refused;
never the statement or its values, which may be plates. Of a department's server the settings are
looked at, because its log lies elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

_LINE = re.compile(
    r"^(?P<at>\S+ \S+ \S+) \[\d+\] (?P<role>\w+)@\w+ ERROR:  (?P<what>"
    r"(?:permission denied for|must be owner of|permission denied to)[^\n]*"
    r"|\w+ of \w+ is refused[^\n]*|must be superuser[^\n]*)$"
)
_SETTINGS = text(
    "SELECT name, setting FROM pg_settings"
    " WHERE name IN ('log_line_prefix', 'log_min_messages', 'logging_collector')"
)
_TOO_QUIET = frozenset({"log", "fatal", "panic"})


@dataclass(frozen=True, slots=True)
class RefusedAttempt:
    """An attempt that the database refused."""

    at: str
    role: str
    what: str


def refused_attempts(home: Path) -> tuple[RefusedAttempt, ...]:
    """Return what the embedded server's log has, the earliest first; nothing where there is none.

    Raises
    ------
    OSError
        If the log cannot be read.
    """
    file = home / "database" / "log"
    return tuple(_attempts(file)) if file.exists() else ()


def quiet_settings(connection: Connection) -> tuple[str, ...]:
    """Return which settings of a server keep refused attempts, or who made them, out of its log."""
    there = {row.name: row.setting for row in connection.execute(_SETTINGS)}
    faults = []
    prefix = there.get("log_line_prefix", "")
    if "%u" not in prefix or not re.search("%[mnt]", prefix):
        faults.append(f"log_line_prefix is {prefix!r}: it should name the role (%u) and time (%m)")
    if there.get("log_min_messages") in _TOO_QUIET:
        faults.append(f"log_min_messages is {there['log_min_messages']}: it should be warning")
    return tuple(faults)


def _attempts(file: Path) -> Iterator[RefusedAttempt]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if found := _LINE.match(line):
                yield RefusedAttempt(found["at"], found["role"], found["what"])

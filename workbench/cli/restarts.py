"""Starts parts of the workbench again that died, up to a limit; one part's end stops no other."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

_POLL_S = 0.25
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 30.0

Process = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class RestartLimit:
    """How often a part is started again.

    Attributes
    ----------
    most
        Restarts of one part within `within_s`; one that dies once more is given up.
    """

    most: int
    within_s: float


@dataclass(slots=True)
class KeptPart:
    """A part that runs, waits to be started again, or was given up.

    Attributes
    ----------
    begin
        Starts it.
    process
        The newest one.
    """

    name: str
    begin: Callable[[], Process]
    process: Process
    given_up: bool = False
    due_s: float | None = None
    restarted_s: list[float] = field(default_factory=list)

    def look(self, limit: RestartLimit, now_s: float) -> str | None:
        """Start it again if it is time, and return what there is to tell."""
        if self.given_up:
            return None
        if self.due_s is not None:
            if now_s >= self.due_s:
                self.due_s = None
                self.process = self.begin()
            return None
        code = self.process.poll()
        return None if code is None else self._died(code, limit, now_s)

    def _died(self, code: int, limit: RestartLimit, now_s: float) -> str:
        recent = [at_s for at_s in self.restarted_s if now_s - at_s < limit.within_s]
        ended = f"{self.name} ended by itself ({_said(code)})"
        within = f"within {limit.within_s / 60:.0f} minutes"
        if len(recent) >= limit.most:
            self.given_up = True
            return (
                f"{ended} after {limit.most} restarts {within} and is not started again; "
                "the rest goes on. See its messages above, or run `workbench doctor`"
            )
        wait_s = min(_FIRST_WAIT_S * 2 ** len(recent), _LONGEST_WAIT_S)
        self.due_s = now_s + wait_s
        self.restarted_s = [*recent, now_s]
        return (
            f"{ended}; it is started again in {wait_s:.0f} s, "
            f"restart {len(self.restarted_s)} of {limit.most} {within}"
        )


def keep_running(
    parts: Sequence[KeptPart],
    limit: RestartLimit,
    *,
    stopping: Sequence[int],
    tell: Callable[[str], None],
) -> Mapping[str, int]:
    """Start parts again until told to stop or until none is left.

    Parameters
    ----------
    stopping
        Becomes longer when somebody asks for the end.
    tell
        Told what ended, why, and what comes of it.

    Returns
    -------
    Mapping of str to int
        The parts that were given up, with their last exit code.
    """
    while not stopping and not all(part.given_up for part in parts):
        for part in parts:
            told = None if stopping else part.look(limit, time.monotonic())
            if told is not None:
                tell(told)
        time.sleep(_POLL_S)
    return {part.name: part.process.returncode for part in parts if part.given_up}


def _said(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"

"""The most memory of processes and of the programs that they start, as Linux counts it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event, Thread

_EVERY_S = 0.02
_KIB_PER_MB = 1_000_000 / 1_024


class PeakMemory:
    """Looks at processes while they work.

    The kernel keeps the peak of a process itself. Programs that it starts come and go, so they are
    looked at every 20 ms, and the largest seen is added.
    """

    def __init__(self) -> None:
        self._of_programs: dict[int, int] = {}

    def look(self, process: int) -> None:
        """Look once at the programs that a process has started."""
        for child in _children(process):
            # Between fork and exec a child still is its parent, with all its memory.
            if _program(child) not in {_program(process), None}:
                largest = max(self._of_programs.get(process, 0), _peak_kib(child))
                self._of_programs[process] = largest

    def mb(self, process: int) -> float:
        """Return the peak of a process that still runs, with its programs, in megabytes."""
        return round((_peak_kib(process) + self._of_programs.get(process, 0)) / _KIB_PER_MB, 1)


@contextlib.contextmanager
def watched(processes: Iterable[int]) -> Iterator[PeakMemory]:
    """Watch processes until the block ends.

    Yields
    ------
    PeakMemory
    """
    peak, over, known = PeakMemory(), Event(), tuple(processes)

    def watch() -> None:
        while not over.wait(_EVERY_S):
            for process in known:
                peak.look(process)

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _children(process: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [
            int(each)
            for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()
        ]
    return []


def _program(process: int) -> Path | None:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/exe").readlink()
    return None


def _peak_kib(process: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0

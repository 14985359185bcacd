"""Made-up work for tests of workers; in a module of its own, so that processes can import it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.pictures import FixedEngine
from workbench.errors import DependencyError
from workbench.recognition.base import Pixels, PlateRead

FOR_EVER_S = 3_600.0
"""Longer than any test may take."""


@dataclass(frozen=True)
class Noting:
    """Notes in a file that a job was begun, and by whom; a few jobs end the process at that.

    Attributes
    ----------
    deadly
        Jobs that end every process that tries them.
    once
        Jobs that end the first process that tries them.
    hanging
        Jobs that no process comes back from.
    takes_s
        Seconds that a job takes.
    loads_s
        Seconds that getting ready takes.
    """

    notes: Path
    deadly: frozenset[int] = frozenset()
    once: frozenset[int] = frozenset()
    hanging: frozenset[int] = frozenset()
    takes_s: float = 0.0
    loads_s: float = 0.0

    def load(self) -> Callable[[int], tuple[int, int]]:
        time.sleep(self.loads_s)
        with (self.notes / "loaded").open("a") as file:
            file.write(f"{os.getpid()}\n")
        return self.work

    def work(self, job: int) -> tuple[int, int]:
        note = self.notes / f"{job}"
        seen = note.exists()
        with note.open("a") as file:
            file.write(f"{os.getpid()}\n")
        if job in self.deadly or (job in self.once and not seen):
            os.kill(os.getpid(), 9)
        time.sleep(FOR_EVER_S if job in self.hanging else self.takes_s)
        return job, os.getpid()


@dataclass(frozen=True)
class Unloadable:
    """A task that no worker can load: with an error, or by ending."""

    ends: bool = False

    def load(self) -> Callable[[int], int]:
        if self.ends:
            os.kill(os.getpid(), 9)
        raise DependencyError("not installed", given="nothing")


@dataclass(frozen=True)
class Failing:
    """A task with a mistake in it."""

    def load(self) -> Callable[[int], int]:
        return lambda job: 1 // (job - 1)


@dataclass
class SlowEngine(FixedEngine):
    """Notes each picture that it begins to read, and takes its time."""

    notes: Path = Path()
    takes_s: float = 0.0

    def read(self, picture: Pixels) -> list[PlateRead]:
        with (self.notes / f"engine-{os.getpid()}").open("a") as file:
            file.write("begun\n")
        time.sleep(self.takes_s)
        return super().read(picture)


def slow_engine(notes: str, takes_s: float) -> SlowEngine:
    """Load the engine in a worker."""
    return SlowEngine(notes=Path(notes), takes_s=takes_s)


class DeadlyEngine(FixedEngine):
    """Ends its process at a dark picture, as a library with a bug does."""

    def read(self, picture: Pixels) -> list[PlateRead]:
        if picture[0, 0, 2] < 60:
            os.kill(os.getpid(), 9)
        return super().read(picture)


class HangingEngine(FixedEngine):
    """Never comes back from a dark picture."""

    def read(self, picture: Pixels) -> list[PlateRead]:
        if picture[0, 0, 2] < 60:
            time.sleep(FOR_EVER_S)
        return super().read(picture)

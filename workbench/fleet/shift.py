"""What a shift of a car with readers is, and how it is read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from workbench.domain.equipment import PursuitExit
from workbench.domain.period import Period
from workbench.storage.fleet_tables import pursuit_exit, shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What is confirmed at the start of a shift (Policy 426.6.1 (a) to (c)).

    Attributes
    ----------
    affixed
        Whether the cameras are affixed, and inspected for damage and wear.
    software_started
        Whether the software in the car runs.
    lights
        For each light that the policy names, whether it is green.
    words
        What is not in order; needed where something is not.
    """

    affixed: bool
    software_started: bool
    lights: Mapping[str, bool]
    words: str = ""

    @property
    def ready(self) -> bool:
        """Whether everything is in order."""
        return self.affixed and self.software_started and all(self.lights.values())

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not in order, in words."""
        said = {
            "cameras affixed and inspected": self.affixed,
            "software started": self.software_started,
        }
        lights = {f"{name} light green": green for name, green in self.lights.items()}
        return tuple(name for name, good in (said | lights).items() if not good)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A shift of a car.

    Attributes
    ----------
    cameras
        That the car carried at its start.
    ended_at
        ``None`` while it lasts.
    """

    id: int
    vehicle: str
    username: str
    cameras: tuple[str, ...]
    started_at: datetime
    ended_at: datetime | None
    start: Start

    def until(self, at: datetime) -> Period | None:
        """Return its time up to an instant."""
        end = min(self.ended_at or at, at)
        return Period(self.started_at, end) if self.started_at < end else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftPursuit:
    """When a car left a pursuit during a shift, and why."""

    shift_id: int
    left_at: datetime
    because: PursuitExit
    words: str


def shifts_of(
    connection: Connection, *, number: int | None = None, window: Period | None = None
) -> tuple[Shift, ...]:
    """Return shifts, the oldest first; all by default.

    Parameters
    ----------
    number
        Only that one.
    window
        Only those with time in it.
    """
    s = shift.c
    wanted = select(shift).order_by(s.started_at, s.id)
    if number is not None:
        wanted = wanted.where(s.id == number)
    if window is not None:
        lasts = s.ended_at.is_(None) | (s.ended_at > window.start)
        wanted = wanted.where(s.started_at < window.end, lasts)
    return tuple(_shift(row) for row in connection.execute(wanted))


def pursuits_of(connection: Connection, shift_id: int) -> tuple[LeftPursuit, ...]:
    """Return the pursuits that a car left during a shift, in order."""
    p = pursuit_exit.c
    wanted = select(pursuit_exit).where(p.shift_id == shift_id).order_by(p.left_at, p.id)
    return tuple(
        LeftPursuit(
            shift_id=row.shift_id,
            left_at=row.left_at,
            because=PursuitExit(row.because),
            words=row.words,
        )
        for row in connection.execute(wanted)
    )


def _shift(row: Row[Any]) -> Shift:
    start = Start(
        affixed=row.affixed,
        software_started=row.software_started,
        lights=row.lights,
        words=row.words,
    )
    return Shift(
        id=row.id,
        vehicle=row.vehicle_unit,
        username=row.username,
        cameras=tuple(row.cameras),
        started_at=row.started_at,
        ended_at=row.ended_at,
        start=start,
    )

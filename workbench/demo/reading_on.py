"""Reads of cameras that go on reading after the city's year, evenly and without a mistake.

Nobody is hidden among them: they are there so that what watches over cameras has something to
watch. The same hours give the same reads, so those that came in before are known again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from workbench.demo.cameras import FIXED_CAMERAS, Camera
from workbench.demo.city import City
from workbench.demo.plates import plate_row
from workbench.demo.trips import Passages
from workbench.demo.vehicles import FIXED_SHARE, Kind
from workbench.demo.year import DAYS, ZONE
from workbench.domain.period import Period

SOURCE = "demo-live"
_FEWEST_AN_HOUR = 1 / 6
_HOUR_S = 3_600
_TURNS = 0.618034
"""Golden ratio: multiples of it, without what is before the point, lie evenly."""


def even_reads(city: City, cameras: Sequence[Camera], period: Period) -> pa.Table:
    """Return what cameras read in the full hours of a period, in order of time.

    Parameters
    ----------
    cameras
        Where they stand; they need not be the city's.

    Returns
    -------
    pyarrow.Table
        In the columns that reads are taken in with.
    """
    which, at_s = _passing(city, cameras, period)
    locals_ = _locals(city)
    vehicle = locals_[((at_s * _TURNS) % 1.0 * len(locals_)).astype(int)]
    on = datetime.fromtimestamp(float(at_s[0]) if len(at_s) else 0.0, ZONE).date()
    made = city.only(on, Passages(vehicle, np.zeros(len(at_s), dtype=np.int64), at_s)).table
    return _as_seen_by(made, [cameras[number] for number in which])


def _passing(
    city: City, cameras: Sequence[Camera], period: Period
) -> tuple[list[int], NDArray[np.float64]]:
    """Return which camera is passed and when, in order of time."""
    a_year = city.reads * FIXED_SHARE / FIXED_CAMERAS
    an_hour = max(a_year / (DAYS * 24), _FEWEST_AN_HOUR)
    first = -(-int(period.start.timestamp()) // _HOUR_S)
    found = [
        (
            hour * _HOUR_S + round((turn * _TURNS + number * _TURNS**2) % 1.0 * (_HOUR_S - 1), 3),
            number,
        )
        for number in range(len(cameras))
        for hour in range(first, int(period.end.timestamp()) // _HOUR_S)
        for turn in range(*_turns(hour, number, an_hour))
    ]
    found.sort()
    return [number for _, number in found], np.array([at_s for at_s, _ in found], dtype=np.float64)


def _turns(hour: int, number: int, an_hour: float) -> tuple[int, int]:
    """Return which turns of a camera fall into an hour, if each lasts the same."""
    begun = number * _TURNS % 1.0
    return int(hour * an_hour + begun), int((hour + 1) * an_hour + begun)


def _within_s(turn: int, number: int) -> float:
    return round((turn * _TURNS + number * _TURNS**2) % 1.0 * (_HOUR_S - 1), 3)


def _locals(city: City) -> NDArray[np.int64]:
    rows = np.arange(city.vehicles.first[Kind.DELIVERY])
    wanted = [plate_row(city.solution.getaway), plate_row(city.solution.accomplice)]
    known = [(city.vehicles.plates[rows] == plate).all(axis=1) for plate in wanted]
    strangers: NDArray[np.int64] = rows[~(known[0] | known[1])]
    return strangers


def _as_seen_by(table: pa.Table, cameras: list[Camera]) -> pa.Table:
    times = [at.isoformat(timespec="milliseconds") for at in table["seen_at"].to_pylist()]
    pairs = zip(cameras, times, strict=True)
    values: dict[str, list[object]] = {
        "camera_id": [camera.camera_id for camera in cameras],
        "lon": [camera.point.lon for camera in cameras],
        "lat": [camera.point.lat for camera in cameras],
        "heading_deg": [camera.heading_deg for camera in cameras],
        "direction": [camera.direction for camera in cameras],
        "source": [SOURCE] * len(cameras),
        "source_event": [f"{camera.camera_id}-{at}" for camera, at in pairs],
    }
    for name, column in values.items():
        place, kind = table.column_names.index(name), table.schema.field(name)
        table = table.set_column(place, kind, pa.array(column, type=kind.type))
    return table

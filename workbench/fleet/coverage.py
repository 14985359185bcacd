"""In how many hours each camera worked, of those in which it should have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import pandas as pd
from sqlalchemy import Connection

from workbench.detections.cameras import CameraKind, Registered, registered
from workbench.detections.read_counts import ReadCounts
from workbench.domain.period import Period
from workbench.domain.stretches import hour_of, joined, shared, whole_hours
from workbench.errors import EquipmentError
from workbench.fleet.fault import Fault, faults_of
from workbench.fleet.inspections import Inspection, inspections_of
from workbench.fleet.places import CameraPlace, places_of
from workbench.fleet.shift import Shift, shifts_of
from workbench.fleet.told_cells import told_hours, whole_hours_of

T = TypeVar("T", Fault, Inspection)

COVERAGE_DTYPES = {
    "camera_id": "str",
    "kind": "str",
    "active": "bool",
    "hours_expected": "int64",
    "hours_alive": "int64",
    "share": "float64",
    "reads": "Int64",
    "hours_out": "int64",
    "faults": "int64",
    "inspections": "int64",
    "inspections_good": "int64",
    "inspections_late": "int64",
    "last_inspected_at": "datetime64[us, UTC]",
}
"""Columns of coverage, a row for each camera.

``share`` is missing where nothing is expected, ``reads`` where too few are there to be told.
"""

MOST_DAYS = 400


def coverage(
    connection: Connection, counts: ReadCounts, period: Period, *, now: datetime, min_cell: int
) -> pd.DataFrame:
    """Return in how many hours each camera worked, beside its faults and inspections.

    Expected are whole hours of UTC in which a camera was up from end to end: at its site, or on a
    car during a shift of that car. Alive are those of them with reads that may be told, see
    `told_hours`: of whole days those with at least one. At a quiet place there are hours without a
    car, so a share below 1 alone is no fault: compare it with the camera's own share at other
    times. ``hours_out`` are expected hours in which a fault kept it out of service; they stay
    expected.

    Parameters
    ----------
    connection
        Of the service role.
    counts
        Of reads.
    period
        What is asked for, widened to whole hours; the hour that still runs is left out.
    now
        The present instant.
    min_cell
        Fewest reads that are told of (``aggregates.min_cell`` of the policy).

    Returns
    -------
    pandas.DataFrame
        With `COVERAGE_DTYPES`, by camera.

    Raises
    ------
    EquipmentError
        If the period is longer than `MOST_DAYS` days.
    """
    if period.length.days > MOST_DAYS:
        raise EquipmentError(
            "That is too long a time for one question",
            given=str(period.length),
            allowed=f"up to {MOST_DAYS} days",
        )
    cameras = registered(connection)
    period = whole_hours_of(period)
    over = shared(period, Period(datetime(1990, 1, 1, tzinfo=UTC), hour_of(now)))
    expected = (
        expected_hours(cameras, places_of(connection), shifts_of(connection, window=over), over)
        if over
        else {}
    )
    hours = counts.hours(over, [one.camera.id for one in cameras]) if over else {}
    faults = _by_camera(faults_of(connection))
    inspections = _by_camera(inspections_of(connection))
    rows = []
    for one in cameras:
        camera_id = one.camera.id
        worked = _worked(
            expected.get(camera_id, frozenset()),
            hours.get(camera_id, {}),
            over or period,
            min_cell,
        )
        out = _out(faults.get(camera_id, []), expected.get(camera_id, frozenset()), over)
        cared = _cared(faults.get(camera_id, []), inspections.get(camera_id, []), period)
        first = (camera_id, one.camera.kind.value, one.camera.active)
        rows.append((*first, *worked, out, *cared))
    return pd.DataFrame(rows, columns=list(COVERAGE_DTYPES), dtype=object).astype(COVERAGE_DTYPES)


def expected_hours(
    cameras: Iterable[Registered],
    places: Mapping[str, tuple[CameraPlace, ...]],
    shifts: Iterable[Shift],
    period: Period,
) -> dict[str, frozenset[datetime]]:
    """Return the whole hours in which each camera should have worked.

    A fixed camera or trailer of which no installation is on record should from when it was added,
    while it is active; one of a car only on shifts of the car that carried it.
    """
    on_shift: dict[str, list[Period]] = {}
    for shift in shifts:
        if (time := shift.until(period.end)) is not None:
            on_shift.setdefault(shift.vehicle, []).append(time)
    found = {}
    for one in cameras:
        up: list[Period] = []
        for place in places.get(one.camera.id, ()):
            there = place.within(period)
            if there is not None:
                on = on_shift.get(place.vehicle, []) if place.vehicle else [there]
                up += [both for time in joined(on) if (both := shared(there, time)) is not None]
        if not places.get(one.camera.id) and one.camera.active:
            up += _since_added(one, period)
        found[one.camera.id] = frozenset(whole_hours(up))
    return found


def _since_added(one: Registered, period: Period) -> list[Period]:
    if one.camera.kind is CameraKind.VEHICLE or one.created_at >= period.end:
        return []
    return [Period(max(one.created_at, period.start), period.end)]


def _worked(
    expected: frozenset[datetime], hours: Mapping[datetime, int], period: Period, min_cell: int
) -> tuple[int, int, float, int | None]:
    there = {hour: n for hour, n in hours.items() if hour in expected}
    alive = len(told_hours(there, period, min_cell=min_cell))
    share = alive / len(expected) if expected else float("nan")
    reads = sum(told_hours(hours, period, min_cell=min_cell).values())
    return len(expected), alive, share, reads or None


def _out(faults: list[Fault], expected: frozenset[datetime], over: Period | None) -> int:
    if over is None:
        return 0
    outs = [out for fault in faults if (out := fault.out(over.end)) is not None]
    return len(expected & set(whole_hours(outs)))


def _cared(
    faults: list[Fault], inspections: list[Inspection], period: Period
) -> tuple[int, int, int, int, datetime | None]:
    within = [done for done in inspections if period.start <= done.done_at < period.end]
    times = [done.done_at for done in inspections if done.done_at < period.end]
    return (
        sum(period.start <= fault.discovered_at < period.end for fault in faults),
        len(within),
        sum(done.passed for done in within),
        sum(done.makes_up is not None for done in within),
        max(times, default=None),
    )


def _by_camera(all_of_it: Iterable[T]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for each in all_of_it:
        if each.camera_id is not None:
            found.setdefault(each.camera_id, []).append(each)
    return found

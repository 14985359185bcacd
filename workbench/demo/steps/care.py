"""Looks after the equipment: a trailer that moved, the quarter's inspections, a repair."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa

from workbench.demo.day.staff import Post, Staff
from workbench.demo.day.times import DayTimes, day_after
from workbench.demo.equipment import (
    DAMAGED,
    NOT_INSPECTED,
    TRAILER,
    trailer_at,
    trailer_sites,
    trailer_stays,
)
from workbench.demo.reading_on import SOURCE, even_reads
from workbench.demo.stage import ORIGIN, Report, Stage
from workbench.demo.steps import day as day_step
from workbench.demo.steps import equipment
from workbench.demo.year import ZONE
from workbench.detections.cameras import Camera, CameraKind
from workbench.detections.ingest_log import Caller
from workbench.domain.period import Period
from workbench.fleet.calendar import Turn, turn_of
from workbench.fleet.faults import Told
from workbench.fleet.inspections import Item
from workbench.fleet.places import PutUp

NAME = "care"
CRIME_REPORT = "26-012207"
_CALM = timedelta(minutes=30)
"""After the day's last act, so that everybody's code is another one."""


def look_after(stage: Stage, report: Report) -> str:
    """Put the trailer on record, and inspect what the last whole quarter asks for but two cameras.

    A quarter that has ended since an earlier run is inspected too, with the same two left out.
    """
    if not {equipment.NAME, day_step.NAME} <= set(stage.progress.done):
        return equipment.TOO_OLD
    if NAME not in stage.progress.done:
        stage.past_clock.move_to(stage.past_clock() + _CALM)
    staff = Staff(stage)
    if NAME not in stage.progress.done:
        _trailer(stage, staff)
    turn = turn_of(stage.clock(), stage.policy.inspections.every.value, ZONE).before
    done = _inspect(stage, staff, turn, report)
    if NAME not in stage.progress.done:
        _mend(stage, staff)
        stage.keep(stage.progress.with_done(NAME))
    if not done:
        return f"the inspections of {turn} are there already"
    left = f"{', '.join(NOT_INSPECTED)} left out"
    return f"a trailer, moved once; {done} inspections of {turn}, {left}; one window repaired"


def _trailer(stage: Stage, staff: Staff) -> None:
    """Record where the trailer was and is, and take in what was fetched from it."""
    day, places = day_after(stage.city.ending), stage.past.fleet.places
    if TRAILER not in {camera.id for camera in stage.past.cameras.all()}:
        position = trailer_sites(stage.city)[0].position
        new = Camera(
            id=TRAILER,
            name="ALPR trailer 1",
            kind=CameraKind.TRAILER,
            position=position,
            source_system=SOURCE,
        )
        stage.past.cameras.add(staff.actor(Post.ADMINISTRATOR), new)
    stays = zip(trailer_sites(stage.city), trailer_stays(day), strict=True)
    for site, stay in list(stays)[len(places.of(TRAILER)) :]:
        where = PutUp(site=site.name, heading_deg=90.0, direction="eastbound")
        places.put(staff.actor(Post.ADMINISTRATOR), TRAILER, where, from_at=stay.start)
    stage.past.ingest.take_table(
        _trailer_reads(stage, day), Caller(origin=ORIGIN), name="demo trailer"
    )


def _trailer_reads(stage: Stage, day: DayTimes) -> pa.Table:
    stays = zip(trailer_sites(stage.city), trailer_stays(day), strict=True)
    return pa.concat_tables(
        [even_reads(stage.city, [trailer_at(site)], stay) for site, stay in stays]
    )


def _inspect(stage: Stage, staff: Staff, turn: Turn, report: Report) -> int:
    """Inspect what was in use at the quarter's end, one after the other in its last weeks."""
    period = turn.period(ZONE)
    stage.past_clock.move_to(period.end)
    inspections = stage.past.fleet.inspections
    waiting = [
        one.camera_id
        for one in inspections.overdue(turn)
        if one.made_up_at is None and one.camera_id not in NOT_INSPECTED
    ]
    for number, camera_id in enumerate(waiting):
        report(number, len(waiting))
        damaged = camera_id == DAMAGED and not inspections.of(camera_id)
        inspections.record(
            staff.actor(Post.ADMINISTRATOR),
            camera_id,
            _items(stage, damaged=damaged),
            done_by=staff.username(Post.GARAGE),
            done_at=_when(period, number),
        )
    return len(waiting)


def _when(period: Period, number: int) -> datetime:
    """Return a time of the quarter, eight cameras on a working morning."""
    first = period.end - timedelta(days=24) + timedelta(hours=9)
    return first + timedelta(days=number // 8, minutes=25 * (number % 8))


def _items(stage: Stage, *, damaged: bool) -> tuple[Item, ...]:
    names = stage.policy.inspections.items.value
    good = tuple(Item(item=name, good=True) for name in names)
    if not damaged:
        return good
    words = "Window broken by a stone, still reads"
    return (Item(item=names[0], good=False, words=words, damage=True), *good[1:])


def _mend(stage: Stage, staff: Staff) -> None:
    """Record who was told of the damaged window, with the crime report, and its repair."""
    faults = stage.past.fleet.faults
    standing = [fault for fault in faults.all(standing=True) if fault.camera_id == DAMAGED]
    for fault in standing:
        told_at = fault.discovered_at + timedelta(minutes=40)
        told = Told(
            supervisor=staff.username(Post.SUPERVISOR),
            administrator=staff.username(Post.ADMINISTRATOR),
            supervisor_told_at=told_at,
            administrator_told_at=told_at + timedelta(minutes=5),
            paper_number=CRIME_REPORT,
        )
        faults.tell(staff.actor(Post.ADMINISTRATOR), fault.id, told)
        faults.repair(
            staff.actor(Post.GARAGE),
            fault.id,
            repair="Window replaced and cleaned; reads as before",
            repaired_at=fault.discovered_at + timedelta(days=2, hours=3),
        )

"""How cameras stand: silent, dropped, broken, not inspected; and that people are told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import text

from tests.fleet import GOOD, every, utc
from tests.people import made_actor
from workbench.detections.cameras import CameraKind
from workbench.domain.alert import NoticeKind
from workbench.domain.equipment import HealthWrong
from workbench.domain.period import Period
from workbench.domain.person import Role
from workbench.errors import DeniedError, EquipmentError
from workbench.fleet.drops import FEWEST_EXPECTED, same_hours
from workbench.fleet.faults import Finding
from workbench.fleet.papers import camera_papers
from workbench.fleet.places import PutUp
from workbench.hotlists.alerts.notices import NoticeRound

MOMENT = timedelta(microseconds=1)
ZONE = ZoneInfo("America/Los_Angeles")


def wrong(depot, on: str) -> list[HealthWrong]:
    return [one.what for one in depot.runtime.fleet.reading.health().findings if one.on == on]


@pytest.mark.parametrize(("more", "silent"), [(-1, False), (0, True), (1, True)])
@pytest.mark.parametrize("kind", [CameraKind.FIXED, CameraKind.TRAILER])
def test_a_camera_is_silent_after_longer_than_the_policy_lets_pass(
    depot, clock, kind, more, silent
):
    camera_id = depot.camera(kind)
    depot.reads(camera_id, clock() + timedelta(minutes=20))
    clock.move(hours=25)  # the first full hour that lies longer than 24 hours after the read
    clock.at += more * MOMENT
    assert (HealthWrong.SILENT in wrong(depot, camera_id)) is silent


def test_a_camera_that_never_read_is_silent_from_when_it_was_put_up(depot, clock):
    camera_id = depot.camera()
    clock.move(hours=20)
    depot.runtime.fleet.places.put(depot.admin, camera_id, PutUp(site=depot.site()))
    clock.move(hours=25)
    clock.at -= MOMENT
    assert wrong(depot, camera_id) == []
    clock.at += MOMENT
    assert wrong(depot, camera_id) == [HealthWrong.SILENT]
    depot.runtime.fleet.places.take_down(depot.admin, camera_id, because="Works on the road")
    assert wrong(depot, camera_id) == [], "nothing is expected of it any more"


def test_a_car_in_its_garage_is_not_silent(depot, clock):
    _, (camera_id,) = depot.car()
    clock.move(days=9)
    assert wrong(depot, camera_id) == []


def test_what_is_out_of_service_is_shown_as_that_until_the_garage_has_repaired_it(depot, clock):
    camera_id, garage = depot.camera(), depot.person(Role.GARAGE)
    faults = depot.runtime.fleet.faults
    broken = Finding(what="Hit by a truck", camera=camera_id, damage=True, out_of_service=True)
    number = faults.find(depot.admin, broken)
    clock.move(days=2)
    assert wrong(depot, camera_id) == [HealthWrong.FAULT_UNREPORTED, HealthWrong.OUT_OF_SERVICE]
    faults.tell(depot.admin, number, depot.told())
    assert wrong(depot, camera_id) == [HealthWrong.OUT_OF_SERVICE]
    faults.repair(garage, number, repair="New one")
    assert wrong(depot, camera_id) == [HealthWrong.SILENT], "repaired, and still without reads"


def test_an_inspection_that_is_overdue_shows_until_it_is_made_up(depot, clock):
    clock.at = utc(2026, 9, 1)
    camera_id = depot.camera()
    clock.at = utc(2026, 10, 1, 7)
    assert HealthWrong.INSPECTION_OVERDUE in wrong(depot, camera_id)
    depot.runtime.fleet.inspections.record(depot.admin, camera_id, GOOD)
    assert HealthWrong.INSPECTION_OVERDUE not in wrong(depot, camera_id)


def busy(depot, horizon: datetime, shares: dict[str, float], *, an_hour: int = 30) -> None:
    """Store reads of the last hours and of the same hours of four weeks before."""
    spread = timedelta(hours=1) / an_hour
    for camera_id, share in shares.items():
        at: list[datetime] = []
        for week in range(5):
            hours = same_hours(horizon, week, ZONE)[:4]
            count = round(an_hour * share) if week == 0 else an_hour
            at += [hour + n * spread for hour in hours for n in range(count)]
        depot.reads(camera_id, *at)


@pytest.fixture
def quiet_town(database):
    """Take the cameras of other tests out of use, so that only this test's are compared."""
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE camera SET active = false"))


@pytest.mark.usefixtures("quiet_town")
def test_a_sudden_drop_is_told_and_the_others_are_not(depot, clock):
    clock.at = utc(2027, 3, 17, 20, 30)  # three days after clocks were put forward
    ids = [depot.camera() for _ in range(6)]
    shares = dict(zip(ids, (0.2, 1.0, 0.95, 1.05, 0.9, 1.1), strict=True))
    busy(depot, utc(2027, 3, 17, 20), shares)
    found = depot.runtime.fleet.reading.health()
    assert [one.on for one in found.findings if one.what is HealthWrong.DROPPED] == ids[:1]
    (drop,) = [one for one in found.findings if one.on == ids[0]]
    hours = -(-FEWEST_EXPECTED // 30)
    assert drop.why == f"Less than 50% of other weeks in the last {hours} h"
    assert not found.drops.all_dropped


@pytest.mark.usefixtures("quiet_town")
def test_all_cameras_at_once_are_one_finding(depot, clock):
    clock.at = utc(2027, 5, 19, 20, 30)
    ids = [depot.camera() for _ in range(6)]
    busy(depot, utc(2027, 5, 19, 20), dict.fromkeys(ids, 0.2))
    found = depot.runtime.fleet.reading.health()
    told = [
        one for one in found.findings if one.what in {HealthWrong.ALL_DROPPED, HealthWrong.DROPPED}
    ]
    assert [(one.what, one.on) for one in told] == [(HealthWrong.ALL_DROPPED, "all")]


@pytest.mark.usefixtures("quiet_town")
def test_reads_that_come_in_once_a_night_are_not_missed_by_day(depot, clock):
    clock.at = utc(2027, 6, 16, 20, 30)
    ids = [depot.camera() for _ in range(6)]
    busy(depot, utc(2027, 6, 16, 13), dict.fromkeys(ids, 1.0))
    found = depot.runtime.fleet.reading.health()
    drops = {HealthWrong.ALL_DROPPED, HealthWrong.DROPPED}
    assert len(found.drops.compared) == 6
    assert [one for one in found.findings if one.what in drops] == []


@pytest.mark.usefixtures("quiet_town")
def test_people_are_told_once(depot, clock, database):
    clock.at = utc(2027, 7, 1, 18)
    camera_id = depot.camera()
    unit, (in_car,) = depot.car()
    officer = depot.person()
    shift = depot.shift(unit, officer)
    depot.reads(in_car, *every(10, clock(), clock() + timedelta(hours=1)))
    clock.move(hours=1)
    depot.runtime.fleet.shifts.end(officer, shift.id)
    clock.move(hours=25)
    runtime = depot.runtime
    notices = NoticeRound(database.service, queue=runtime.alerts.queue, find=runtime.finds_notices)
    assert notices.tell() > 0
    clock.move(minutes=15)
    assert notices.tell() == 0
    with database.owner.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT kind, subject, text, concerns FROM alert_notice WHERE subject IN (:c, :u)"
            ),
            {"c": camera_id, "u": unit},
        ).all()
    told = {row.kind: row for row in rows}
    assert told[NoticeKind.CAMERA_SILENT].text == (
        "No read for more than 24 hours (Department setting)"
    )
    assert told[NoticeKind.SHIFT_WRONG].concerns == officer.person.username
    assert all(officer.person.username not in row.text for row in rows)


def test_coverage_counts_whole_hours_in_which_a_camera_was_up(depot, clock):
    start = clock()  # on the hour
    camera_id, site = depot.camera(), depot.site()
    clock.at = start + timedelta(minutes=30)
    depot.runtime.fleet.places.put(depot.admin, camera_id, PutUp(site=site))
    depot.reads(
        camera_id,
        start + timedelta(minutes=40),
        *every(6, start + timedelta(hours=2), start + timedelta(hours=5)),
    )
    clock.at = start + timedelta(hours=6)
    broken = Finding(what="Broken", camera=camera_id, out_of_service=True)
    depot.runtime.fleet.faults.find(depot.admin, broken)
    clock.at = start + timedelta(hours=8, minutes=30)
    depot.runtime.fleet.inspections.record(depot.admin, camera_id, GOOD)
    row = covered(depot, camera_id, Period(start, start + timedelta(days=1)))
    assert (row["hours_expected"], row["hours_alive"], row["reads"]) == (7, 3, 30)
    assert (row["hours_out"], row["faults"]) == (2, 1)
    assert (row["inspections"], row["inspections_good"], row["inspections_late"]) == (1, 1, 0)
    assert row["share"] == pytest.approx(3 / 7)


def covered(depot, camera_id: str, period: Period) -> dict[str, Any]:
    frame = depot.runtime.fleet.reading.coverage(period)
    (row,) = frame[frame["camera_id"] == camera_id].to_dict("records")
    return dict(row)


def test_a_camera_of_a_car_should_work_on_shifts_alone(depot, clock):
    unit, (camera_id,) = depot.car()
    officer = depot.person()
    start = clock()
    shift = depot.shift(unit, officer)
    depot.reads(camera_id, *every(6, start, start + timedelta(hours=2)))
    clock.move(hours=4)
    depot.runtime.fleet.shifts.end(officer, shift.id)
    clock.move(hours=20)
    row = covered(depot, camera_id, Period(start - timedelta(days=1), clock()))
    assert (row["hours_expected"], row["hours_alive"]) == (4, 2)


def test_of_what_was_not_up_nothing_is_expected(depot, clock):
    camera_id = depot.camera()
    row = covered(depot, camera_id, Period(clock() - timedelta(days=1), clock()))
    assert (row["hours_expected"], row["hours_alive"]) == (0, 0)
    assert np.isnan(row["share"])
    row = covered(depot, camera_id, Period(clock() + MOMENT, clock() + timedelta(days=1)))
    assert row["hours_expected"] == 0, "what is to come is not expected yet"
    with pytest.raises(EquipmentError, match="too long"):
        covered(depot, camera_id, Period(clock() - timedelta(days=402), clock()))


def test_the_papers_of_a_camera_are_those_of_the_time(depot, clock):
    camera_id, site = depot.camera(), depot.site()
    depot.runtime.fleet.places.put(depot.admin, camera_id, PutUp(site=site))
    record = depot.runtime.fleet.inspections.record
    first, last = record(depot.admin, camera_id, GOOD), record(depot.admin, camera_id, GOOD)
    clock.move(days=1)
    start = clock()
    within = record(depot.admin, camera_id, GOOD)
    number = depot.runtime.fleet.faults.find(depot.admin, Finding(what="Broken", camera=camera_id))
    clock.move(days=1)
    end = clock()
    record(depot.admin, camera_id, GOOD)
    with depot.runtime.database.reader.connect() as connection:
        papers, unknown = depot.runtime.fleet.reading.papers(
            connection, [camera_id, "not known"], Period(start, end)
        )
        same = camera_papers(connection, [camera_id], Period(start, end), zone=ZONE)[0]
    assert [done.id for done in papers.inspections] == [last.id, within.id]
    assert first.id not in {done.id for done in papers.inspections}
    assert [fault.id for fault in papers.faults] == [number]
    assert [place.site for place in papers.places] == [site]
    assert same.as_json() == papers.as_json()
    assert (unknown.camera, unknown.inspections, len(unknown.error_rates)) == (None, (), 0)


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.RECORDS_CUSTODIAN])
def test_only_some_see_equipment(depot, role):
    with pytest.raises(DeniedError):
        depot.runtime.fleet.reading.allow(made_actor(role, username="t.other"))
    depot.runtime.fleet.reading.allow(made_actor(Role.GARAGE, username="t.other"))

"""The life of the demo city's data and equipment: what is out of order is what was planned so."""

from __future__ import annotations

import csv
from email.parser import BytesParser
from email.policy import default

import pytest

from workbench.demo.day.on_shift import CHECK, MEMO, SHIFTS, UNSENT
from workbench.demo.day.staff import Post
from workbench.demo.day.times import day_after
from workbench.demo.equipment import (
    DAMAGED,
    NOT_INSPECTED,
    OUT_OF_SERVICE,
    SILENT,
    TRAILER,
    trailer_sites,
)
from workbench.demo.neighbours import (
    FEDERAL,
    INSURER,
    NEIGHBOURS,
    POLICE,
    POOL,
    PROSECUTOR,
    SHERIFF,
    SYSTEM,
)
from workbench.demo.steps import day as day_step
from workbench.demo.steps.care import CRIME_REPORT, look_after
from workbench.demo.steps.case_papers import BOOKING, keep_and_give
from workbench.demo.steps.present import come_to_now
from workbench.domain.equipment import FaultState, HealthWrong, ShiftWrong
from workbench.domain.period import Period
from workbench.domain.release import ReleaseState
from workbench.retention.evidence.verifying import verify_package


def quietly(_done: int, _total: int) -> None:
    """Report to nobody."""


def present(stage, *, days):
    """Let it be so many days after the day with hits."""
    stage.clock = lambda: day_after(stage.city.ending).at("09:00", days=days)
    vars(stage).pop("now", None)


@pytest.fixture(scope="module")
def lived(played):
    """The day's city after its papers, at a present two weeks later."""
    stage = played.stage
    present(stage, days=14)
    stage.keep(stage.progress.with_done(day_step.NAME))
    for take in (look_after, keep_and_give, come_to_now):
        assert "--fresh" not in take(stage, quietly)
    stage.past_clock.move_to(stage.clock())
    return played


def exceptions(lived):
    day = lived.day
    window = Period(day.at("00:00", days=-1), day.at("00:00", days=2))
    return lived.stage.now.fleet.reading.shifts.within(window)


def test_exceptions_of_shifts_are_exactly_the_planned_ones(lived):
    found = {(one.vehicle, one.what) for one in exceptions(lived)}
    assert found == {
        ("U2", ShiftWrong.NO_SEARCH),
        ("U3", ShiftWrong.NOT_READY),
        ("U6", ShiftWrong.NO_READS),
    }
    assert len(exceptions(lived)) == len(found)


def test_own_searches_were_looks_through_the_door(lived):
    looks = lived.rows(
        "SELECT * FROM audit_record WHERE kind = 'detection:search' AND reason = :why", why=CHECK
    )
    who = {lived.staff.username(shift.post) for shift in SHIFTS if shift.searches}
    assert {look["username"] for look in looks} == who
    assert {tuple(look["criteria"]["cameras"]) for look in looks} == {
        (f"CAR-{shift.car + 1}",) for shift in SHIFTS if shift.searches
    }


def test_what_a_car_did_not_send_is_nowhere(lived):
    start = lived.at("00:00")
    query = "SELECT camera_id FROM detection WHERE camera_id LIKE 'CAR-%' AND seen_at >= :start"
    cars = {row["camera_id"] for row in lived.rows(query, start=start)}
    assert len(cars) == len(SHIFTS) - len(UNSENT)
    assert cars.isdisjoint(UNSENT)


def test_health_lists_exactly_what_is_broken(lived):
    found = {(one.on, one.what) for one in lived.stage.now.fleet.reading.health().findings}
    assert found == {
        (SILENT, HealthWrong.SILENT),
        (OUT_OF_SERVICE, HealthWrong.OUT_OF_SERVICE),
        *((camera, HealthWrong.INSPECTION_OVERDUE) for camera in NOT_INSPECTED),
    }


def test_each_fault_has_its_paper_and_one_is_repaired_by_the_garage(lived):
    faults = {fault.on: fault for fault in lived.stage.now.fleet.faults.all()}
    assert len(faults) == 3
    window, light = faults[f"camera {DAMAGED}"], faults["car U3"]
    assert (window.paper_number, window.state) == (CRIME_REPORT, FaultState.REPAIRED)
    assert window.repaired_by == lived.staff.username(Post.GARAGE)
    assert (light.paper_number, light.state) == (MEMO, FaultState.REPORTED)
    assert faults[f"camera {OUT_OF_SERVICE}"].out_of_service
    assert not [fault for fault in faults.values() if fault.state is FaultState.OPEN]


def test_the_trailer_moved_once_and_read_at_both_places(lived):
    places = lived.stage.now.fleet.places.of(TRAILER)
    assert [place.site for place in places] == [
        site.name for site in trailer_sites(lived.stage.city)
    ]
    read = lived.rows("SELECT DISTINCT lat FROM detection WHERE camera_id = :id", id=TRAILER)
    assert len(read) == 2


def test_every_agency_was_verified_by_somebody_else(lived):
    agencies = lived.stage.now.sharing.agencies.all(lived.staff.actor(Post.CAPTAIN))
    assert {one.name for one in agencies} == {profile.name for profile in NEIGHBOURS}
    assert FEDERAL.name in {one.name for one in agencies}
    assert all(one.verified_by not in {None, one.changed_by} for one in agencies)


def test_one_share_is_overdue_and_the_vendors_list_has_drifted(lived):
    shares = lived.stage.now.sharing.shares
    everybody = shares.all(lived.staff.actor(Post.CAPTAIN))
    assert {share.agency.name for share in everybody if share.approved} == {
        POLICE.name,
        PROSECUTOR.name,
    }
    assert [share.agency.name for share in shares.overdue()] == [PROSECUTOR.name]
    content = (lived.stage.home.folder / "shares" / "learn.csv").read_bytes()
    drift = lived.stage.now.sharing.drifts.compare(
        lived.staff.actor(Post.ADMINISTRATOR), content, system=SYSTEM
    )
    assert {one.agency for one in drift.refused} == {SHERIFF.name, POOL.name}
    assert [one.suggestions for one in drift.unapproved] == [(POLICE.name,)]
    assert (drift.lacking, drift.unreadable) == ((PROSECUTOR.name,), 1)


def test_each_request_came_as_far_as_the_rules_let_it(lived):
    found = lived.stage.now.sharing.releases.list(lived.staff.actor(Post.CAPTAIN))
    assert {one.agency.name: [event.step.value for event in one.events] for one in found} == {
        SHERIFF.name: ["refused", "filed"],
        INSURER.name: ["routed", "filed"],
        POLICE.name: ["reviewed", "approved", "fulfilled", "filed"],
        PROSECUTOR.name: ["reviewed"],
    }
    waiting = [one for one in found if one.state is ReleaseState.REVIEWED]
    assert [one.agency.name for one in waiting] == [PROSECUTOR.name]


def test_the_mail_on_file_is_the_mail_in_the_folder(lived):
    captain, releases = lived.staff.actor(Post.CAPTAIN), lived.stage.now.sharing.releases
    (asked,) = [one for one in releases.list(captain) if one.agency.name == POLICE.name]
    file = lived.stage.home.folder / "requests" / "marlstead.eml"
    assert releases.original(captain, asked.id).content == file.read_bytes()
    mail = BytesParser(policy=default).parsebytes(file.read_bytes())
    assert "made up by the demo" in " ".join(mail.get_content().split())


def test_the_wanted_cars_reads_are_held_and_packed_whole(lived):
    held = lived.rows(
        "SELECT d.plate FROM held_detection h JOIN detection d ON d.id = h.detection_id"
        " WHERE h.hold_id = 1"
    )
    plate = lived.stage.city.solution.getaway
    there = lived.rows("SELECT 1 FROM detection WHERE plate = :plate", plate=plate)
    assert {row["plate"] for row in held} == {plate}
    assert len(held) == len(there) >= 2
    folder = lived.stage.home.folder
    evidence = folder / "evidence" / lived.stage.city.robberies[-1].case_number
    (released,) = (folder / "released").iterdir()
    for package in (evidence, released):
        verdict = verify_package(package)
        assert verdict.whole, verdict.problems
    with (evidence / "data" / "reads.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(held)
    made = lived.stage.now.evidence.all(lived.staff.actor(Post.CUSTODIAN))
    assert [one.bookings for one in made] == [
        (),
        (BOOKING,),
    ]


def test_a_second_run_records_nothing_twice(lived):
    stage = lived.stage
    head = stage.now.audit.head()
    for take in (look_after, keep_and_give):
        assert "there already" in take(stage, quietly)
    assert stage.now.audit.head() == head
    reads = lived.rows("SELECT count(*) AS n FROM detection")
    assert "there already" in come_to_now(stage, quietly)
    assert lived.rows("SELECT count(*) AS n FROM detection") == reads


def test_a_later_quarter_is_inspected_too(lived):
    stage = lived.stage
    present(stage, days=75)
    assert "inspections of 2026Q4" in look_after(stage, quietly)
    assert "reads of 59 cameras" in come_to_now(stage, quietly)
    found = stage.now.fleet.reading.health().findings
    overdue = [one.on for one in found if one.what is HealthWrong.INSPECTION_OVERDUE]
    assert overdue == list(NOT_INSPECTED)

"""A rehearsal says what matching would make of the kept reads, and makes nothing of them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.people import made_actor
from tests.reads import store_reads
from workbench.domain.hot_pattern import hot_pattern
from workbench.domain.period import Period
from workbench.domain.person import Role
from workbench.domain.rehearsal import RehearsalCriteria


@pytest.fixture
def keep(database, camera, clock):
    """Store reads of this test's camera, each a text and what else is said of it."""

    def store(*reads, **more):
        rows = [
            {
                "seen_at": clock() - timedelta(hours=7 * number),
                "received_at": clock(),
                "camera_id": camera,
                "plate": plate,
                "plate_normal": plate,
                "pseudonym": False,
                "region": None,
                "confidence": 0.9,
                "candidates": said,
                "source": "test",
                "event_key": uuid4(),
                "flags": [],
                **more,
            }
            for number, (plate, *said) in enumerate(reads, start=1)
        ]
        return store_reads(database.service, rows)

    return store


@pytest.fixture
def rehearse(runtime, clock, policy):
    actor = made_actor(Role.ANALYST)
    inquiry = runtime.inquiries.open(
        actor, purpose="active_investigation", case_number="26-014532", reason="Made-up robbery"
    )
    back = Period(clock() - timedelta(days=policy.hits.back_days.value), clock())

    def look(plate, period=back):
        asked = RehearsalCriteria(pattern=hot_pattern(plate), period=period)
        return runtime.door.rehearse(actor, inquiry.id, asked)

    return look


READS = (
    ("8REH123",),
    ("8REH12B",),
    ("BREH123", ["8REH123", 0.05]),
    ("8RFH723",),
    ("8REH23",),
    ("8REH1123",),
    ("5XXX555", ["8-reh-1.23", 0.4], ["5XXX555", 0.5]),
    ("5XXX556", ["8REH-123", 0.4]),
    ("5XXX557", ["8reh123", 0.4]),
    ("5XXX558", ["5XXX553", 0.4]),
    ("8REH1Z3", ["ЖREH123", 0.4], ["8REH 123", None]),
    ("4QQQ999",),
)


@pytest.mark.parametrize("plate", ["8REH123", "8RE*3"])
def test_a_rehearsal_says_what_matching_back_then_makes(
    plate, rehearse, keep, runtime, lists, hits
):
    keep(*READS)
    said = rehearse(plate)
    assert hits() == []
    done = runtime.matching.back.hot_plate_entered(lists.hot_plate(plate))
    assert (said.alerts, said.possible) == (done.hits - done.possible, done.possible)
    assert said.alerts > 1
    misread = [hit.possible for hit in hits() if hit.match == "misread"]
    assert said.misread_possible == sum(misread)
    assert said.misread_alerts == len(misread) - sum(misread)
    assert (said.misread_alerts > 0) == ("*" not in plate)


def test_what_stands_on_lists_counts_against_a_plate_on_trial(rehearse, keep, lists, code):
    keep(("8TRY12B",))
    before = rehearse("8TRY123")
    lists.load(code, ["8TRY12B"])
    after = rehearse("8TRY123")
    assert (before.misread_alerts, after.misread_alerts) == (1, 0)


@pytest.mark.parametrize(
    ("hours", "counted"), [(-1, 0), (0, 1), (24, 1), (48, 1), (71, 1), (72, 0)]
)
def test_every_read_of_the_period_counts_once(hours, counted, rehearse, keep, clock):
    start = clock() - timedelta(days=9)
    plate = f"8DAY{hours % 100:02}"
    keep((plate,), seen_at=start + timedelta(hours=hours))
    keep((plate,), seen_at=start + timedelta(hours=1))
    found = rehearse(plate, Period(start, start + timedelta(days=3)))
    assert (found.alerts, found.hits) == (1 + counted, 1 + counted)


def test_a_stand_in_for_a_plate_meets_nothing(rehearse, keep):
    keep(("8PSE123", ["8PSE123", 0.9]), pseudonym=True)
    found = rehearse("8PSE123")
    assert (found.hits, found.alerts, found.possible) == (0, 0, 0)


def test_a_rehearsal_makes_no_hit_and_tells_how_many_there_would_be(rehearse, keep, hits, database):
    keep(("8LOG123",), ("8LOG12B",))
    found = rehearse("8LOG123")
    assert (found.hits, found.alerts, found.misread_alerts) == (1, 2, 1)
    assert hits() == []
    outcome = text("SELECT details FROM audit_record WHERE access_id = :seq")
    with database.reader.connect() as connection:
        details = connection.execute(outcome, {"seq": found.access_id}).scalar_one()
    assert details == {"hits": 1, "alerts": 2, "possible": 0}

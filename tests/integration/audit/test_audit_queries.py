"""What auditors read: fixed columns, each reading logged first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from tests.people import made_actor
from workbench.audit import Entry, EventKind, Outcome
from workbench.audit.frames import (
    ACCESS_DTYPES,
    EVENT_DTYPES,
    by_hour,
    by_person,
    by_purpose,
    without_case_number,
)
from workbench.audit.queries import AuditReader
from workbench.audit.reading import Selection
from workbench.domain.period import Period
from workbench.domain.person import Role
from workbench.errors import AuditWriteError

ZONE = ZoneInfo("America/Los_Angeles")


@pytest.fixture
def reader(log, own_database, clock, actor):
    return AuditReader(log, own_database.service, clock, actor=actor)


@pytest.fixture
def day(clock):
    return Period(clock() - timedelta(hours=12), clock() + timedelta(hours=12))


@pytest.fixture
def filled(log, search, clock, actor):
    """Three looks of two people, one without a case, one without an outcome."""
    first = log.append(replace(search, inquiry_id=UUID(int=1)))
    log.append(
        Entry(EventKind.ACCESS_DENY, actor, access_id=first.seq, outcome=Outcome.REFUSED)
    )  # belongs to the look and is not its outcome
    log.append(
        Entry(
            EventKind.LOOK_OUTCOME,
            actor,
            access_id=first.seq,
            outcome=Outcome.RETURNED,
            details={"rows": 12},
        )
    )
    clock.move(hours=1)
    other = made_actor(Role.OFFICER, username="b.officer")
    second = log.append(
        replace(search, actor=other, case_number=" ", purpose="canvass", plate=None)
    )
    log.append(
        Entry(
            EventKind.LOOK_OUTCOME,
            other,
            access_id=second.seq,
            outcome=Outcome.FAILED,
            details={"rows": "many"},
        )
    )
    log.append(search)
    log.append(Entry(EventKind.ACCESS_DENY, actor, outcome=Outcome.REFUSED))


def dtypes(frame: pd.DataFrame) -> dict[str, str]:
    return {name: str(kind) for name, kind in frame.dtypes.items()}


def test_accesses_come_with_their_outcome(reader, day, filled):
    found = reader.accesses(day)
    assert dtypes(found) == ACCESS_DTYPES
    assert list(found["access_id"]) == [1, 4, 6]
    assert found["outcome"].fillna("").tolist() == ["returned", "failed", ""]
    assert found["rows"].tolist() == [12, pd.NA, pd.NA]
    assert found["inquiry_id"].fillna("").tolist() == [str(UUID(int=1)), "", ""]
    assert found["channel"].tolist() == ["client"] * 3
    assert found["criteria"][0] == '{"limit":1000,"look":"search","plate":"7AB?1*"}'


def test_columns_are_the_same_when_there_is_nothing(reader, day):
    assert dtypes(reader.accesses(day)) == ACCESS_DTYPES
    later = Selection(start=day.end)
    assert dtypes(reader.events(later, limit=5)) == EVENT_DTYPES
    empty = reader.accesses(day)
    assert len(by_person(empty)) == len(by_purpose(empty)) == len(without_case_number(empty)) == 0
    assert by_hour(empty, ZONE)["accesses"].tolist() == [0] * 24


def test_the_period_is_half_open(reader, clock, filled):
    at = clock()
    before = Period(at - timedelta(hours=1), at)
    assert list(reader.accesses(before)["access_id"]) == [1]
    microsecond = timedelta(microseconds=1)
    wider = Period(before.start + microsecond, at + microsecond)
    assert list(reader.accesses(wider)["access_id"]) == [4, 6]


def test_reading_is_logged_before_anything_is_read(reader, day, filled, log, actor):
    reader.accesses(day)
    record = log.head()
    assert (record.kind, record.username) == (EventKind.AUDIT_READ, actor.person.username)
    assert record.details["what"] == "accesses"
    assert record.details["start"] == "2026-11-02T06:00:00.000000Z"
    events = reader.events(Selection(), limit=1)
    assert events["kind"].tolist() == ["audit:read"]
    assert events["seq"].tolist() == [log.head().seq]


def test_no_record_no_reading(reader, day, own_database):
    with own_database.owner.begin() as connection:
        connection.exec_driver_sql("REVOKE INSERT ON audit_record FROM workbench_service")
    try:
        for read in (
            lambda: reader.accesses(day),
            lambda: reader.events(Selection(), limit=1),
        ):
            with pytest.raises(AuditWriteError):
                read()
    finally:
        with own_database.owner.begin() as connection:
            connection.exec_driver_sql("GRANT INSERT ON audit_record TO workbench_service")


def test_events_are_the_latest_first_and_limited(reader, filled):
    found = reader.events(Selection(kinds=frozenset({EventKind.LOOK_OUTCOME})), limit=1)
    assert found["seq"].tolist() == [5]
    assert found["access_id"].tolist() == [4]
    assert len(reader.events(Selection(), limit=3)) == 3


def test_people_are_counted(reader, day, filled):
    found = by_person(reader.accesses(day))
    assert found["username"].tolist() == ["r.example", "b.officer"]
    assert found["accesses"].tolist() == [2, 1]
    assert found["plates"].tolist() == [1, 0]
    assert found["without_case_number"].tolist() == [0, 1]
    assert (found["last_at"] - found["first_at"]).tolist() == [timedelta(hours=1), timedelta(0)]


def test_purposes_are_counted(reader, day, filled):
    found = by_purpose(reader.accesses(day))
    assert found["purpose"].tolist() == ["active_investigation", "canvass"]
    assert found["accesses"].tolist() == [2, 1]
    assert found["people"].tolist() == [1, 1]


def test_hours_are_counted_in_the_departments_time(reader, day, filled):
    found = by_hour(reader.accesses(day), ZONE)
    assert found["hour"].tolist() == list(range(24))
    assert found["accesses"].tolist() == [0] * 10 + [1, 2] + [0] * 12
    assert found["people"].tolist() == [0] * 10 + [1, 2] + [0] * 12


def test_a_blank_case_number_is_none(reader, day, filled):
    found = without_case_number(reader.accesses(day))
    assert found["access_id"].tolist() == [4]
    assert dtypes(found) == ACCESS_DTYPES

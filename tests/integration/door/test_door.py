"""The door: no record no rows, and what runs is what stands in the record."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pandas as pd
import pytest
from sqlalchemy import event, text

from tests.people import made_actor
from tests.reads import CENTRE, FIRST_SEEN_AT, made_reads, store_reads
from workbench.analysis.frames import detection_frame
from workbench.audit import AuditLog, Record
from workbench.detections.door import Door
from workbench.detections.looks import Looks
from workbench.detections.read_limits import ReadLimits
from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.person import Role
from workbench.domain.place import Circle
from workbench.errors import (
    ApprovalNeededError,
    AuditWriteError,
    ChainBrokenError,
    CriteriaError,
    DeniedError,
    DetectionMissingError,
    FormError,
    InputError,
    PictureMissingError,
    PurposeError,
    SearchTimeoutError,
)
from workbench.storage.database import AllRoles
from workbench.storage.pictures import PictureStore

PREFIX = "9"
CASE = "26-014532"


@pytest.fixture(scope="module")
def stored(database) -> pd.DataFrame:
    return store_reads(database.service, made_reads(400, seed=426, prefix=PREFIX))


def records(database: AllRoles, after: int = 0) -> list[dict]:
    with database.service.connect() as connection:
        rows = connection.execute(
            text("SELECT * FROM audit_record WHERE seq >= :after ORDER BY seq"), {"after": after}
        )
        return [dict(row) for row in rows.mappings()]


def test_the_record_holds_the_four_items_of_the_law(door, actor, inquiry_id, stored, database):
    result = door.search(actor, inquiry_id, SearchCriteria(plate=parse_pattern(f"{PREFIX}A*")))
    looked, ended = records(database, result.access_id)[:2]
    assert looked["recorded_at"] is not None
    assert looked["plate"] == f"{PREFIX}A*"
    assert (looked["username"], looked["organisation"]) == (
        "a.analyst",
        "Roseville Police Department",
    )
    assert looked["purpose"] == "active_investigation"
    assert looked["case_number"] == CASE
    assert looked["outcome"] == "started"
    assert ended["access_id"] == result.access_id
    assert ended["outcome"] == "returned"
    assert ended["details"]["rows"] == result.rows > 0


def test_no_audit_no_rows(database, door, actor, inquiry_id, stored):
    read = []

    def watch(_connection, _cursor, statement, *_):
        if "FROM detection" in statement:
            read.append(statement)

    event.listen(database.reader, "before_cursor_execute", watch)
    with database.owner.begin() as owner:
        owner.execute(text("REVOKE INSERT ON audit_record FROM workbench_service"))
    try:
        with pytest.raises(AuditWriteError, match="nothing was done"):
            door.search(actor, inquiry_id, SearchCriteria(plate=parse_pattern(f"{PREFIX}*A")))
    finally:
        with database.owner.begin() as owner:
            owner.execute(text("GRANT INSERT ON audit_record TO workbench_service"))
        event.remove(database.reader, "before_cursor_execute", watch)
    assert read == []


def test_the_result_names_the_criteria_that_stand_in_the_record(
    database, door, actor, inquiry_id, stored
):
    asked = SearchCriteria(plate=parse_pattern(f"{PREFIX}*"), limit=5)
    result = door.search(actor, inquiry_id, asked)
    assert records(database, result.access_id)[0]["criteria"] == result.criteria == asked.as_json()


def test_a_record_that_was_edited_before_it_ran_lets_nothing_out(
    database, policy, clock, inquiries, actor, inquiry_id, stored, runtime
):
    """What runs is read back from the committed record, so an edited one has to stop the look."""

    class EditedLog(AuditLog):
        def read(self, seq: int) -> Record:
            forge(database, "9A", "9B", seq)
            return super().read(seq)

    log = EditedLog(database.service, clock=clock, organisation="Made Up", policy_version="test")
    limits = ReadLimits(database.service, policy=policy, audit=log, clock=clock)
    looks = Looks(policy=policy, audit=log, inquiries=inquiries, clock=clock, limits=limits)
    door = Door(
        database.reader,
        pictures=PictureStore("memory://edited"),
        tries=runtime.matching.tries,
        policy=policy,
        looks=looks,
    )
    with pytest.raises(ChainBrokenError, match="edited"):
        door.search(actor, inquiry_id, SearchCriteria(plate=parse_pattern("9A*")))
    ended = records(database)[-1]
    assert ended["outcome"] == "failed"
    forge(database, "9B", "9A", ended["access_id"])


def forge(database: AllRoles, old: str, new: str, seq: int) -> None:
    """Change a record as only the owner can, past the triggers."""
    change = text(
        "UPDATE audit_record SET criteria = replace(criteria::text, :old, :new)::json"
        " WHERE seq = :seq"
    )
    with database.owner.begin() as owner:
        owner.execute(text("ALTER TABLE audit_record DISABLE TRIGGER USER"))
        owner.execute(change, {"old": old, "new": new, "seq": seq})
        owner.execute(text("ALTER TABLE audit_record ENABLE TRIGGER USER"))


def test_a_look_without_an_own_open_inquiry_is_refused_and_logged(door, inquiry_id, database):
    stranger = made_actor(Role.ANALYST, username="b.other")
    before = records(database)[-1]["seq"]
    for unknown in (inquiry_id, uuid4()):
        with pytest.raises(DeniedError, match="no such inquiry of yours"):
            door.search(stranger, unknown, SearchCriteria(plate=parse_pattern("9A")))
    refused = records(database, before + 1)
    assert [row["kind"] for row in refused] == ["access:deny"] * 2
    assert refused[0]["plate"] == "9A"


def test_a_closed_inquiry_lets_nothing_out(door, inquiries, actor, inquiry_id):
    inquiries.close(actor, inquiry_id)
    with pytest.raises(DeniedError, match="closed"):
        door.search(actor, inquiry_id, SearchCriteria(plate=parse_pattern("9A")))


def test_another_purpose_shows_no_rows_before_somebody_else_approved_it(
    door, inquiries, stored, actor
):
    both = made_actor(Role.ANALYST, Role.SUPERVISOR, username="c.both")
    waiting = inquiries.open(both, purpose="other", reason="Traffic study for the council")
    looked_for = SearchCriteria(plate=parse_pattern(f"{PREFIX}*"), limit=3)
    with pytest.raises(ApprovalNeededError, match="supervisor or ALPR administrator"):
        door.search(both, waiting.id, looked_for)
    with pytest.raises(DeniedError, match="for themselves"):
        inquiries.approve(both, waiting.id, note="Because the council asks")
    with pytest.raises(DeniedError):
        inquiries.approve(actor, waiting.id, note="An analyst may not")
    supervisor = made_actor(Role.SUPERVISOR, username="d.super")
    with pytest.raises(FormError, match="says too little"):
        inquiries.approve(supervisor, waiting.id, note=" ")
    approved = inquiries.approve(supervisor, waiting.id, note="Council resolution 26-11")
    assert (approved.decided_by, approved.state) == ("d.super", "open")
    assert door.search(both, waiting.id, looked_for).rows == 3
    with pytest.raises(PurposeError, match="waits"):
        inquiries.refuse(supervisor, waiting.id, note="too late")


@pytest.mark.parametrize(
    ("purpose", "reason", "message"),
    [
        ("curiosity", "Armed robbery, Vernon", "Unknown purpose"),
        ("active_investigation", "a" * 10, "says too little"),
        ("active_investigation", "Armed robbery", "says too little"),
        ("active_investigation", " " * 30, "says too little"),
    ],
)
def test_a_purpose_is_known_and_its_reason_says_something(
    inquiries, actor, purpose, reason, message
):
    with pytest.raises(InputError, match=message):
        inquiries.open(actor, purpose=purpose, reason=reason)


def test_truncated_is_honest_at_the_limit(door, actor, inquiry_id, stored):
    def look(limit: int):
        pattern = parse_pattern(f"{PREFIX}*")
        return door.search(actor, inquiry_id, SearchCriteria(plate=pattern, limit=limit))

    total = len(stored)
    for limit, truncated in ((total - 1, True), (total, False), (total + 1, False)):
        found = look(limit)
        assert (found.rows, found.truncated) == (min(limit, total), truncated)


def test_an_empty_result_has_the_same_dtypes_as_a_full_one(door, actor, inquiry_id, stored):
    full = door.search(actor, inquiry_id, SearchCriteria(plate=parse_pattern(f"{PREFIX}*")))
    empty = door.search(actor, inquiry_id, SearchCriteria(plate=parse_pattern("ZZZZZZZ")))
    assert empty.rows == 0
    pd.testing.assert_series_equal(full.frame.dtypes, empty.frame.dtypes)
    assert full.frame.crs == empty.frame.crs == "EPSG:4326"
    assert len(detection_frame(full.table)) == full.rows


def test_a_slow_search_is_stopped_and_logged_as_failed(
    database, door, actor, inquiry_id, stored, monkeypatch
):
    from workbench.detections import door as door_module

    monkeypatch.setattr(
        door_module, "search_conditions", lambda _: [text("pg_sleep(0.05) IS NOT NULL")]
    )

    def short(_connection, cursor, *_):
        cursor.connection.execute("SET statement_timeout = '20ms'")

    event.listen(database.reader, "before_cursor_execute", short)

    try:
        with pytest.raises(SearchTimeoutError, match="narrow it"):
            door.search(actor, inquiry_id, SearchCriteria(plate=parse_pattern("9*")))
    finally:
        event.remove(database.reader, "before_cursor_execute", short)
        database.reader.dispose()
    assert records(database)[-1]["outcome"] == "failed"


def test_the_reader_cannot_write(database):
    from sqlalchemy.exc import DBAPIError

    with (
        database.reader.connect() as reader,
        pytest.raises(DBAPIError, match="read-only transaction"),
    ):
        reader.execute(text("INSERT INTO detection_month VALUES (2000, 1, 'x', now())"))


def test_the_service_cannot_change_or_delete_a_read(database):
    from sqlalchemy.exc import ProgrammingError

    for statement in ("UPDATE detection SET plate = 'X'", "DELETE FROM detection"):
        with (
            database.service.connect() as service,
            pytest.raises(ProgrammingError, match="permission denied"),
        ):
            service.execute(text(statement))


def test_a_single_detection_is_a_look_of_its_own(door, actor, inquiry_id, stored, database):
    some = door.search(actor, inquiry_id, SearchCriteria(plate=parse_pattern(f"{PREFIX}*")))
    wanted = int(some.frame["detection_id"].iloc[0])
    one = door.detection(actor, inquiry_id, wanted)
    assert one.frame["detection_id"].tolist() == [wanted]
    assert records(database, one.access_id)[0]["kind"] == "detection:view"
    with pytest.raises(DetectionMissingError):
        door.detection(actor, inquiry_id, 10**15)


def test_only_pictures_leave_by_the_door(door, actor, inquiry_id):
    with pytest.raises(PictureMissingError):
        door.picture(actor, inquiry_id, "0" * 64)


def test_the_policys_limits_hold(door, actor, inquiry_id, policy):
    most = policy.search.canvass_max_radius_m
    with pytest.raises(CriteriaError, match=re.escape(most.section)):
        door.canvass(
            actor,
            inquiry_id,
            CanvassCriteria(
                scene=Circle(CENTRE, most.value + 1),
                at=FIRST_SEEN_AT,
                before=timedelta(minutes=5),
                after=timedelta(minutes=5),
            ),
        )

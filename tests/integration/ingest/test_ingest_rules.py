"""Taking in: everything is logged, only who may does it, and a crash changes nothing of that."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyarrow as pa
import pytest
from sqlalchemy import text

from tests.deliveries import NOW, SAMPLES, sample_json
from tests.integration.ingest.csv_files import DESK, HEAD, csv_of, line, rows_of
from tests.people import made_actor
from workbench.detections.cameras import Camera, CameraKind
from workbench.detections.deliveries import Counts, Sender
from workbench.detections.formats.base import Rejected, Taken
from workbench.detections.ingest_log import Caller
from workbench.detections.intake import open_intake
from workbench.domain.person import Role
from workbench.domain.place import Point
from workbench.domain.read import Read
from workbench.errors import (
    AuditWriteError,
    DeliveryError,
    DeniedError,
    InputError,
    RecordError,
)
from workbench.storage.audit_tables import audit_record
from workbench.storage.delivery_tables import delivery, quarantine
from workbench.storage.pictures import PictureStore


def test_every_delivery_is_one_record_before_and_one_after(intake, camera, runtime, database):
    receipt = intake.ingest.take(csv_of(3, camera), DESK, name="reads.csv")
    before = runtime.audit.read(receipt.access_id)
    assert (before.kind, before.outcome) == ("reads:ingest", "started")
    assert before.details["name"] == "reads.csv"
    (after,) = rows_of(database, audit_record, access_id=receipt.access_id)
    assert (after.kind, after.outcome, after.details["stored"]) == ("reads:outcome", "done", 3)


def test_without_the_log_nothing_is_taken_in(intake, camera, stored, runtime, monkeypatch):
    def broken(*_, **__):
        raise AuditWriteError("The audit log cannot be written, so nothing was done")

    monkeypatch.setattr(runtime.audit, "append", broken)
    with pytest.raises(AuditWriteError):
        intake.ingest.take(csv_of(3, camera), DESK)
    assert stored() == []


def test_who_may_not_take_in_is_refused(intake, camera, stored):
    officer = Caller(actor=made_actor(Role.OFFICER))
    with pytest.raises(DeniedError):
        intake.ingest.take(csv_of(3, camera), officer)
    with pytest.raises(DeniedError):
        intake.quarantine.waiting(officer)
    with pytest.raises(DeniedError):
        intake.quarantine.retry(officer, 1)
    assert stored() == []


def test_an_analyst_may_and_is_named(intake, camera, database):
    analyst = Caller(actor=made_actor(Role.ANALYST))
    receipt = intake.ingest.take(csv_of(3, camera), analyst)
    (row,) = rows_of(database, delivery, id=receipt.delivery_id)
    assert (row.received_by, row.channel) == ("a.analyst", "client")


def test_too_many_refused_records_stop_a_file_and_keep_what_was_good(
    database, policy, runtime, clock, camera, stored
):
    few = policy.ingest.max_quarantined.model_copy(update={"value": 15})
    strict = policy.model_copy(
        update={"ingest": policy.ingest.model_copy(update={"max_quarantined": few})}
    )
    intake = open_intake(
        database.service,
        pictures=runtime.pictures,
        originals=PictureStore("memory://originals"),
        policy=strict,
        audit=runtime.audit,
        clock=clock,
        batch_rows=10,
    )
    bad = "".join(f"{number},never,{camera},,,\n" for number in range(100))
    receipt = intake.ingest.take((HEAD + line(1, camera) + bad).encode(), DESK)
    assert receipt.refused
    assert "Too many" in str(receipt.error)
    assert receipt.counts.stored == len(stored()) == 1
    # Two portions of ten, one of them with the good line; then the file as a whole.
    assert receipt.counts.quarantined == 9 + 10 + 1


def test_a_known_fixed_camera_lends_its_position_and_says_so(intake, camera, stored):
    new = Camera(id=camera, name="Gate", kind=CameraKind.FIXED, position=Point(-121.288, 38.75))
    intake.cameras.add(None, new, origin=DESK.origin)
    with pytest.raises(InputError, match="There is a camera"):
        intake.cameras.add(None, new, origin=DESK.origin)
    assert new in intake.cameras.all()
    intake.ingest.take(csv_of(1, camera), DESK)
    (row,) = stored()
    assert (row.lon, row.lat) == (-121.288, 38.75)
    assert "position_of_camera" in row.flags
    assert "camera_unknown" not in row.flags


def test_an_unknown_camera_is_stored_and_flagged(intake, camera, stored):
    intake.ingest.take(csv_of(1, camera), DESK)
    assert set(stored()[0].flags) >= {"camera_unknown", "no_position"}


def test_only_who_manages_cameras_adds_one(intake, camera):
    new = Camera(id=camera, name="Car", kind=CameraKind.VEHICLE)
    with pytest.raises(DeniedError):
        intake.cameras.add(made_actor(Role.ANALYST), new)
    intake.cameras.add(made_actor(Role.ALPR_ADMINISTRATOR), new)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"kind": CameraKind.FIXED},
        {"heading_deg": 360.0},
    ],
)
def test_a_camera_that_the_table_would_refuse_is_refused_before(wrong):
    with pytest.raises(InputError):
        Camera(**({"id": "c", "name": "n", "kind": CameraKind.VEHICLE} | wrong))


def test_recognised_reads_are_taken_in_with_what_was_refused(intake, camera, stored, database):
    read = Read(
        plate="7ABC123",
        seen_at=datetime(2026, 11, 1, 12, tzinfo=UTC),
        camera=camera,
        source="easyocr",
        engine="easyocr",
        vehicle_picture=b"a picture",
    )
    bad = Rejected(1, b"no picture", RecordError("No picture", given=b"no picture"))
    items = [Taken(0, read), bad]
    receipt = intake.ingest.take_items(items, DESK, name="car.jpg", source="easyocr")
    assert receipt.counts == Counts(reads=1, stored=1, quarantined=1)
    assert intake.ingest.take_items(items, DESK, name="car.jpg", source="easyocr").already
    (row,) = stored()
    assert row.vehicle_picture is not None
    (waiting,) = rows_of(database, quarantine, delivery_id=receipt.delivery_id)
    assert bytes(waiting.raw) == b"no picture"


def test_columns_are_taken_in_once(intake, camera, stored):
    table = pa.table(
        {
            "seen_at": pa.array([NOW] * 35, pa.timestamp("us", "UTC")),
            "camera_id": [camera] * 35,
            "plate": [f"7ABC{number:03}" for number in range(35)],
            "source": ["archive"] * 35,
        }
    )
    reported = []
    first = intake.ingest.take_table(table, DESK, name="archive", report=reported.append)
    assert first.counts == Counts(reads=35, stored=35)
    assert [counts.stored for counts in reported] == [10, 20, 30, 35]
    assert intake.ingest.take_table(table, DESK, name="archive").already
    assert len(stored()) == 35


@pytest.mark.parametrize(
    ("where", "after"), [("between", 1), ("between", 3), ("inside", 1), ("inside", 3)]
)
def test_a_crash_loses_and_doubles_nothing(
    where, after, settings, database, policy, runtime, clock, camera, stored, tmp_path
):
    bad = f"7ABC999,yesterday,{camera},,,\n"
    lines = [line(number, camera) for number in range(45)]
    lines.insert(5, bad)
    file = tmp_path / "reads.csv"
    file.write_text(HEAD + "".join(lines))
    originals = str(tmp_path / "originals")
    arguments = [settings.home, file, originals, clock().isoformat(), where, after]
    command = [sys.executable, "-m", "tests.integration.crashing_ingest", *map(str, arguments)]
    crashed = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert crashed.returncode == -signal.SIGKILL, crashed.stderr
    whole_portions = after if where == "between" else after - 1
    # The refused line is one of the ten of the first portion.
    assert len(stored()) == max(0, 10 * whole_portions - 1)
    intake = open_intake(
        database.service,
        pictures=runtime.pictures,
        originals=PictureStore(originals),
        policy=policy,
        audit=runtime.audit,
        clock=clock,
        batch_rows=7,
    )
    receipt = intake.ingest.take(file, DESK)
    assert receipt.counts == Counts(reads=45, stored=45, quarantined=1)
    plates = [row.plate for row in stored()]
    assert len(plates) == len(set(plates)) == 45
    assert len(rows_of(database, quarantine, delivery_id=receipt.delivery_id)) == 1
    assert intake.ingest.take(file, DESK).already


def test_two_who_take_in_the_same_file_store_it_once(intake, camera, stored):
    content = csv_of(45, camera)
    inner = []

    def other(_counts):
        if not inner:
            inner.append(1)
            inner.append(intake.ingest.take(content, DESK))

    with pytest.raises(DeliveryError, match="Somebody else"):
        intake.ingest.take(content, DESK, report=other)
    assert inner[1].counts == Counts(reads=45, stored=45)
    assert len(stored()) == 45


def test_the_service_role_cannot_delete_what_came_in(database):
    with database.service.connect() as connection, pytest.raises(Exception, match="permission"):
        connection.execute(text("DELETE FROM delivery"))


def test_samples_of_every_format_go_into_the_database(intake):
    for path in sorted(SAMPLES.iterdir()):
        told = Sender(camera="GATE-1", zone="America/Los_Angeles")
        receipt = intake.ingest.take(path, DESK, sender=told)
        assert receipt.state == "complete", path.name
        assert receipt.counts.reads > 0
        assert receipt.counts.quarantined == 0


def test_looking_at_what_waits_is_logged_before_it_is_shown(intake, runtime, database, monkeypatch):
    refused = intake.ingest.take(f"{uuid4()}".encode(), DESK, name="strange.bin")
    waiting = intake.quarantine.waiting(DESK, limit=10_000)
    (mine,) = [one for one in waiting if one.delivery_id == refused.delivery_id]
    assert mine.raw is None
    shown = intake.quarantine.show(DESK, mine.id)
    assert len(shown.raw) == 36
    logged = rows_of(database, audit_record, kind="quarantine:view")[-2:]
    assert [row.details for row in logged] == [{"limit": 10_000}, {"quarantine": mine.id}]

    def broken(*_, **__):
        raise AuditWriteError("The audit log cannot be written, so nothing was done")

    monkeypatch.setattr(runtime.audit, "append", broken)
    with pytest.raises(AuditWriteError):
        intake.quarantine.show(DESK, mine.id)
    with pytest.raises(AuditWriteError):
        intake.quarantine.waiting(DESK)


def test_the_mark_of_a_missing_rest_is_not_resolved_by_trying_again(intake, camera):
    record = sample_json("axis_lpv.json") | {"carID": camera}
    receipt = intake.ingest.take(f"[{json.dumps(record)},".encode(), DESK, name="cut.json")
    assert receipt.counts == Counts(reads=1, stored=1, quarantined=1)
    (mine,) = [
        one
        for one in intake.quarantine.waiting(DESK, limit=10_000)
        if one.delivery_id == receipt.delivery_id
    ]
    assert intake.quarantine.retry(DESK, mine.id).refused
    assert intake.quarantine.show(DESK, mine.id).resolved_at is None


def test_a_name_that_is_no_text_is_written_out(intake, camera, database):
    receipt = intake.ingest.take(csv_of(1, camera), DESK, name="gate\udcff\x00.csv")
    (row,) = rows_of(database, delivery, id=receipt.delivery_id)
    assert row.name == "gate\\udcff\\x00.csv"


def test_two_deliveries_of_the_same_events_in_other_orders_store_each_once(runtime, camera, stored):
    # Each in one transaction, so that either could wait for what the other has stored.
    at = datetime(2026, 11, 1, tzinfo=UTC)
    lines = [
        f"7ABC123,{(at + timedelta(seconds=number)).isoformat()},{camera},,,\n"
        for number in range(4_000)
    ]
    files = [(HEAD + "".join(order)).encode() for order in (lines, lines[::-1])]
    with ThreadPoolExecutor(max_workers=2) as both:
        receipts = list(both.map(lambda content: runtime.ingest.take(content, DESK), files))
    assert sorted(receipt.counts.stored for receipt in receipts) == [0, 4_000]
    assert len(stored()) == 4_000


def test_a_refused_picture_keeps_its_reason_when_it_is_retried_as_a_file(intake):
    content = f"no picture {uuid4()}".encode()
    why = RecordError("The picture does not say when it was taken")
    refused = intake.ingest.refuse(content, DESK, name="car.jpg", source="picture", error=why)
    (mine,) = [
        one
        for one in intake.quarantine.waiting(DESK, limit=10_000)
        if one.delivery_id == refused.delivery_id
    ]
    with pytest.raises(DeliveryError, match="ingest images"):
        intake.quarantine.retry(DESK, mine.id)
    assert intake.quarantine.show(DESK, mine.id).reason["what"] == why.what

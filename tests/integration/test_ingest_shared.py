"""Every file of real reads beside the checkout goes into the real database, with exact counts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from workbench.detections.deliveries import Counts, Sender
from workbench.detections.ingest_log import Caller
from workbench.domain.person import Channel, Origin
from workbench.storage.detection_tables import detection

pytestmark = pytest.mark.shared

DESK = Caller(origin=Origin(channel=Channel.JOB, address="test"))
CAMERA = Sender(camera="SHARED-1")
FILES = {
    "axis-lpv-event.json": ("axis_lpv", 1, 1),
    "blueiris-example.json": ("blueiris", 2, 2),
    "blueiris-json-dump-example.json": ("blueiris", 2, 2),
    "blueiris-multi-ai-payload.json": ("blueiris", 3, 3),
    # One of its plates is the same answer to the same request as in the file before.
    "blueiris-test-payload.json": ("blueiris", 3, 2),
    "hikvision-anpr.xml": ("hikvision", 1, 1),
    "seattle-pd-reads.csv.gz": ("delimited:seattle", 35_486, 35_486),
}


@pytest.fixture
def late(runtime, clock):
    """The pictures were read on 23 November 2026."""
    clock.at = datetime(2026, 11, 24, tzinfo=UTC)
    return runtime.ingest


@pytest.fixture
def folder(shared_data):
    return shared_data / "ingest"


def rows_of(database, receipt):
    with database.reader.connect() as connection:
        found = select(detection).where(detection.c.delivery_id == receipt.delivery_id)
        return connection.execute(found.order_by("record", "id")).all()


def test_every_file_is_taken_in_whole_and_once(late, folder):
    for name, (expected, reads, stored) in FILES.items():
        receipt = late.take(folder / name, DESK, sender=CAMERA)
        counts = Counts(reads=reads, stored=stored, duplicate=reads - stored)
        assert (name, receipt.format, receipt.counts) == (name, expected, counts)
        assert late.take(folder / name, DESK, sender=CAMERA).already


def test_the_pictures_that_openalpr_read_keep_every_candidate(late, folder, database):
    files = sorted((folder / "openalpr").iterdir())
    rows = []
    for path in files:
        receipt = late.take(path, DESK, sender=CAMERA)
        assert receipt.format == "openalpr"
        rows += rows_of(database, receipt)
    assert (len(files), len(rows)) == (12, 13)
    assert {row.camera_id for row in rows} == {"SHARED-1"}
    by_plate = {row.plate: row for row in rows}
    assert len(by_plate["EMR7094"].candidates) == 10
    assert by_plate["EMR7094"].candidates[1][0] == "EMR7D94"
    assert by_plate["AKS4329"].plate_box == [289, 126, 72, 32]


def test_seattle_keeps_what_it_says_and_flags_what_it_does_not(late, folder, database):
    rows = rows_of(database, late.take(folder / "seattle-pd-reads.csv.gz", DESK, sender=CAMERA))
    placed = [row for row in rows if row.lon is not None]
    assert len(rows) == 35_486
    assert len(rows) - len(placed) == 8_768
    assert all(row.pseudonym and "pseudonym" in row.flags for row in rows)
    assert all("outside_area" in row.flags for row in placed)
    assert all(row.cell for row in placed)
    assert {len(row.plate_normal) for row in rows} == {40}
    assert rows[0].seen_at == datetime(2021, 10, 3, 10, 53, 3, tzinfo=UTC)


def test_a_plate_with_a_blank_is_kept_as_said_and_found_without(late, folder, database):
    path = folder / "blueiris-json-dump-example.json"
    first, second = rows_of(database, late.take(path, DESK, sender=CAMERA))
    assert (first.plate, first.plate_normal) == ("SGX 7923G", "SGX7923G")
    assert "no_time" in first.flags
    assert second.plate == "HF7499"


def test_the_embedded_picture_is_kept(late, folder, database, runtime):
    path = folder / "blueiris-multi-ai-payload.json"
    rows = rows_of(database, late.take(path, DESK, sender=CAMERA))
    (name,) = {row.vehicle_picture for row in rows}
    assert runtime.pictures.get(name)[8:12] == b"WEBP"


def test_the_published_audit_log_is_no_file_of_reads(late, folder):
    receipt = late.take(folder / "flock-portal-audit-eugene.csv", DESK)
    assert receipt.refused
    assert receipt.counts.stored == 0

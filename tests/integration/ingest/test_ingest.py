"""Taking in: nothing is lost, nothing is doubled; on the real database."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from tests.deliveries import sample_json
from tests.integration.ingest.csv_files import DESK, HEAD, count_of, csv_of, line, rows_of
from workbench.detections.deliveries import Counts, Sender
from workbench.errors import (
    DeliveryError,
    InputError,
)
from workbench.storage.delivery_tables import delivery, quarantine
from workbench.storage.detection_tables import detection
from workbench.storage.pictures import PictureStore


def test_a_file_is_stored_whole_and_kept_as_it_came(intake, camera, stored, database):
    content = csv_of(25, camera)
    receipt = intake.ingest.take(content, DESK, name="reads.csv")
    assert receipt.counts == Counts(reads=25, stored=25)
    assert [row.record for row in stored()] == list(range(25))
    (kept,) = rows_of(database, delivery, id=receipt.delivery_id)
    assert (kept.state, kept.format, kept.template) == ("complete", "delimited:plain", "plain")
    assert PictureStore("memory://originals").get(kept.kept) == content


def test_the_same_file_again_changes_nothing(intake, camera, stored):
    content = csv_of(25, camera)
    first = intake.ingest.take(content, DESK)
    before = stored()
    again = intake.ingest.take(content, DESK, name="another name.csv")
    assert (again.already, again.delivery_id, again.counts) == (
        True,
        first.delivery_id,
        first.counts,
    )
    assert stored() == before


def test_the_same_event_in_two_files_is_stored_once(intake, camera, stored):
    intake.ingest.take(csv_of(25, camera), DESK)
    longer = intake.ingest.take(csv_of(40, camera), DESK)
    assert longer.counts == Counts(reads=40, stored=15, duplicate=25)
    assert len(stored()) == 40


def test_the_same_event_twice_in_one_file_is_stored_once(intake, camera, stored):
    content = (HEAD + line(1, camera) * 3).encode()
    assert intake.ingest.take(content, DESK).counts == Counts(reads=3, stored=1, duplicate=2)
    assert len(stored()) == 1


def test_a_group_and_its_alert_are_one_event(intake, database):
    event, agent = uuid4().hex, uuid4().hex
    group = sample_json("rekor_group.json") | {"best_uuid": event, "agent_uid": agent}
    alert = sample_json("rekor_alert.json") | {"group": group}
    first = intake.ingest.take(json.dumps(group).encode(), DESK)
    second = intake.ingest.take(json.dumps(alert).encode(), DESK)
    assert (first.counts.stored, second.counts.stored, second.counts.duplicate) == (1, 0, 1)
    (row,) = rows_of(database, detection, source_event=event)
    assert row.vehicle == {
        "make": "toyota",
        "model": "toyota_camry",
        "color": "silver-gray",
        "body_type": "sedan-standard",
    }
    assert row.candidates == [["7ABC123", pytest.approx(0.935)], ["7ABC1Z3", pytest.approx(0.71)]]
    assert row.plate_box == [310, 200, 94, 45]


def test_pictures_that_a_payload_carries_are_kept_before_their_row(intake, runtime, database):
    event = uuid4().hex
    group = sample_json("rekor_group.json") | {"best_uuid": event, "agent_uid": event}
    intake.ingest.take(json.dumps(group).encode(), DESK)
    (row,) = rows_of(database, detection, source_event=event)
    assert runtime.pictures.get(row.plate_picture).startswith(b"\xff\xd8")
    assert runtime.pictures.get(row.vehicle_picture).startswith(b"\xff\xd8")
    assert "no_plate_picture" not in row.flags


def test_one_bad_record_waits_whole_and_the_rest_is_stored(intake, camera, stored, database):
    bad = "7ABC999,yesterday," + camera + ",,,\n"
    content = (HEAD + line(1, camera) + bad + line(2, camera)).encode()
    receipt = intake.ingest.take(content, DESK, name="reads.csv")
    assert receipt.counts == Counts(reads=2, stored=2, quarantined=1)
    (waiting,) = rows_of(database, quarantine, delivery_id=receipt.delivery_id)
    assert (waiting.record, bytes(waiting.raw)) == (1, (HEAD + bad).encode())
    assert waiting.reason["where"] == {"file": "reads.csv", "record": "1", "field": "seen_at"}
    assert len(stored()) == 2


def test_a_file_that_no_format_recognises_waits_whole_and_is_kept(intake, database):
    content = f"what is this? {uuid4()}".encode()
    receipt = intake.ingest.take(content, DESK, name="strange.bin")
    assert (receipt.state, receipt.format) == ("refused", None)
    again = intake.ingest.take(content, DESK, name="strange.bin")
    assert again.delivery_id == receipt.delivery_id
    (waiting,) = rows_of(database, quarantine, delivery_id=receipt.delivery_id)
    assert (waiting.record, waiting.raw) == (None, None)
    (kept,) = rows_of(database, delivery, id=receipt.delivery_id)
    assert PictureStore("memory://originals").get(kept.kept) == content


def test_an_empty_file_is_refused_and_stops_nothing(intake):
    receipt = intake.ingest.take(b"", DESK, name="empty.csv")
    assert receipt.refused
    assert "empty" in str(receipt.error)


def test_a_file_that_is_not_there_is_no_delivery(intake, tmp_path, database):
    before = count_of(database, delivery)
    with pytest.raises(DeliveryError, match="cannot be read"):
        intake.ingest.take(tmp_path / "nowhere.csv", DESK)
    with pytest.raises(DeliveryError, match="cannot be read"):
        intake.ingest.take(tmp_path, DESK)
    assert count_of(database, delivery) == before


def test_a_retry_with_what_was_missing_stores_the_read_and_resolves_it(intake, camera, stored):
    content = json.dumps(sample_json("openalpr.json") | {"img_width": hash(camera)}).encode()
    receipt = intake.ingest.take(content, DESK, name="picture.json")
    assert receipt.counts == Counts(quarantined=2)
    mine = [w for w in intake.quarantine.waiting(DESK, limit=10_000) if w.name == "picture.json"]
    ids = [one.id for one in mine if one.delivery_id == receipt.delivery_id]
    still = intake.quarantine.retry(DESK, ids[0])
    assert still.refused
    done = intake.quarantine.retry(DESK, ids[0], Sender(camera=camera))
    assert (done.state, done.counts.stored) == ("complete", 2)
    assert {row.plate for row in stored()} == {"7ABC123", "8XYZ007"}
    assert {(row.delivery_id, row.record) for row in stored()} == {(receipt.delivery_id, 0)}
    second = intake.quarantine.retry(DESK, ids[1], Sender(camera=camera))
    assert second.counts.stored == 0
    assert len(stored()) == 2
    with pytest.raises(InputError, match="resolved already"):
        intake.quarantine.retry(DESK, ids[0])


def test_a_whole_file_can_be_retried_with_a_template(intake, camera, stored, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "own"\ntitle = "Own"\nsource = "own"\nheader = ["p", "t", "c"]\n'
        '[time]\ncolumns = ["t"]\n[columns]\nplate = ["p"]\ncamera = ["c"]\n'
    )
    content = f"p,t,c\n7ABC123,2026-11-01T12:00:00Z,{camera}\n".encode()
    refused = intake.ingest.take(content, DESK, name="own.csv")
    (waiting,) = [
        one
        for one in intake.quarantine.waiting(DESK, limit=10_000)
        if one.delivery_id == refused.delivery_id
    ]
    done = intake.quarantine.retry(DESK, waiting.id, Sender(template=str(own)))
    assert done.counts.stored == 1
    assert [row.source for row in stored()] == ["own"]
    assert intake.quarantine.show(DESK, waiting.id).resolved_at is not None


def test_a_time_in_the_future_can_be_retried_when_it_has_come(intake, camera, stored, clock):
    content = f"{HEAD}7ABC123,2026-11-02T20:00:00Z,{camera},,,\n".encode()
    receipt = intake.ingest.take(content, DESK)
    (waiting,) = [
        one
        for one in intake.quarantine.waiting(DESK, limit=10_000)
        if one.delivery_id == receipt.delivery_id
    ]
    assert intake.quarantine.retry(DESK, waiting.id).refused
    clock.move(hours=2)
    assert not intake.quarantine.retry(DESK, waiting.id).refused
    assert len(stored()) == 1

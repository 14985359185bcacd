"""What is newly listed is matched with the kept reads, as far back as the policy lets it."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import select

from tests.integration.matching.test_hits_of_new_reads import DESK, csv_of
from workbench.errors import InputError
from workbench.storage.audit_tables import audit_record


def records(database, since):
    found = select(audit_record).where(audit_record.c.kind == "hits:match")
    with database.reader.connect() as connection:
        rows = connection.execute(found.where(audit_record.c.seq >= since)).all()
    return sorted(rows, key=lambda row: row.seq)


def test_what_a_load_brought_anew_is_matched_and_logged(
    runtime, take_with, lists, code, camera, clock, hits, database
):
    plates = ["8BAC123", "8BAC124", "7OTH995"]
    take_with().take(csv_of(camera, clock(), *plates), DESK)
    lists.load(code, ["8BAC123"])
    load = lists.load(code, ["8BAC123", "8BAC124"])
    done = runtime.matching.back.list_loaded(code)
    assert (done.entries, done.hits, done.possible) == (1, 1, 0)
    assert done.reads >= 3
    assert [(hit.read_plate, hit.load_id) for hit in hits()] == [("8BAC124", load)]
    started, made = records(database, done.access_id)
    assert (started.outcome, made.outcome) == ("started", "done")
    assert made.access_id == done.access_id
    for record in (started, made):
        assert record.details["reason"] == "new entry"
        assert record.details["load"] == load
    assert made.details["hits"] == 1


def test_the_first_load_of_a_list_is_new_altogether_and_again_makes_no_second_hit(
    runtime, take_with, lists, code, camera, clock, hits
):
    take_with().take(csv_of(camera, clock(), "8BAC125"), DESK)
    lists.load(code, ["8BAC125", "8BAC126"])
    assert runtime.matching.back.list_loaded(code).hits == 1
    again = runtime.matching.back.list_loaded(code)
    assert (again.entries, again.hits) == (2, 0)
    assert len(hits()) == 1


def test_a_hot_plate_is_matched_with_reads_from_before_it_was_entered(
    runtime, take_with, lists, camera, clock, hits
):
    take_with().take(csv_of(camera, clock() - timedelta(days=3), "8BAC127", "8BAC12T"), DESK)
    number = lists.hot_plate("8BAC127")
    done = runtime.matching.back.hot_plate_entered(number)
    assert done.entries == 1
    assert ("8BAC127", "exact") in {(hit.read_plate, hit.match) for hit in hits()}
    assert {hit.hot_plate_id for hit in hits()} == {number}


@pytest.mark.parametrize(("seconds", "count"), [(-1, 1), (0, 1), (1, 0)])
def test_reads_are_matched_as_far_back_as_the_policy_says(
    seconds, count, runtime, take_with, lists, code, camera, clock, hits, policy
):
    at = clock() - timedelta(days=policy.hits.back_days.value, seconds=seconds)
    take_with().take(csv_of(camera, at, "8BAC128"), DESK)
    lists.load(code, ["8BAC128"])
    runtime.matching.back.list_loaded(code)
    assert len(hits()) == count


def test_a_read_that_is_being_stored_meanwhile_is_not_lost(
    runtime, take_with, lists, code, camera, clock, hits
):
    """It was matched without the new list, and is not committed when the list is."""
    inside, go_on = Event(), Event()

    class Waiting:
        def stored(self, connection, new, *, delivery_id):
            runtime.matching.watcher.stored(connection, new, delivery_id=delivery_id)
            inside.set()
            assert go_on.wait(30)

    content = csv_of(camera, clock(), "8BAC129")
    taking = Thread(target=take_with(Waiting()).take, args=(content, DESK))
    taking.start()
    assert inside.wait(30)
    lists.load(code, ["8BAC129"])
    back = Thread(target=runtime.matching.back.list_loaded, args=(code,))
    back.start()
    go_on.set()
    taking.join(30)
    back.join(60)
    assert len(hits()) == 1


def test_what_is_not_in_force_cannot_be_matched_back(runtime, lists, code):
    with pytest.raises(InputError, match="No load"):
        runtime.matching.back.list_loaded(code)
    with pytest.raises(InputError, match="no such hot plate"):
        runtime.matching.back.hot_plate_entered(2**40)


def test_chunks_give_every_kept_read_once(database, take_with, camera, clock, stored):
    from workbench.detections.kept_reads import KeptReads

    plates = [f"7CHK{number:03}" for number in range(25)]
    at = clock() - timedelta(days=20)
    take_with().take(csv_of(camera, at, *plates, seconds=0), DESK)
    chunks = KeptReads(database.service, chunk_rows=7).between(at, at + timedelta(seconds=1))
    found = {
        number: (plate, seen_at)
        for chunk in chunks
        for number, plate, seen_at, own in zip(
            chunk.ids(None, range(chunk.reads.num_rows)),
            chunk.reads["plate_normal"].to_pylist(),
            chunk.reads["seen_at"].to_pylist(),
            chunk.reads["camera_id"].to_pylist(),
            strict=True,
        )
        if own == camera
    }
    assert found == {row.id: (row.plate_normal, row.seen_at) for row in stored()}
    assert len(found) == 25

"""A read that may be of a listed plate makes a hit, in the transaction that stores it."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from workbench.audit import AuditLog
from workbench.detections.ingest_log import Caller
from workbench.errors import AuditWriteError
from workbench.hotlists.matching.watching import HitWatcher
from workbench.storage.audit_tables import audit_record

DESK = Caller()
HEAD = "plate,seen_at,camera,confidence,source_event,region\n"


def csv_of(camera, at, *plates, region="", seconds=1):
    """Return reads of a camera, one a second before an instant."""
    lines = [
        f"{plate},{(at - timedelta(seconds=seconds * number)).isoformat()},{camera},0.95,"
        f"{camera}-{plate}-{number},{region}\n"
        for number, plate in enumerate(plates)
    ]
    return (HEAD + "".join(lines)).encode()


def records(database, delivery_id):
    found = select(audit_record).where(audit_record.c.kind == "hits:match")
    with database.reader.connect() as connection:
        rows = connection.execute(found.order_by(audit_record.c.seq)).all()
    return [row for row in rows if row.details.get("delivery") == delivery_id]


def test_a_read_of_a_listed_plate_makes_a_hit(
    take_with, lists, code, camera, clock, hits, stored, database
):
    load = lists.load(code, ["8QWE 123"], region="CA")
    content = csv_of(camera, clock(), "8qwe123", "7OTH999", region="us-ca")
    receipt = take_with().take(content, DESK)
    (hit,) = hits()
    (read,) = [row for row in stored() if row.plate_normal == "8QWE123"]
    assert (hit.detection_id, hit.seen_at, hit.read_plate) == (read.id, clock(), "8qwe123")
    assert (hit.state, hit.match, hit.possible, hit.informational) == ("new", "exact", False, False)
    assert (hit.list_code, hit.load_id, hit.line) == (code, load, 1)
    assert (hit.listed_plate, hit.listed_region, hit.read_region) == ("8QWE 123", "CA", "us-ca")
    assert hit.list_loaded_at == clock()
    assert hit.entry["details"] == {"make": "Made"}
    assert hit.posterior > 0.9
    assert hit.rival
    assert hit.notes == ["engine_not_measured"]
    (record,) = records(database, receipt.delivery_id)
    assert record.details == {
        "delivery": receipt.delivery_id,
        "hits": 1,
        "possible": 0,
        "lists": [{"list": code, "load": load, "hits": 1}],
    }


def test_where_nothing_is_listed_nothing_is_done(runtime, take_with, camera, clock, hits, database):
    with database.owner.begin() as connection:  # what other tests listed
        connection.execute(text("UPDATE hot_list SET enabled = false"))
        ended = "UPDATE hot_plate SET ended_at = '2000-01-01+00', ended_by = 'test'"
        connection.execute(text(ended))
    with runtime.database.service.connect() as connection:
        assert runtime.matching.standing.matcher(connection) is None
    take_with().take(csv_of(camera, clock(), "8QWE124"), DESK)
    assert hits() == []


def test_the_same_event_again_makes_no_second_hit(take_with, lists, code, camera, clock, hits):
    lists.load(code, ["8QWE125", "8QWE126"])
    ingest = take_with()
    ingest.take(csv_of(camera, clock(), "8QWE125"), DESK)
    assert len(hits()) == 1
    again = csv_of(camera, clock(), "8QWE125", "8QWE126") + b"\n"
    receipt = ingest.take(again, DESK)
    assert (receipt.counts.stored, receipt.counts.duplicate) == (1, 1)
    assert [hit.read_plate for hit in hits()] == ["8QWE125", "8QWE126"]


def test_an_event_twice_in_one_delivery_is_one_hit(take_with, lists, code, camera, clock, hits):
    lists.load(code, ["8QWE127"])
    once = csv_of(camera, clock(), "8QWE127")
    take_with().take(once + once.split(b"\n")[1] + b"\n", DESK)
    assert len(hits()) == 1


def test_each_portion_that_made_hits_has_a_record(take_with, lists, code, camera, clock, database):
    lists.load(code, ["8QWE128"])
    plates = [*["7OTH999"] * 4, "8QWE128", *["7OTH999"] * 7, "8QWE128", *["7OTH999"] * 10]
    receipt = take_with(batch_rows=5).take(csv_of(camera, clock(), *plates), DESK)
    assert [row.details["hits"] for row in records(database, receipt.delivery_id)] == [1, 1]


class _NoLog(AuditLog):
    def append_in(self, *_):
        raise AuditWriteError("The disk is full")


def test_no_audit_no_hit_and_no_read(
    take_with, lists, code, camera, clock, hits, stored, runtime, policy, database
):
    lists.load(code, ["8QWE129"])
    broken = _NoLog(database.service, clock=clock, organisation="Made up", policy_version="1")
    standing = runtime.matching.standing
    watcher = HitWatcher(
        standing, alerts=runtime.alerts.queue, rules=policy.hits, audit=broken, clock=clock
    )
    content = csv_of(camera, clock(), "8QWE129", "7OTH998")
    with pytest.raises(AuditWriteError):
        take_with(watcher).take(content, DESK)
    assert (hits(), stored()) == ([], [])
    assert take_with().take(content, DESK).counts.stored == 2
    assert len(hits()) == 1


@pytest.mark.parametrize("where", ["before", "after"])
def test_killed_on_the_way_there_is_neither_hit_nor_read_and_then_both(
    where, settings, take_with, lists, code, camera, clock, hits, stored, tmp_path
):
    lists.load(code, ["8QWE130"])
    file = tmp_path / "reads.csv"
    file.write_bytes(csv_of(camera, clock(), "7OTH997", "8QWE130"))
    arguments = [settings.home, file, clock().isoformat(), where]
    command = [sys.executable, "-m", "tests.integration.killed_matching", *map(str, arguments)]
    killed = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (hits(), stored()) == ([], [])
    assert take_with().take(file, DESK).counts.stored == 2
    assert [hit.read_plate for hit in hits()] == ["8QWE130"]


@pytest.mark.parametrize(("seconds", "count"), [(-1, 1), (0, 1), (1, 0)])
def test_reads_older_than_the_policy_matches_back_are_an_archive(
    seconds, count, take_with, lists, code, camera, clock, hits, policy
):
    lists.load(code, ["8QWE131"])
    at = clock() - timedelta(days=policy.hits.back_days.value, seconds=seconds)
    take_with().take(csv_of(camera, at, "8QWE131"), DESK)
    assert len(hits()) == count


def test_a_new_load_counts_from_the_next_read_on(take_with, lists, code, camera, clock, hits):
    ingest = take_with()
    lists.load(code, ["8QWE132"])
    ingest.take(csv_of(camera, clock(), "8QWE132", "8QWE199"), DESK)
    second = lists.load(code, ["8QWE199"])
    clock.move(seconds=30)
    ingest.take(csv_of(camera, clock(), "8QWE132", "8QWE199"), DESK)
    assert [(hit.read_plate, hit.load_id == second) for hit in hits()] == [
        ("8QWE132", False),
        ("8QWE199", True),
    ]


def test_a_list_that_is_switched_off_meets_nothing(take_with, lists, code, camera, clock, hits):
    lists.load(code, ["8QWE133"])
    lists.switch_off(code)
    take_with().take(csv_of(camera, clock(), "8QWE133"), DESK)
    assert hits() == []


def test_a_special_list_informs_only(take_with, lists, code, camera, clock, hits):
    lists.load(code, ["8QWE134"], kind="special")
    take_with().take(csv_of(camera, clock(), "8QWE134"), DESK)
    (hit,) = hits()
    assert (hit.informational, hit.list_kind, hit.category) == (True, "special", "special_list")


def test_two_hot_plates_of_one_car_are_two_hits(take_with, lists, camera, clock, hits):
    numbers = {lists.hot_plate("8QWE135"), lists.hot_plate("8QWE135")}
    take_with().take(csv_of(camera, clock(), "8QWE135"), DESK)
    assert {hit.hot_plate_id for hit in hits()} == numbers
    assert {(hit.list_code, hit.list_loaded_at) for hit in hits()} == {("HOT_PLATES", None)}
    assert all(hit.entry["reason"] == "Made up for a test" for hit in hits())


@pytest.mark.parametrize(("seconds", "count"), [(-1, 1), (0, 0), (1, 0)])
def test_a_hot_plate_counts_for_reads_until_it_ended(
    seconds, count, take_with, lists, camera, clock, hits
):
    number = lists.hot_plate("8QWE136")
    ingest = take_with()
    ingest.take(csv_of(camera, clock() - timedelta(hours=5), "7OTH996"), DESK)
    lists.end(number, clock() - timedelta(hours=1))
    at = clock() - timedelta(hours=1) + timedelta(seconds=seconds)
    ingest.take(csv_of(camera, at, "8QWE136"), DESK)
    assert len(hits()) == count


def test_what_was_quarantined_is_matched_when_it_is_released(
    runtime, lists, code, camera, clock, hits, database
):
    lists.load(code, ["8QWE137"])
    naive = clock().replace(tzinfo=None).isoformat()
    content = f"{HEAD}8QWE137,{naive},{camera},0.9,{camera}-1,\n".encode()
    receipt = runtime.ingest.take(content, DESK)
    assert receipt.counts.stored == 0, "a time without a zone is refused"
    (waiting,) = [
        each for each in runtime.quarantine.waiting(DESK, limit=500)
        if each.delivery_id == receipt.delivery_id
    ]  # fmt: skip
    from workbench.detections.deliveries import Sender

    runtime.quarantine.retry(DESK, waiting.id, Sender(zone="UTC"))
    assert len(hits()) == 1

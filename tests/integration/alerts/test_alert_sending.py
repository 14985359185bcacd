"""What leaves, how often, and what becomes of it when the other side fails."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from tests.alert_receiver import Receiver
from tests.alerted_hits import made_call, made_hit
from tests.integration.alerts.conftest import SECRET
from tests.receivers import DRIP, HANG, web_receiver
from workbench.audit import EventKind
from workbench.domain.alert import Notice, NoticeKind, TargetKind
from workbench.errors import AlertError, AuditWriteError
from workbench.hotlists.alerts.listening import listening
from workbench.hotlists.alerts.notices import notice_of_cut, notice_of_list
from workbench.hotlists.alerts.patience import Patience
from workbench.storage.audit_tables import audit_record


@pytest.fixture
def hits(runtime, clock):
    """Store hits and queue their alerts, each in a transaction of its own."""

    def make(count: int = 1, **changed) -> list[int]:
        numbers = []
        for _ in range(count):
            with runtime.database.service.begin() as connection:
                numbers.append(made_hit(connection, clock.at, **changed))
                runtime.alerts.queue.queue_alerts(connection, numbers[-1:])
        return numbers

    return make


@pytest.fixture
def logged(database):
    """Return outcome and details of what was logged about a target's deliveries, in order."""

    def of(target) -> list[tuple[str, dict]]:
        c = audit_record.c
        wanted = select(c.outcome, c.details).where(c.kind == EventKind.ALERT_SEND.value)
        with database.service.connect() as connection:
            rows = connection.execute(wanted.order_by(c.seq)).all()
        return [(r.outcome, r.details) for r in rows if r.details["target"] == target.name]

    return of


def test_a_hit_arrives_and_a_receiver_built_from_the_document_believes_it(
    settings, clock, target, worker, hits, standing, logged
):
    with web_receiver() as receiver:
        one = target(receiver.url)
        (number,) = hits()
        assert worker().round().sent == 1
    (got,) = receiver.got
    secret = (settings.home / "keys" / "alerts" / SECRET).read_text().split()[0]
    theirs = Receiver(secret)
    now_s = clock.at.timestamp()
    assert theirs.receive(got.headers, got.body, now_s) == 200
    assert theirs.taken[0]["hit"]["number"] == number
    assert got.headers["Idempotency-Key"] == theirs.taken[0]["id"]
    assert theirs.receive(got.headers, got.body, now_s) == 200
    assert len(theirs.taken) == 1, "a repeat is taken once"
    assert theirs.receive(got.headers, got.body + b" ", now_s) == 401
    assert theirs.receive(got.headers, got.body, now_s + 301) == 401, "an old one is a replay"
    assert Receiver("x" * 64).receive(got.headers, got.body, now_s) == 401
    (row,) = standing(one)
    assert (row.state, row.attempts, row.last_error) == ("sent", 1, None)
    assert [outcome for outcome, _ in logged(one)] == ["started", "done"]


def test_nothing_of_the_lists_entry_leaves_and_a_special_hit_says_what_it_is(target, worker, hits):
    with web_receiver() as receiver:
        target(receiver.url)
        hits(list_kind="special")
        worker().round()
    (got,) = receiver.got
    assert b"must not leave" not in got.body
    assert (got.json["informational_only"], got.json["quiet"], got.json["level"]) == (
        True,
        True,
        "low",
    )
    assert "no stop" in got.json["caution"]


def test_500_then_200_is_one_alert_with_one_key(clock, target, worker, hits, standing):
    with web_receiver(500, 200) as receiver:
        one = target(receiver.url)
        hits()
        ours = worker()
        first = ours.round()
        (row,) = standing(one)
        assert (first.waiting, row.state, row.attempts) == (1, "waiting", 1)
        assert "status 500" in row.last_error
        rest_s = (row.next_try_at - clock.at).total_seconds()
        assert 2.5 <= rest_s <= 5
        assert ours.round().sent == 0, "it rests first"
        clock.move(seconds=5)
        assert ours.round().sent == 1
    first, second = receiver.got
    assert first.body == second.body
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.headers["Workbench-Signature"] != second.headers["Workbench-Signature"]


def test_after_the_last_try_it_is_dead_until_a_person_retries_it(
    runtime, admin, clock, target, worker, hits, standing, logged
):
    with web_receiver(503, 503, 503, 200) as receiver:
        one = target(receiver.url)
        hits()
        ours = worker(patience=Patience(tries=3))
        tallies = []
        for _ in range(4):
            tallies.append(ours.round())
            clock.move(hours=1)
        assert [(t.waiting, t.dead) for t in tallies] == [(1, 0), (1, 0), (0, 1), (0, 0)]
        (row,) = standing(one)
        assert (row.state, row.attempts) == ("dead", 3)
        assert [outcome for outcome, _ in logged(one)] == ["started", "failed"]
        assert runtime.alerts.deliveries.retry(admin, [row.id]) == 1
        with pytest.raises(AlertError, match="Only what is dead"):
            runtime.alerts.deliveries.retry(admin, [row.id])
        assert ours.round().sent == 1
    assert len(receiver.got) == 4


@pytest.mark.parametrize("answer", [HANG, DRIP])
def test_a_target_that_hangs_is_left_in_time_and_holds_up_no_other(
    target, worker, hits, standing, answer
):
    with web_receiver(answer) as slow, web_receiver() as good:
        hanging, _ = target(slow.url), target(good.url)
        hits(3)
        began = time.monotonic()
        lanes = threading.Thread(target=worker(timeout_s=1.0).round)
        lanes.start()
        good.wait_for(3, timeout_s=2.8)
        lanes.join()
        assert time.monotonic() - began < 8
    assert len(slow.got) == 3
    assert {row.state for row in standing(hanging)} == {"waiting"}
    assert all("in time" in row.last_error for row in standing(hanging))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_follows_where_an_answer_leads(target, worker, hits, standing, status):
    with web_receiver(status) as receiver:
        one = target(receiver.url)
        hits()
        worker().round()
    assert len(receiver.got) == 1
    assert f"status {status}" in standing(one)[0].last_error


def test_nobody_there_is_a_failure_like_others(target, worker, hits, standing):
    with web_receiver() as gone:
        pass
    one = target(gone.url)
    hits()
    assert worker().round().waiting == 1
    assert "cannot be reached" in standing(one)[0].last_error


def test_a_target_that_is_switched_off_gets_nothing_and_what_waited_is_dead(
    runtime, admin, target, worker, hits, standing
):
    with web_receiver() as receiver:
        one = target(receiver.url)
        hits(2)
        assert runtime.alerts.targets.switch(admin, one.name, enabled=False) == 2
        hits()
        assert worker().round().sent == 0
    assert receiver.got == []
    assert [row.state for row in standing(one)] == ["dead", "dead"]


def test_killed_between_sending_and_recording_it_is_sent_again_with_the_same_key(
    settings, clock, target, worker, hits, standing
):
    with web_receiver() as receiver:
        one = target(receiver.url)
        hits()
        command = [sys.executable, "-m", "tests.integration.alerts.killed_worker"]
        killed = subprocess.run([*command, settings.home, clock.at.isoformat()], check=False)
        assert killed.returncode == -9
        assert [row.state for row in standing(one)] == ["waiting"]
        assert worker().round().sent == 0, "the other one may still be at it"
        clock.move(seconds=Patience().claim_s)
        assert worker().round().sent == 1
    first, second = receiver.got
    assert first.body == second.body
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


def test_a_delivery_that_kills_every_worker_ends_dead(
    settings, clock, target, worker, hits, standing, logged
):
    with web_receiver() as receiver:
        one = target(receiver.url)
        hits()
        command = [sys.executable, "-m", "tests.integration.alerts.killed_worker"]
        assert subprocess.run([*command, settings.home, clock.at.isoformat()], check=False)
        clock.move(hours=1)
        worker(patience=Patience(tries=1)).round()
    assert len(receiver.got) == 1
    (row,) = standing(one)
    assert (row.state, row.attempts) == ("dead", 1)
    assert [outcome for outcome, _ in logged(one)] == ["started", "failed"]


def test_several_workers_at_once_never_send_twice(target, worker, hits, standing):
    with web_receiver() as receiver:
        one, two = target(receiver.url), target(receiver.url)
        numbers = hits(20)
        with ThreadPoolExecutor(4) as pool:
            tallies = list(pool.map(lambda _: worker().round(), range(4)))
    assert sum(tally.sent for tally in tallies) == 40
    keys = [got.headers["Idempotency-Key"] for got in receiver.got]
    assert len(keys) == len(set(keys)) == 40
    assert sorted(row.hit_id for row in standing(one)) == numbers
    assert {row.attempts for row in standing(one) + standing(two)} == {1}


def test_a_hit_leaves_by_itself_after_its_transaction(database, target, worker, hits):
    stop = threading.Event()
    with web_receiver() as receiver, listening(database.service) as listen:
        target(receiver.url)
        watching = threading.Thread(target=worker().watch, args=(listen, stop))
        watching.start()
        time.sleep(0.3)
        try:
            for count in range(1, 4):
                hits()
                receiver.wait_for(count)
        finally:
            stop.set()
            watching.join()


def test_a_worker_that_cannot_log_ends_its_watch(database, target, worker, hits):
    role = database.service.url.username
    with web_receiver() as receiver, listening(database.service) as listen:
        target(receiver.url)
        hits()
        with database.owner.begin() as connection:
            connection.execute(text(f"REVOKE INSERT ON audit_record FROM {role}"))
        try:
            with pytest.raises(AuditWriteError):
                worker().watch(listen, threading.Event())
        finally:
            with database.owner.begin() as connection:
                connection.execute(text(f"GRANT INSERT ON audit_record TO {role}"))
    assert receiver.got == []


def test_no_audit_no_alert(database, target, worker, hits, standing):
    role = database.service.url.username
    with web_receiver() as receiver:
        one = target(receiver.url)
        hits()
        with database.owner.begin() as connection:
            connection.execute(text(f"REVOKE INSERT ON audit_record FROM {role}"))
        try:
            with pytest.raises(AuditWriteError):
                worker().round()
        finally:
            with database.owner.begin() as connection:
                connection.execute(text(f"GRANT INSERT ON audit_record TO {role}"))
        assert receiver.got == []
        assert [row.attempts for row in standing(one)] == [0]
        assert worker().round().sent == 1


def test_a_clock_that_is_ahead_elsewhere_holds_no_alert_up(clock, target, worker, hits):
    with web_receiver() as receiver:
        target(receiver.url)
        hits()
        clock.move(minutes=-5)
        assert worker().round().sent == 1
    assert len(receiver.got) == 1


def test_a_notice_and_a_call_arrive_as_what_they_are(
    runtime, clock, target, worker, hits, tmp_path, request
):
    with web_receiver() as receiver, web_receiver() as cad:
        target(receiver.url, notices=True)
        target(cad.url, kind=TargetKind.CAD_WEBHOOK)
        target(str(tmp_path), kind=TargetKind.CAD_FILE)
        (number,) = hits()
        new = Notice(
            key=request.node.name,
            kind=NoticeKind.LOAD_FAILED,
            subject="SVS",
            text="The list SVS could not be read; the one before stays in force.",
            found_at=clock.at,
        )
        with runtime.database.service.begin() as connection:
            runtime.alerts.queue.tell(connection, new)
            *_, event = made_call(connection, number, clock.at)
            runtime.alerts.queue.queue_calls(connection, [event])
        assert worker().round().sent == 4
    assert sorted(got.json["kind"] for got in receiver.got) == ["hit", "notice"]
    (call,) = (got.json["call"] for got in cad.got)
    assert (call["hit_number"], call["direction"], call["plate"]) == (number, "north", "7ABC123")
    (file,) = tmp_path.iterdir()
    assert file.name.startswith(f"call-{event}-")
    assert f'"number":{event}'.encode() in file.read_bytes()


def test_a_folder_that_cannot_be_written_is_tried_again(
    runtime, clock, target, worker, hits, tmp_path
):
    folder = tmp_path / "cad"
    one = target(str(folder), kind=TargetKind.CAD_FILE)
    (number,) = hits()
    with runtime.database.service.begin() as connection:
        runtime.alerts.queue.queue_calls(connection, made_call(connection, number, clock.at))
    assert worker().round().waiting == 1
    folder.mkdir()
    clock.move(minutes=1)
    assert worker().round().sent == 1
    assert [file.suffix for file in folder.iterdir()] == [".json"], one


@dataclass(frozen=True)
class Finding:
    """What whoever watches over lists finds."""

    list_code: str
    what: str
    why: str
    since: datetime


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("failed", "load_failed"),
        ("waiting", "load_waiting"),
        ("stale", "list_late"),
        ("never", "list_late"),
        ("short", "list_late"),
    ],
)
def test_what_is_wrong_with_a_list_is_told_once_while_it_lasts(clock, target, worker, what, kind):
    code = f"L{uuid4().hex[:8]}"
    found = [notice_of_list(Finding(code, what, "It is out of order", clock.at))]
    with web_receiver() as receiver:
        target(receiver.url, notices=True)
        ours = worker(find=lambda _connection: found)
        assert [ours.round().sent, ours.round().sent] == [1, 0]
    (told,) = (got.json["notice"] for got in receiver.got)
    assert (told["kind"], told["subject"], told["text"]) == (kind, code, "It is out of order")


def test_a_watching_worker_looks_for_late_lists_by_itself(database, clock, target, worker):
    stop = threading.Event()
    late = notice_of_list(Finding("WATCHED", "stale", "It is old", clock.at))
    with web_receiver() as receiver, listening(database.service) as listen:
        target(receiver.url, notices=True)
        ours = worker(find=lambda _connection: [late])
        watching = threading.Thread(target=ours.watch, args=(listen, stop))
        watching.start()
        try:
            receiver.wait_for(1)
        finally:
            stop.set()
            watching.join()


def test_a_cut_hot_plate_is_told_to_its_owner(runtime, clock, target, worker):
    cut = notice_of_cut(7, owner="o.cut", because="stands on SVS", ends_at=clock.at, at=clock.at)
    with web_receiver() as owner, web_receiver() as other:
        target(owner.url, person="o.cut")
        target(other.url, person="o.other")
        with runtime.database.service.begin() as connection:
            assert runtime.alerts.queue.tell(connection, cut)
        assert worker().round().sent == 1
    assert owner.got[0].json["notice"]["subject"] == "7"
    assert other.got == []

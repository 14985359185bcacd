"""A purge beside people who search and cameras that send: nobody is hurt, nothing is lost."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from tests.people import made_actor
from workbench.detections.ingest_log import Caller
from workbench.detections.partitions import ensure_months
from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.person import Role
from workbench.errors import PurgeBusyError

HEAD = "plate,seen_at,camera,confidence\n"
OLD = datetime(2025, 9, 12, tzinfo=UTC)
SECONDS = 6


class Beside:
    """Threads that work until told to stop, and what went wrong in them."""

    def __init__(self, site) -> None:
        self.site, self.stop = site, threading.Event()
        self.problems: list[str] = []
        self.taken = 0

    def search(self):
        runtime, analyst = self.site.runtime, made_actor(Role.ANALYST)
        inquiry = runtime.inquiries.open(
            analyst,
            purpose="active_investigation",
            case_number="26-000001",
            reason="Made-up robbery",
        )
        asked = SearchCriteria(plate=parse_pattern("7T*"), limit=100)
        while not self.stop.is_set():
            runtime.door.search(analyst, inquiry.id, asked)

    def take_in(self):
        runtime, young = self.site.runtime, self.site.clock() - timedelta(hours=1)
        while not self.stop.is_set():
            number = self.taken
            rows = (
                f"7T{number:05d}{letter},{(at + timedelta(seconds=number)).isoformat()},T1,0.9\n"
                for letter, at in (("Y", OLD), ("Z", young))
            )
            content = (HEAD + "".join(rows)).encode()
            receipt = runtime.ingest.take(content, Caller(), name=f"{number}.csv")
            assert receipt.counts.stored == 2, receipt
            self.taken += 1

    def purge(self):
        while not self.stop.is_set():
            try:
                self.site.purge()
            except PurgeBusyError:
                time.sleep(0.05)

    def watched(self, work):
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test names it
            self.problems.append(f"{work.__name__}: {type(error).__name__}: {error}")
            self.stop.set()


def test_searches_deliveries_and_purges_at_the_same_time(site):
    beside = Beside(site)
    works = (beside.search, beside.search, beside.take_in, beside.purge)
    threads = [threading.Thread(target=beside.watched, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    beside.stop.wait(SECONDS)
    beside.stop.set()
    for thread in threads:
        thread.join(60)
    assert beside.problems == []
    assert beside.taken
    site.purge()
    assert len(site.reads()) == beside.taken, "one of each two was over"


def test_a_delivery_into_a_month_that_was_dropped_meanwhile_makes_it_again(site, monkeypatch):
    """The month is there when the delivery asks for it, and is dropped before it is stored."""
    site.read(OLD)
    runtime = site.runtime
    made = runtime.ingest._storing.make_months

    def then_purged(part):
        made(part)
        site.purge()

    monkeypatch.setattr(runtime.ingest._storing, "make_months", then_purged)
    content = (HEAD + f"8XYZ999,{OLD.isoformat()},T1,0.9\n").encode()
    assert runtime.ingest.take(content, Caller(), name="late.csv").counts.stored == 1
    assert len(site.reads()) == 1


def test_a_hold_that_is_being_placed_is_waited_for(site):
    """The hold is on its way when the purge begins; what it holds stays."""
    number = site.read(OLD)
    placed = threading.Event()

    def place():
        with site.database.service.begin() as connection:
            held = connection.exec_driver_sql(
                "INSERT INTO hold (case_number, reason, criteria, placed_at, placed_by)"
                " VALUES ('26-1', 'Evidence', '{}', now(), 'r.custodian') RETURNING id"
            ).scalar_one()
            placed.set()
            time.sleep(1)
            connection.exec_driver_sql(
                "INSERT INTO held_detection VALUES (%s, %s, %s, now())", (held, number, OLD)
            )

    thread = threading.Thread(target=place)
    thread.start()
    placed.wait(10)
    site.purge()
    thread.join()
    assert site.reads() == {number}


def test_a_partition_that_was_written_anew_is_the_same_for_the_months_function(site):
    held = site.read(OLD)
    site.read(OLD)
    site.hold(held)
    site.purge()
    with site.database.service.begin() as connection:
        assert ensure_months(connection, OLD, OLD) == 0

"""After any sequence of acts nothing held is gone and nothing over is left, in any store.

The acts: taking in, meeting a list, holding, releasing, waiting, backing up, restoring, purging.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from tests.conftest import FixedClock
from tests.retention import JOB, opened_site
from workbench.detections.ingest_log import Caller
from workbench.domain.criteria import SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.storage.detection_tables import detection
from workbench.storage.pictures import PictureStore

LENGTHS = """
[retention]
reads = { value = "2 days", section = "Test 1" }
hits = { value = "4 days", section = "Test 1" }
hot_lists = { value = "3 days", section = "Test 1" }
packages = { value = "3 days", section = "Test 1" }
reports = { value = "3 days", section = "Test 1" }
audit_log = { value = "1 year", section = "Test 1" }
needs_authority = { value = false, section = "Test 1" }
[[retention.exceptions]]
purpose = "Parking"
cameras = ["LOT-*"]
keep = "12 hours"
section = "Test 1"
"""
START = datetime(2026, 5, 31, 12, tzinfo=UTC)
READS, HITS, PARKING = timedelta(days=2), timedelta(days=4), timedelta(hours=12)
HEAD = "plate,seen_at,camera,confidence\n"
hours = st.integers(0, 120)
cameras = st.sampled_from(["GATE", "LOT-1"])


@dataclass
class Known:
    """A read as the test knows it."""

    plate: str
    seen_at: datetime
    camera: str
    picture: bytes | None = None
    original: str | None = None
    hits: list[datetime] = field(default_factory=list)


@dataclass
class Expected:
    """What has to be in the tables."""

    reads: dict[int, Known] = field(default_factory=dict)
    originals: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    """By hash: when it came, and whether a read of it was over before."""


class Purges(RuleBasedStateMachine):
    database = None  # put in by the test

    @initialize()
    def begin(self):
        self.home = Path(tempfile.mkdtemp(prefix="workbench-sequence-"))
        self.clock = FixedClock(START)
        self.opened = opened_site(self.database, self.home, self.clock, lengths=LENGTHS)
        self.site = self.opened.__enter__()
        self.now, self.saved = Expected(), None
        self.holds: dict[int, str] = {}
        self.pictures: set[bytes] = set()
        self.originals: set[str] = set()
        self.count = 0

    def teardown(self):
        if hasattr(self, "home"):
            shutil.rmtree(self.home, ignore_errors=True)

    def name(self) -> str:
        self.count += 1
        return f"7T{self.count:05d}"

    @rule(ages=st.lists(hours, min_size=1, max_size=3), camera=cameras)
    def take_in_a_file(self, ages, camera):
        rows = [(self.name(), self.clock() - timedelta(hours=age)) for age in ages]
        lines = (f"{plate},{seen.isoformat()},{camera},0.9\n" for plate, seen in rows)
        content = (HEAD + "".join(lines)).encode()
        receipt = self.site.runtime.ingest.take(content, Caller(), name=f"{self.count}.csv")
        assert receipt.counts.stored == len(rows), receipt
        (original,) = self.store("deliveries") - self.originals
        self.originals.add(original)
        self.settle()
        self.now.originals[original] = (self.clock(), False)
        for plate, seen in rows:
            self.now.reads[self.number(plate)] = Known(plate, seen, camera, original=original)

    @rule(age=hours, camera=cameras, shared=st.booleans())
    def take_in_a_picture(self, age, camera, shared):
        plate, seen = self.name(), self.clock() - timedelta(hours=age)
        picture = b"one scene" if shared else plate.encode()
        number = self.site.read(
            seen, plate=plate, plate_normal=plate, camera_id=camera, vehicle_picture=picture
        )
        self.pictures.add(picture)
        self.settle()
        self.now.reads[number] = Known(plate, seen, camera, picture)

    @precondition(lambda self: self.now.reads)
    @rule(data=st.data(), age=st.integers(0, 100), alerted=st.booleans())
    def hit(self, data, age, alerted):
        number = data.draw(st.sampled_from(sorted(self.now.reads)))
        read = self.now.reads[number]
        made = max(read.seen_at, self.clock() - timedelta(hours=age))
        self.site.hit(number, read.seen_at, made, possible=not alerted)
        if alerted:
            read.hits.append(made)

    @precondition(lambda self: self.now.reads)
    @rule(data=st.data())
    def hold(self, data):
        read = self.now.reads[data.draw(st.sampled_from(sorted(self.now.reads)))]
        criteria = SearchCriteria(plate=parse_pattern(read.plate)).as_json()
        self.holds[self.site.hold(**criteria)] = read.plate

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def release(self, data):
        number = data.draw(st.sampled_from(sorted(self.holds)))
        self.site.release(number)
        del self.holds[number]

    @rule(hours_on=st.integers(1, 60))
    def wait(self, hours_on):
        self.clock.move(hours=hours_on)

    @rule()
    def save(self):
        # A backup is taken while the door is open, so the ledger outside is complete.
        self.site.runtime.retention.ledger.standing()
        self.site.save()
        self.saved = (deepcopy(self.now), dict(self.holds))

    @precondition(lambda self: self.saved)
    @rule()
    def restore_and_purge_again(self):
        runtime = self.site.runtime
        runtime.retention.ledger.standing()
        self.site.restore()
        self.now = deepcopy(self.saved[0])
        if runtime.retention.ledger.standing().behind:
            runtime.retention.restoring(self.site.database).run(JOB)
            self.compare()

    @rule()
    def purge(self):
        self.site.purge()
        self.compare()

    def compare(self):
        stay = {number: read for number, read in self.now.reads.items() if self.stays(read)}
        for read in self.now.reads.values():
            if read.original in self.now.originals and not self.stays(read):
                came, _ = self.now.originals[read.original]
                self.now.originals[read.original] = (came, True)
        held = {read.original for read in stay.values() if read.plate in self.holds.values()}
        kept = {
            original: (came, over)
            for original, (came, over) in self.now.originals.items()
            if original in held or not (over or came <= self.clock() - READS)
        }
        self.now = Expected(stay, kept)
        self.pictures &= {read.picture for read in stay.values()}
        self.originals &= set(kept)
        assert self.site.reads() == set(stay)
        runtime = self.site.runtime
        assert {*map(runtime.pictures.get, runtime.pictures.walk())} == self.pictures
        assert self.store("deliveries") == self.originals
        rows = self.site.all("SELECT encode(sha256, 'hex') AS name FROM picture")
        assert self.store() <= {row.name for row in rows}
        hits = self.site.all("SELECT detection_id FROM hit")
        assert {row.detection_id for row in hits} <= set(stay)
        assert self.site.one("SELECT count(*) FROM purge_file") == 0

    def stays(self, read: Known) -> bool:
        length = PARKING if read.camera.startswith("LOT-") else READS
        younger = read.seen_at > self.clock() - length
        alerted = any(made > self.clock() - HITS for made in read.hits)
        return younger or alerted or read.plate in self.holds.values()

    def store(self, folder: str = "") -> set[str]:
        return {
            *PictureStore(f"{self.site.settings.picture_store_url}/{folder}".rstrip("/")).walk()
        }

    def settle(self) -> None:
        """Let files be old enough that one that nothing names is not on its way."""
        at = (self.clock() - timedelta(days=2)).timestamp()
        for file in Path(self.site.settings.picture_store_url).rglob("*"):
            os.utime(file, (at, at))

    def number(self, plate: str) -> int:
        with self.database.service.connect() as connection:
            wanted = select(detection.c.id).where(detection.c.plate == plate)
            return int(connection.execute(wanted).scalar_one())


def run(database, examples: int, steps: int) -> None:
    machine = type("Purges", (Purges,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nothing_held_is_gone_and_nothing_over_is_left(purged_database):
    run(purged_database, 8, 12)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_nothing_held_is_gone_and_nothing_over_is_left_for_long(purged_database):
    run(purged_database, 40, 25)

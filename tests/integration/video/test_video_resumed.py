"""A video that was stopped goes on, and nothing shows that it was."""

from __future__ import annotations

import signal
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest

from tests.videos import BUSY, MarkEngine, crossing
from workbench.detections.from_videos import Filming
from workbench.detections.ingest_log import Caller
from workbench.domain.person import Channel, Origin
from workbench.errors import InputError
from workbench.storage.picture_rows import picture_facts

DESK = Caller(origin=Origin(channel=Channel.COMMAND, address="test"))
AT = "2026-11-01T12:00:00-07:00"


def told(rows):
    """Return what a passage says, without what differs from one taking in to the next."""
    return [
        (
            row.plate, row.seen_at, row.first_seen_at, row.last_seen_at, row.frames, row.confidence,
            row.candidates, row.direction, row.plate_box, row.record, row.source_event,
            row.plate_picture, row.vehicle_picture,
        )
        for row in rows
    ]  # fmt: skip


@pytest.mark.parametrize("portion", [1, 3, 7])
def test_how_often_it_is_saved_changes_nothing(intake_of, filmed, stored, portion, camera):
    """Two films of the same content, but for a corner that makes their bytes differ."""
    rows = []
    for name, looks in (("a", portion), ("b", 1_000)):
        receipt = intake_of(MarkEngine(), looks).take(
            filmed(BUSY, f"{name}.avi"), DESK, Filming(camera=f"{camera}{name}", at=AT)
        )
        assert receipt.counts.stored == 4
        rows.append([row[:10] for row in told(stored(f"{camera}{name}"))])
    assert rows[0] == rows[1]


@pytest.mark.parametrize(
    ("where", "after"),
    [("between", 4), ("inside", 1), ("inside", 5), ("inside", 9)],
)
def test_a_killed_intake_goes_on_and_loses_and_doubles_nothing(
    where, after, settings, runtime, clock, camera, stored, filmed, intake_of
):
    """The film has 60 frames, 30 looks, 8 portions of 4 looks; the ninth advance completes it."""
    file = filmed(BUSY)
    arguments = [settings.home, file, camera, AT, clock().isoformat(), where, after]
    command = [sys.executable, "-m", "tests.integration.video.crashing_video", *map(str, arguments)]
    crashed = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert crashed.returncode == -signal.SIGKILL, crashed.stderr
    whole_portions = after if where == "between" else after - 1
    engine = MarkEngine()
    receipt = intake_of(engine, 5).take(file, DESK, Filming(camera=camera, at=AT))
    assert engine.asked == max(0, 30 - 4 * whole_portions), "what was saved is not read again"
    assert (receipt.state, receipt.counts.stored, receipt.counts.duplicate) == ("complete", 4, 0)
    interrupted = [row[:10] for row in told(stored())]
    whole = f"{camera}-whole"
    intake_of(MarkEngine()).take(filmed(BUSY, "b.avi"), DESK, Filming(camera=whole, at=AT))
    assert interrupted == [row[:10] for row in told(stored(whole))]
    facts = [picture_facts(runtime.pictures.get(row.vehicle_picture)) for row in stored()]
    assert {(fact.width, fact.height) for fact in facts} == {(640, 360)}
    assert intake_of(engine).take(file, DESK, Filming(camera=camera, at=AT)).already


class StoppedError(Exception):
    """What a test raises in the middle of a video."""


def stopped_after(intake, file, filming, frames: int) -> None:
    def report(done: int, _total: int, _passages: int) -> None:
        if done > frames:
            raise StoppedError

    with pytest.raises(StoppedError):
        intake.take(file, DESK, filming, report)


def test_an_interrupted_video_goes_on_only_with_what_it_was_begun_with(
    intake_of, filmed, camera, stored
):
    file = filmed(BUSY)
    stopped_after(intake_of(MarkEngine(), 4), file, Filming(camera=camera, at=AT), 30)
    for other in (
        Filming(camera=camera, at="2026-11-01T12:00:01-07:00"),
        Filming(camera="other", at=AT),
        Filming(camera=camera, at=AT, looks_per_second=4),
    ):
        with pytest.raises(InputError, match="begun with other settings"):
            intake_of(MarkEngine()).take(file, DESK, other)
    same = Filming(camera=camera, at="2026-11-01 12:00", zone=ZoneInfo("America/Los_Angeles"))
    with pytest.raises(InputError, match="2026-11-01T19"):
        intake_of(MarkEngine()).take(file, DESK, same)  # an hour later: clocks had gone back
    assert (
        intake_of(MarkEngine()).take(file, DESK, Filming(camera=camera, at=AT)).counts.stored == 4
    )
    assert len(stored()) == 4


def test_what_another_version_saw_before_a_stop_keeps_its_version(
    intake_of, filmed, camera, stored
):
    file, filming = filmed(crossing("7ABC123", 40)), Filming(camera=camera, at=AT)
    stopped_after(intake_of(MarkEngine(), 4), file, filming, 20)
    receipt = intake_of(MarkEngine(version="2")).take(file, DESK, filming)
    assert receipt.counts.stored == 2
    assert [row.engine_version for row in stored()] == ["1", "2"]
    assert [row.frames for row in stored()] == [8, 12]

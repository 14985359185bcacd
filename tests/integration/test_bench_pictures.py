"""The benchmark of many pictures reads the same ones with each number of workers."""

from __future__ import annotations

from pathlib import Path

from tests.pictures import FixedEngine
from workbench.bench import storing
from workbench.bench.pictures import render_pictures, run
from workbench.recognition.pictures import PictureLimits
from workbench.recognition.workers import InThisProcess, LocalProcesses


def test_storing_is_measured_one_after_the_other_and_at_once(runtime, tmp_path):
    said: list[str] = []
    figures = storing.run(runtime, tmp_path, [1, 3], 8, said.append)
    assert (figures["pictures"], figures["stored_1_at_once_ratio"]) == (8, 1)
    assert figures["stored_3_at_once_pictures_per_s"] > 0
    assert len(said) == 1 + 2 * storing.SLICES


def test_ways_are_compared_on_the_same_pictures(tmp_path: Path):
    files = render_pictures(tmp_path, 4, (640, 480))
    again = tmp_path / "again"
    again.mkdir()
    same = render_pictures(again, 4, (640, 480))
    assert [file.read_bytes() for file in files] == [file.read_bytes() for file in same]
    said: list[str] = []
    ways = [("here", InThisProcess()), ("two", LocalProcesses(2))]
    figures = run(files, ways, FixedEngine, PictureLimits(20, 5_000_000), report=said.append)
    assert figures["pictures"] == 4
    assert figures["here_ratio"] == 1
    assert figures["two_pictures_per_s"] > 0
    assert len(said) == 4

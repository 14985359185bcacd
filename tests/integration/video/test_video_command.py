"""`workbench ingest video` as people type it; once with the engine that ships."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image, ImageFilter

from tests.pictures import car_picture
from tests.videos import film_of
from workbench.cli import main
from workbench.demo.pictures import render_scene

AT = "2026-11-01T12:00:00-07:00"


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["x.mp4", "--camera", "c", "--engine", "easyorc"], "did you mean"),
        (["x.mp4", "--camera", "c", "--zone", "Mars/Base"], "no such zone"),
        (["x.mp4", "--camera", " "], "Which camera"),
        (["x.mp4", "--camera", "c", "--fps", "0"], "0.1 to 60"),
        (["x.mp4", "y.mp4", "--camera", "c", "--at", AT], "begin at one time"),
    ],
)
def test_wrong_options_are_told_before_anything_is_read(arguments, what, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["ingest", "video", *arguments])
    assert ended.value.code == 2
    assert what in capsys.readouterr().err


def test_the_command_tells_what_it_could_not_read_and_goes_on(
    settings, database, monkeypatch, capsys, tmp_path, camera
):
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))
    monkeypatch.setenv("OPENCV_FFMPEG_LOGLEVEL", "-8")
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"no video " + uuid4().bytes)
    gone = tmp_path / "gone.mp4"
    with pytest.raises(SystemExit) as ended:
        main(["ingest", "video", str(gone), str(bad), "--camera", camera, "--json"])
    assert ended.value.code == 2
    told = json.loads(capsys.readouterr().out)
    assert [file["state"] for file in told["files"]] == ["unread", "refused"]


@pytest.mark.slow
def test_the_engine_that_ships_reads_a_plate_that_drives_by(
    settings, database, monkeypatch, capsys, tmp_path, stored, camera
):
    """Four looks at a drawn car that drives to the right; it is blurred in the second."""
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))
    salt = int(uuid4()) % 0xFFFFFF
    frames = []
    for number in range(4):
        car = car_picture("4BCD567", paint=f"#{salt:06x}")
        if number == 1:
            car = car.filter(ImageFilter.GaussianBlur(4))
        road = Image.new("RGB", (860, 480), "#86898c")
        road.paste(car, (number * 70, 0))
        frames.append(np.asarray(road))
    file = film_of(tmp_path / "gate.avi", frames, fps=2)
    with pytest.raises(SystemExit) as ended:
        main(
            ["ingest", "video", str(file), "--camera", camera, "--at", AT, "--fps", "2", "--json",
             "--longest-side", "512"]
        )  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 0, told
    assert told["files"][0]["format"] == "video"
    read = next(row for row in stored() if "4BCD567" in [text for text, _ in row.candidates])
    assert read.engine == "plates"
    assert read.frames >= 3
    assert read.direction == "left to right"
    assert 0 < read.confidence < 1
    at_s = (read.seen_at - datetime(2026, 11, 1, 19, tzinfo=UTC)).total_seconds()
    assert at_s in {0.0, 1.0, 1.5}, "not the blurred frame"


SEVEN = ("4BCD567", "7XYZ128", "8KLM943", "5RST276", "6EFG385", "3HJK914", "9NPW462")


@pytest.mark.slow
def test_of_seven_cars_that_drive_by_one_after_the_other_most_are_read_whole_and_none_twice(
    settings, database, monkeypatch, capsys, tmp_path, stored, camera
):
    """Each is looked at three times, the second time blurred; the road is empty between."""
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))
    empty = Image.new("RGB", (1_140, 720), f"#{int(uuid4()) % 0xFFFFFF:06x}")
    frames = []
    for seed, text in enumerate(SEVEN):
        with Image.open(BytesIO(render_scene(text, seed, size=(1_280, 720)).jpeg)) as scene:
            for number in range(3):
                seen = scene.crop((140 - 70 * number, 0, 1_280 - 70 * number, 720))
                if number == 1:
                    seen = seen.filter(ImageFilter.GaussianBlur(3))
                frames.append(np.asarray(seen))
        frames += [np.asarray(empty)] * 4
    file = film_of(tmp_path / "gate.avi", frames, fps=2)
    with pytest.raises(SystemExit) as ended:
        main(["ingest", "video", str(file), "--camera", camera, "--at", AT, "--fps", "2", "--json"])
    assert ended.value.code == 0, capsys.readouterr().err
    rows = [row for row in stored() if row.frames >= 2]
    exact = [row.plate for row in rows if row.plate in SEVEN]
    assert len(exact) == len(set(exact)), exact
    assert len(exact) >= 6, [row.plate for row in rows]
    others = [row for row in rows if row.plate not in SEVEN]
    assert all("uncertain" in row.flags for row in others), [row.plate for row in others]

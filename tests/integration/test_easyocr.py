"""The real EasyOCR on pictures that the tests draw; on real scenes where they are at hand."""

from __future__ import annotations

import csv
import json
import os
import socket
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from tests.pictures import PLATE_BOX, TAKEN, car_picture, encoded, exif_of
from workbench.cli import main
from workbench.detections.from_pictures import PICTURE
from workbench.domain.read import Box
from workbench.errors import DependencyError
from workbench.policy import Policy
from workbench.recognition import easyocr_networks
from workbench.recognition.options import EngineOptions
from workbench.recognition.read_pictures import recognise
from workbench.recognition.registry import shipped_engines
from workbench.recognition.two_stage import TwoStageRecogniser
from workbench.resources import resource_root

SCENES = ("car9.jpg", "us6.jpg", "wts-lg-000022.jpg")


@pytest.fixture(scope="session")
def easyocr() -> TwoStageRecogniser:
    """Loaded once, with every way out of the machine closed."""
    with pytest.MonkeyPatch.context() as closed:
        closed.setattr(socket.socket, "connect", _no_connection)
        return shipped_engines().load("easyocr", EngineOptions(threads=2))


def _no_connection(*_: object) -> None:
    pytest.fail("the engine opened a connection")


def read_only(image: Image.Image) -> np.ndarray:
    pixels = np.array(image)
    pixels.flags.writeable = False
    return pixels


def overlap(first: Box, second: Box) -> float:
    """Return intersection over union."""
    width = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    height = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / (first.width * first.height + second.width * second.height - shared)


def test_a_drawn_plate_is_read_with_its_candidates(easyocr, capsys):
    pixels = read_only(car_picture("4BCD567"))
    before = pixels.copy()
    reads = easyocr.read(pixels)
    assert np.array_equal(pixels, before)
    best = reads[0]
    assert "4BCD567" in [each.text for each in best.candidates]
    assert len(best.candidates) > 1
    assert overlap(best.box, PLATE_BOX) > 0.3
    assert 0 < best.confidence <= best.candidates[0].probability
    assert sum(each.probability for each in best.candidates) <= 1 + 1e-6
    assert (best.engine, best.version) == ("easyocr", easyocr.version)
    assert capsys.readouterr() == ("", "")


def test_the_same_picture_is_read_the_same_way(easyocr):
    pixels = read_only(car_picture("2HJK834"))
    assert easyocr.read(pixels) == easyocr.read(pixels)


def test_a_word_comes_after_the_plate_and_is_not_dropped(easyocr):
    picture = car_picture("6TUV901")
    picture.paste(car_picture("DEALER").crop((240, 300, 400, 380)), (420, 20))
    texts = [read.text for read in easyocr.read(read_only(picture))]
    assert any(character.isdigit() for character in texts[0])
    assert "DEALER" in texts[1:]


@pytest.mark.parametrize("extent", [(1, 1), (64, 48), (3_000, 5), (5, 3_000), (33, 31), (600, 400)])
def test_pictures_with_nothing_to_read_give_no_reads(easyocr, extent):
    assert easyocr.read(read_only(Image.new("RGB", extent, "#777"))) == []


def test_noise_gives_reads_or_none_but_never_fails(easyocr):
    noise = np.random.default_rng(5).integers(0, 255, (200, 300, 3), np.uint8)
    assert all(read.candidates for read in easyocr.read(noise))


def test_a_larger_picture_is_read_at_its_own_size(easyocr):
    picture = car_picture("5WXY228").resize((2_560, 1_920), Image.Resampling.LANCZOS)
    best = easyocr.read(read_only(picture))[0]
    large = Box(4 * PLATE_BOX.x, 4 * PLATE_BOX.y, 4 * PLATE_BOX.width, 4 * PLATE_BOX.height)
    assert overlap(best.box, large) > 0.3
    assert "5WXY228" in [each.text for each in best.candidates]


def test_the_version_names_weights_and_settings(easyocr):
    assert easyocr_networks.FINDER_SHA256[:8] in easyocr.version
    assert easyocr_networks.READER_SHA256[:8] in easyocr.version
    assert "1.7.2" in easyocr.version


def test_loading_leaves_environment_and_home_alone(easyocr):
    assert "LRU_CACHE_CAPACITY" not in os.environ
    assert not (Path.home() / ".EasyOCR").exists()


def test_weights_that_were_changed_are_refused(monkeypatch):
    monkeypatch.setattr(easyocr_networks, "READER_SHA256", "0" * 64)
    with pytest.raises(DependencyError, match=r"english_g2\.pth"):
        easyocr_networks.load_networks()


def test_recognise_writes_a_line_per_picture_and_goes_on(tmp_path, capsys):
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    (tmp_path / "b.jpg").write_bytes(encoded(car_picture("4BCD567"), quality=92))
    with pytest.raises(SystemExit) as ended:
        main(["recognise", str(tmp_path), "--json", "--threads", "2"])
    assert ended.value.code == 1
    told = capsys.readouterr()
    first, second = (json.loads(line) for line in told.out.splitlines())
    schema = resource_root() / "data_schema" / "recognition" / "picture_line.schema.json"
    for line in (first, second):
        Draft202012Validator(json.loads(schema.read_text())).validate(line)
    assert first["error"]["error"] == "PictureUnreadableError"
    assert (second["width"], second["height"]) == (640, 480)
    assert "4BCD567" in [text for text, _ in second["reads"][0]["candidates"]]
    assert "a.jpg" in told.err


@pytest.mark.slow
def test_two_processes_read_what_one_does(tmp_path, capsys):
    for number in range(4):
        (tmp_path / f"{number}.jpg").write_bytes(encoded(car_picture(f"4BCD56{number}")))
    lines: list[dict[str, list]] = []
    for workers in ("1", "2"):
        with pytest.raises(SystemExit) as ended:
            main(["recognise", str(tmp_path), "--json", "--threads", "1", "--workers", workers])
        assert ended.value.code == 0
        rows = map(json.loads, capsys.readouterr().out.splitlines())
        lines.append({row["image"]: row["reads"] for row in rows})
    assert len(lines[0]) == 4
    assert lines[0] == lines[1]


def test_ingest_images_reads_and_stores(settings, database, monkeypatch, capsys, tmp_path):
    camera = f"real-{uuid4().hex[:8]}"
    file = tmp_path / "car.jpg"
    paint = f"#{uuid4().hex[:6]}"
    file.write_bytes(encoded(car_picture("4BCD567", paint=paint), exif=exif_of(TAKEN)))
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))
    for stored, already in ((1, 0), (0, 1)):
        with pytest.raises(SystemExit) as ended:
            main(["ingest", "images", str(file), "--camera", camera, "--json"])
        assert ended.value.code == 0
        told = json.loads(capsys.readouterr().out)
        assert (min(1, told["stored"]), told["already"]) == (stored, already)
        assert told["files"][0]["format"] == PICTURE


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["ingest", "images", "x.jpg", "--camera", "c", "--engine", "easyorc"], "did you mean"),
        (["ingest", "images", "x.jpg", "--camera", "c", "--zone", "Mars/Base"], "no such zone"),
        (["ingest", "images", "x.jpg", "--camera", " "], "Which camera"),
        (["recognise", "x.jpg", "--engine", "easyorc"], "did you mean easyocr?"),
        (["recognise", "x.jpg", "--longest-side", "12"], "256 to 8192"),
    ],
)
def test_wrong_options_are_told_before_anything_is_read(arguments, what, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert what in capsys.readouterr().err


@pytest.mark.shared
@pytest.mark.slow
def test_real_scenes_give_places_and_candidates(easyocr, shared_data, policy: Policy):
    folder = shared_data / "plates" / "scenes"
    with (folder / "us.csv").open() as table:
        truth = {row["image"]: row for row in csv.DictReader(table)}
    for found in recognise([folder / "us" / name for name in SCENES], easyocr, policy):
        row = truth[found.path.name]
        plate = Box(*(int(row[side]) for side in ("x", "y", "width", "height")))
        assert found.error is None
        assert max(overlap(read.box, plate) for read in found.reads) > 0.3, found.path.name
        assert all(len(read.candidates) > 1 for read in found.reads)

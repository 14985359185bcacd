"""The real RapidOCR on pictures that the tests draw, and the list of engines."""

from __future__ import annotations

import json
import socket
from datetime import date

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from tests.pictures import PLATE_BOX, car_picture
from workbench.cli import main
from workbench.errors import ConfigurationError, DependencyError
from workbench.recognition import rapidocr_engine
from workbench.recognition.options import EngineOptions
from workbench.recognition.rapidocr_engine import make_rapidocr
from workbench.recognition.scores import EngineScores, ScoreBoard, read_scores, write_scores
from workbench.recognition.two_stage import TwoStageRecogniser
from workbench.resources import resource_root


@pytest.fixture(scope="session")
def rapidocr() -> TwoStageRecogniser:
    """Loaded once, with every way out of the machine closed."""
    with pytest.MonkeyPatch.context() as closed:
        closed.setattr(socket.socket, "connect", lambda *_: pytest.fail("it opened a connection"))
        return make_rapidocr(EngineOptions(threads=2))


def pixels_of(image: Image.Image) -> np.ndarray:
    pixels = np.array(image)
    pixels.flags.writeable = False
    return pixels


@pytest.mark.parametrize("plate", ["4BCD567", "2HJK834"])
def test_a_drawn_plate_is_read_at_its_place(rapidocr, plate, capsys):
    best = rapidocr.read(pixels_of(car_picture(plate)))[0]
    assert best.text == plate
    assert sum(each.probability for each in best.candidates) <= 1 + 1e-6
    assert (best.engine, best.version) == ("rapidocr", rapidocr.version)
    middle = PLATE_BOX.x + PLATE_BOX.width / 2, PLATE_BOX.y + PLATE_BOX.height / 2
    assert best.box.x < middle[0] < best.box.x + best.box.width
    assert best.box.y < middle[1] < best.box.y + best.box.height
    assert capsys.readouterr() == ("", "")


def test_a_word_comes_after_the_plate_and_is_not_dropped(rapidocr):
    picture = car_picture("6TUV901")
    picture.paste(car_picture("DEALER").crop((240, 300, 400, 380)), (420, 20))
    texts = [read.text for read in rapidocr.read(pixels_of(picture))]
    assert texts[0] == "6TUV901"
    assert "DEALER" in texts[1:]


def test_lower_case_counts_as_upper_case_and_signs_as_gaps(rapidocr):
    crop = car_picture("ab-12.cd").crop((240, 300, 400, 380))
    (found,) = rapidocr.reader.read([pixels_of(crop)])
    assert found[0].text == "AB12CD"


@pytest.mark.parametrize("text", ["378 DXR", "FB5  X8T", "21A 1BX"])
def test_a_gap_is_not_read_as_a_character(rapidocr, text):
    crop = car_picture(text).crop((240, 300, 400, 380))
    (found,) = rapidocr.reader.read([pixels_of(crop)])
    assert found[0].text == text.replace(" ", "")
    assert found[0].probability > 0.8


def test_no_cut_out_changes_what_another_gives(rapidocr):
    crops = [
        pixels_of(car_picture(text).crop((240, 300, 400, 380))) for text in ("1ABC234", "XYZ98")
    ]
    together = rapidocr.reader.read([*crops, np.zeros((0, 0, 3), np.uint8)])
    assert together == [*rapidocr.reader.read(crops[:1]), *rapidocr.reader.read(crops[1:]), ()]


@pytest.mark.parametrize("extent", [(1, 1), (64, 48), (3_000, 5), (5, 3_000), (33, 31), (600, 400)])
def test_pictures_with_nothing_to_read_give_no_reads(rapidocr, extent):
    assert rapidocr.read(pixels_of(Image.new("RGB", extent, "#777"))) == []


def test_a_model_that_was_changed_is_refused(monkeypatch):
    monkeypatch.setattr(rapidocr_engine, "READER_SHA256", "0" * 64)
    with pytest.raises(DependencyError, match=r"PP-OCRv6_rec_small\.onnx"):
        make_rapidocr(EngineOptions())


def test_engines_are_listed_with_what_they_lack(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_RECOGNITION_MODELS", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main(["recognise", "engines", "--json"])
    assert ended.value.code == 0
    listed = {row["name"]: row for row in json.loads(capsys.readouterr().out)["engines"]}
    assert {"easyocr", "fast-alpr", "rapidocr", "tesseract"} <= set(listed)
    assert [row["default"] for row in listed.values()].count(True) == 1
    assert listed["rapidocr"]["installed"]
    assert listed["rapidocr"]["version"] == "3.10.0"
    assert not listed["fast-alpr"]["installed"]
    assert listed["fast-alpr"]["next_step"] == "workbench recognise fetch fast-alpr"
    for row in listed.values():
        assert row["installed"] == (not row["missing"]) == (row["next_step"] is None)


def test_the_list_for_people_says_what_to_do(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_RECOGNITION_MODELS", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["recognise", "engines"])
    assert "workbench recognise fetch fast-alpr" in capsys.readouterr().out


def board() -> ScoreBoard:
    scores = EngineScores(
        version="1", exact=0.5, exact_top=0.4, folded=0.6, characters=0.8, found=0.9, top5=0.7,
        calibration_error=None, ms_p50=360.0, memory_mb=500.0,
    )  # fmt: skip
    return ScoreBoard(
        pictures="made up", plates=10, threads=2, measured_on=date(2026, 11, 24),
        engines={"rapidocr": scores},
    )  # fmt: skip


def test_scores_are_read_as_they_were_written(tmp_path):
    file = tmp_path / "scores.json"
    write_scores(board(), file)
    assert read_scores(file) == board()
    schema = resource_root() / "data_schema" / "recognition" / "scores.schema.json"
    Draft202012Validator(json.loads(schema.read_text())).validate(json.loads(file.read_text()))


@pytest.mark.parametrize("wrong", ['{"plates": 0}', "[]", "no JSON"])
def test_damaged_scores_name_the_file(tmp_path, wrong):
    file = tmp_path / "scores.json"
    file.write_text(wrong)
    with pytest.raises(ConfigurationError, match="scores.json"):
        read_scores(file)
    assert read_scores(tmp_path / "none.json") is None

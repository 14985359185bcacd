"""The benchmark of plates as people call it, on pictures that the tests draw."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.pictures import PLATE_BOX, car_picture
from workbench.bench.plates.engine_process import EngineProcess
from workbench.bench.plates.memory import watched
from workbench.cli import main
from workbench.errors import RecognitionError
from workbench.recognition.calibration import read_calibration
from workbench.recognition.scores import read_scores

PLATES = ("4BCD567", "2HJK834", "6TUV901")


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a set of drawn cars; the truth of the last is wrong, and it is known."""
    folder = tmp_path_factory.mktemp("set")
    (folder / "cars").mkdir()
    lines = ["image,x,y,width,height,plate"]
    for plate in PLATES:
        car_picture(plate).save(folder / "cars" / f"{plate}.png")
        box = PLATE_BOX
        said = "6TUV90I" if plate == PLATES[-1] else plate
        lines.append(f"{plate}.png,{box.x},{box.y},{box.width},{box.height},{said}")
    (folder / "cars.csv").write_text("\n".join(lines))
    (folder / "errors.csv").write_text(f"picture,text\n{PLATES[-1]}.png,{PLATES[-1]}\n")
    return folder / "cars.csv"


def ended(*arguments: str) -> int:
    with pytest.raises(SystemExit) as exit_info:
        main(["bench", "plates", *arguments])
    return exit_info.value.code or 0


def test_an_engine_is_measured_in_a_process_of_its_own(labelled: Path, tmp_path: Path, capsys):
    sheet, scores = tmp_path / "sheet.png", tmp_path / "scores.json"
    errors = str(labelled.parent / "errors.csv")
    asked = ["--set", str(labelled), "--engine", "rapidocr", "--known-errors", errors]
    assert ended(*asked, "--sheet", str(sheet), "--scores", str(scores), "--json") == 0
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert (told["plates"], told["pictures"], told["sheet_plates"]) == (3, 3, 1)
    assert told["rapidocr_exact"] == pytest.approx(2 / 3, abs=1e-4)
    assert told["rapidocr_folded"] == told["rapidocr_found"] == 1.0
    assert told["corrected"]["rapidocr"]["exact"] == 1.0
    assert told["rapidocr_ms_p95"] >= told["rapidocr_ms_p50"] > told["rapidocr_find_ms_p50"] > 0
    assert 100 < told["rapidocr_memory_mb"] < 3_000
    with Image.open(sheet) as picture:
        assert picture.format == "PNG"
    board = read_scores(scores)
    assert board.engines["rapidocr"].version == told["versions"]["rapidocr"]
    assert (board.plates, board.threads) == (3, 2)


def test_the_table_is_for_people(labelled: Path, capsys):
    assert ended("--set", str(labelled), "--engine", "rapidocr", "--sample", "1") == 0
    assert "1 plates on 1 pictures" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "what"),
    [
        (["--engine", "fast-alpr"], "workbench recognise fetch fast-alpr"),
        (["--engine", "rapidocrr"], "did you mean rapidocr?"),
        (["--engine", "rapidocr", "--engine", "easyocr", "--fit", "f.json"], "belongs to one"),
    ],
)
def test_what_cannot_be_measured_is_told_before_anything_is_read(
    labelled, more, what, capsys, tmp_path, monkeypatch
):
    monkeypatch.setenv("WORKBENCH_RECOGNITION_MODELS", str(tmp_path))
    assert ended("--set", str(labelled), *more) == 2
    assert what in capsys.readouterr().err


@pytest.mark.slow
def test_a_calibration_needs_more_than_a_few_reads(labelled: Path, tmp_path: Path, capsys):
    file = tmp_path / "calibration.json"
    assert ended("--set", str(labelled), "--engine", "rapidocr", "--fit", str(file)) == 2
    assert "at least 30" in capsys.readouterr().err
    many = labelled.with_name("many.csv")
    header, *rows = labelled.read_text().splitlines()
    many.write_text("\n".join([header, *(row for row in rows for _ in range(10))]))
    (many.with_suffix("")).symlink_to(labelled.with_suffix(""))
    assert ended("--set", str(many), "--engine", "rapidocr", "--fit", str(file), "--json") == 0
    fitted = read_calibration(file)
    assert (fitted.engine, fitted.reads) == ("rapidocr", 30)


def test_several_sets_are_measured_as_one(labelled: Path, tmp_path: Path, capsys):
    other = tmp_path / "other.csv"
    header, first, *_ = labelled.read_text().splitlines()
    other.write_text(f"{header}\n{first}\n")
    other.with_suffix("").symlink_to(labelled.with_suffix(""))
    asked = ["--set", str(labelled), "--set", str(other), "--engine", "rapidocr", "--json"]
    scores = tmp_path / "scores.json"
    assert ended(*asked, "--scores", str(scores)) == 0
    assert json.loads(capsys.readouterr().out)["plates"] == 4
    assert read_scores(scores).pictures.endswith("/other.csv")


def test_a_damaged_picture_is_counted_and_stops_nothing(tmp_path: Path, labelled: Path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    with EngineProcess("rapidocr", threads=1, models=tmp_path) as process:
        process.wait_until_loaded()
        assert process.read(broken).error == "This is no picture that can be read"
        whole = process.read(labelled.with_suffix("") / f"{PLATES[0]}.png")
    assert (whole.error, whole.reads[0].text) == (None, PLATES[0])
    assert 0 < whole.luminance < 255


def test_an_engine_that_cannot_be_loaded_says_why(tmp_path: Path):
    with (
        EngineProcess("fast-alpr", threads=1, models=tmp_path) as process,
        pytest.raises(RecognitionError, match="comes without its models"),
    ):
        process.wait_until_loaded()


def test_the_memory_of_a_program_that_an_engine_starts_is_counted():
    program = ["dd", "if=/dev/zero", "of=/dev/null", "bs=60M", "count=100"]  # holds 60 MiB
    code = f"import subprocess; subprocess.run({program}, check=True); print('done'); input()"
    with (
        subprocess.Popen(
            [sys.executable, "-u", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
        watched([process.pid]) as peak,
    ):
        assert process.stdout.readline() == "done\n"
        assert 65 < peak.mb(process.pid) < 200
        process.communicate("\n")

"""The adapter of Tesseract; with the program itself where it is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from workbench.errors import DependencyError, RecognitionError
from workbench.recognition.options import EngineOptions
from workbench.recognition.registry import shipped_engines
from workbench.recognition.tesseract_engine import TesseractEngine, make_tesseract
from workbench.recognition.tesseract_lines import lines_of, plate_read

HEADER = "level page_num block_num par_num line_num word_num left top width height conf text"


def table(*rows: str) -> str:
    return "\n".join([HEADER, *rows]).replace(" ", "\t")


def plain_plate(text: str) -> np.ndarray:
    image = Image.new("RGB", (640, 240), "white")
    font = ImageFont.load_default(80)
    ImageDraw.Draw(image).text((320, 120), text, "black", font=font, anchor="mm")
    pixels = np.array(image)
    pixels.flags.writeable = False
    return pixels


@pytest.fixture
def tesseract() -> TesseractEngine:
    return make_tesseract(EngineOptions(threads=1))


needs_program = [
    pytest.mark.shared,
    pytest.mark.skipif(
        shutil.which("tesseract") is None,
        reason="Tesseract is not installed: apt-get install tesseract-ocr tesseract-ocr-eng",
    ),
]


class TestTheProgram:
    pytestmark = needs_program

    def test_a_clear_plate_is_read(self, tesseract):
        (best, *_) = tesseract.read(plain_plate("7KLM123"))
        assert best.text == "7KLM123"
        assert 0 < best.confidence <= 1
        assert tesseract.version.startswith("tesseract5") or tesseract.program_version[0] == "4"
        assert best.version == tesseract.version

    @pytest.mark.parametrize("extent", [(1, 1), (64, 48), (3_000, 5), (600, 400)])
    def test_pictures_with_nothing_to_read_give_no_reads(self, tesseract, extent):
        assert tesseract.read(np.full((*extent[::-1], 3), 119, np.uint8)) == []


def test_words_of_a_line_are_joined_and_lines_are_not():
    found = lines_of(
        table(
            "4 1 1 1 1 0 10 20 60 15 -1 ",
            "5 1 1 1 1 1 10 20 30 15 90 7AB",
            "5 1 1 1 1 2 45 20 25 15 60 -",
            "5 1 1 1 1 3 45 20 25 15 60 123",
            "5 1 2 1 1 1 45 90 25 15 60 dealer",
        )
    )
    assert [(line.text, line.confidence) for line in found] == [("7AB123", 0.75), ("DEALER", 0.6)]


def test_a_line_too_long_for_a_plate_is_no_read():
    (line,) = lines_of(table("5 1 1 1 1 1 10 20 30 15 90 ABCDEFGHIJKLM"))
    assert plate_read(line, (640, 480), engine="tesseract", version="1") is None


def test_without_the_program_the_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DependencyError, match="apt-get install tesseract-ocr"):
        shipped_engines().load("tesseract")
    assert "tesseract" not in [engine.name for engine in shipped_engines().installed()]


def program(tmp_path: Path, script: str) -> TesseractEngine:
    file = tmp_path / "tesseract"
    file.write_text(f"#!/bin/sh\ncat > /dev/null\n{script}\n")
    file.chmod(0o755)
    return TesseractEngine(str(file), "0")


def test_what_the_program_says_of_a_failure_is_told(tmp_path):
    engine = program(tmp_path, "echo 'Error opening data file eng.traineddata' >&2; exit 1")
    with pytest.raises(RecognitionError, match=r"eng\.traineddata.*apt-get install"):
        engine.read(plain_plate("7KLM123"))


def test_a_program_that_is_gone_is_an_error_of_ours(tmp_path):
    with pytest.raises(RecognitionError, match="did not answer"):
        TesseractEngine(str(tmp_path / "gone"), "0").read(plain_plate("7KLM123"))

"""The engine that ships reads drawn plates, says how sure it is, and is what its card says."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from workbench.demo.pictures import sample_pictures
from workbench.recognition.base import Recogniser
from workbench.recognition.options import EngineOptions
from workbench.recognition.plate_recogniser import MARGINS, PlateRecogniser
from workbench.recognition.registry import shipped_engines


@pytest.fixture(scope="module")
def engine() -> Recogniser:
    return shipped_engines().load(options=EngineOptions(threads=2))


@pytest.fixture(scope="module")
def drawn():
    """Pictures of cars, by day and by night, with what their plates say."""
    first_at = datetime(2026, 10, 1, 20, tzinfo=UTC)
    made = sample_pictures(426, 6, sizes=((1_280, 720),), first_at=first_at)
    return [(np.asarray(Image.open(BytesIO(each.jpeg)).convert("RGB")), each) for each in made]


def test_it_is_the_default_and_the_calibration_belongs_to_its_weights(engine):
    assert isinstance(engine, PlateRecogniser)
    assert shipped_engines().default == engine.name == "plates"
    assert engine.calibration is not None
    assert engine.fits(engine.calibration)
    assert engine.version.startswith(f"{engine.reading_version}+{engine.calibration.name}")
    assert engine.margins == MARGINS


def test_nearly_all_drawn_plates_are_read_at_their_place(engine, drawn):
    right = 0
    for pixels, made in drawn:
        best, *_ = engine.read(pixels)
        right += best.text == made.plate
        middle_x = best.box.x + best.box.width / 2
        middle_y = best.box.y + best.box.height / 2
        assert made.box.x < middle_x < made.box.x + made.box.width
        assert made.box.y < middle_y < made.box.y + made.box.height
    assert right >= len(drawn) - 1


def test_candidates_and_confidences_keep_what_a_read_promises(engine, drawn):
    pixels, _ = drawn[0]
    reads = engine.read(pixels)
    assert [read.confidence for read in reads] == sorted(
        (read.confidence for read in reads), reverse=True
    )
    for read in reads:
        assert read.version == engine.version
        texts = [each.text for each in read.candidates]
        assert texts[0] == read.text
        assert len(set(texts)) == len(texts) <= 20
        assert sum(each.probability for each in read.candidates) <= 1.0000001


def test_the_same_picture_is_read_the_same_and_is_not_changed(engine, drawn):
    pixels, _ = drawn[1]
    before = pixels.copy()
    pixels.flags.writeable = False
    assert engine.read(pixels) == engine.read(pixels)
    assert (pixels == before).all()


def test_two_cars_beside_each_other_are_two_reads(engine, drawn):
    both = np.concatenate([drawn[0][0], drawn[1][0]], axis=1)
    texts = [read.text for read in engine.read(both)[:2]]
    assert sorted(texts) == sorted(made.plate for _, made in drawn[:2])


@pytest.mark.parametrize("size", [(1, 1), (64, 36), (640, 3), (3, 640), (640, 480)])
def test_a_picture_without_a_plate_gives_no_sure_read(engine, size):
    pixels = np.full((size[1], size[0], 3), 127, np.uint8)
    assert all(read.confidence < 0.5 for read in engine.read(pixels))

"""Plates that the project draws: the same for the same seed, and right about what they say."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tools.training.plates import (
    CHARACTERS,
    INPUT_PX,
    FontShelf,
    camera_crop,
    level_crop,
    sharp_plate,
    stretched,
)
from tools.training.plates.letters import StrokeLetters
from tools.training.plates.line import draw_line
from tools.training.plates.texts import Text, draw_text


@pytest.fixture(scope="module")
def shelf() -> FontShelf:
    return FontShelf.installed()


def test_the_same_seed_draws_the_same_plate_and_the_same_look(shelf):
    def looked(seed: int):
        rng = np.random.default_rng(seed)
        plate = sharp_plate(rng, shelf)
        return plate.text, plate.pixels, camera_crop(rng, plate)

    first, again, other = looked(5), looked(5), looked(6)
    assert first[0] == again[0]
    assert np.array_equal(first[1], again[1])
    assert np.array_equal(first[2], again[2])
    assert not np.array_equal(first[2], other[2])


def test_a_look_changes_nothing_about_the_plate(shelf):
    rng = np.random.default_rng(2)
    plate = sharp_plate(rng, shelf)
    before = plate.pixels.copy()
    looks = [camera_crop(rng, plate) for _ in range(20)]
    assert np.array_equal(plate.pixels, before)
    assert {(look.shape, look.dtype.name) for look in looks} == {((48, 144), "uint8")}


def test_plates_of_every_region_are_drawn_and_say_letters_and_digits_only(shelf):
    rng = np.random.default_rng(3)
    plates = [sharp_plate(rng, shelf) for _ in range(60)]
    assert {plate.region for plate in plates} == {"us", "eu", "br"}
    for plate in plates:
        assert plate.pixels.dtype == np.uint8
        assert plate.pixels.ndim == 3
        assert 1 < len(plate.text) <= 8
        assert set(plate.text) <= set(CHARACTERS)


def test_every_character_is_about_as_frequent_as_any_other_of_its_kind():
    rng = np.random.default_rng(4)
    counts = Counter("".join(draw_text(rng).characters for _ in range(12_000)))
    for kind in (CHARACTERS[:10], CHARACTERS[10:]):
        share = [counts[each] for each in kind]
        assert min(share) > 0.6 * np.median(share)


def test_two_fifths_of_the_texts_have_no_form():
    rng = np.random.default_rng(4)
    free = np.mean([not draw_text(rng).breaks for _ in range(6_000)])
    assert free >= 0.4


@pytest.mark.parametrize("height", [24, 60, 96])
def test_letters_are_as_high_as_asked_and_no_two_are_alike(height):
    shapes = {**dict.fromkeys(CHARACTERS, 0), "1": 1}
    letters = StrokeLetters(0.5, 0.13, 0.4, False, shapes, zero=0.9)
    masks = {each: letters.mask(each, height) for each in CHARACTERS}
    for each, mask in masks.items():
        assert abs(mask.shape[0] - height) <= (height * 0.2 if each == "Q" else 3), each
        assert mask.max() == 255
    as_seen = {each: stretched(mask, (40, 60)).tobytes() for each, mask in masks.items()}
    assert len(set(as_seen.values())) == len(CHARACTERS)


def test_a_longer_text_makes_a_longer_line():
    letters = StrokeLetters(0.5, 0.13, 0.4, False, dict.fromkeys(CHARACTERS, 0))
    widths = [
        draw_line(np.random.default_rng(1), Text("H" * n, "eu", ()), letters, 50).mask.shape[1]
        for n in (1, 2)
    ]
    assert widths[1] > 1.8 * widths[0]


def test_the_level_look_is_the_whole_plate(shelf):
    plate = sharp_plate(np.random.default_rng(8), shelf)
    look = level_crop(plate)
    assert look.shape == INPUT_PX[::-1]
    assert abs(float(look.mean()) - float(plate.pixels.mean())) < 25

"""The second look at each place: what it shows, and what is made of what it sees."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.recognition.closer_look import SIZE_PX, looks_at, seen_closer
from workbench.recognition.plate_answers import Found

WIDTH, HEIGHT = SIZE_PX


def found_at(left, top, width, height, score=0.64) -> Found:
    right, bottom = left + width, top + height
    quad = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return Found(np.array([score], np.float32), np.array([quad], np.float32))


def answers_for(*, cell=None, logit=0.0, cells=(5.0, 2.0, 5.0, 2.0)) -> np.ndarray:
    """Return the answers for one look, with a plate around the middle of a cell."""
    answers = np.zeros((1, 13, HEIGHT // 8, WIDTH // 8), np.float32)
    answers[:, 0] = -9.0
    if cell:
        answers[0, 0, cell[0], cell[1]] = logit
        answers[0, 1:5, cell[0], cell[1]] = np.log(cells)
    return answers


@pytest.mark.parametrize("at", [(300, 200), (3, 5), (560, 395), (610, 420)])
@pytest.mark.parametrize("size", [(30, 15), (90, 20), (200, 150)])
def test_a_look_shows_the_picture_where_it_says(at, size):
    picture = np.zeros((440, 640, 3), np.uint8)
    dot = at[0] + 10, at[1] + 6
    picture[dot[1] - 2 : dot[1] + 3, dot[0] - 2 : dot[0] + 3, 0] = 255
    picture[..., 1] = 90
    looks = looks_at(picture, found_at(*at, *size))
    red = looks.pixels[0, :, :, 0].astype(float) * (looks.pixels[0, :, :, 1] == 90)
    y, x = np.indices(red.shape)
    middle = np.array([(red * (x + 0.5)).sum(), (red * (y + 0.5)).sum()]) / red.sum()
    back = middle / looks.scales[0] + looks.starts[0]
    assert np.allclose(back, np.array(dot) + 0.5, atol=1.0 / looks.scales[0] + 0.5)


def test_a_place_at_the_border_has_grey_beside_it():
    looks = looks_at(np.zeros((100, 200, 3), np.uint8), found_at(0, 40, 40, 20))
    assert (looks.pixels[0, :, 0] == 114).all()
    assert (looks.pixels[0, :, WIDTH // 2] == 0).any()


def test_a_place_beside_the_picture_is_a_grey_look():
    looks = looks_at(np.zeros((100, 200, 3), np.uint8), found_at(900, 40, 40, 20))
    assert (looks.pixels == 114).all()


def test_what_the_closer_look_sees_is_given_in_pixels_of_the_picture():
    found = found_at(300, 200, 46, 20)
    looks = looks_at(np.zeros((440, 640, 3), np.uint8), found)
    closer = seen_closer(found, looks, answers_for(cell=(8, 12), logit=0.0))
    middle = closer.corners[0].mean(axis=0)
    assert np.allclose(middle, (323 + 4 / 2, 210 + 4 / 2), atol=0.1)
    assert np.allclose(np.ptp(closer.corners[0], axis=0), (40, 16), atol=0.1)
    assert closer.scores[0] == pytest.approx(np.sqrt(0.64 * 0.5))


@pytest.mark.parametrize("cell", [None, (1, 1)])
def test_a_place_that_is_not_seen_again_keeps_corners_and_loses_its_score(cell):
    found = found_at(300, 200, 46, 20)
    looks = looks_at(np.zeros((440, 640, 3), np.uint8), found)
    closer = seen_closer(found, looks, answers_for(cell=cell, logit=4.0))
    assert np.array_equal(closer.corners, found.corners)
    assert closer.scores[0] < 0.15
    assert found.scores[0] == np.float32(0.64)

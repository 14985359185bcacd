"""From the finder network's answers to places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.recognition.geometry import sides
from workbench.recognition.plate_answers import MAX_PLACES, STRIDE_PX, Found, each_once, peaks


def answers_of(rows: int = 20, columns: int = 30) -> np.ndarray:
    """Return answers that speak of nothing."""
    answers = np.zeros((13, rows, columns), np.float32)
    answers[0] = -9.0
    return answers


def say(answers, row, column, *, logit=2.0, cells=(3.0, 1.0, 3.0, 1.0), inward=(0.0,) * 8):
    """Let a cell speak of a plate around its middle."""
    answers[0, row, column] = logit
    answers[1:5, row, column] = np.log(cells)
    answers[5:, row, column] = inward


def level(left, top, width, height):
    right, bottom = left + width, top + height
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def found_of(*scored):
    scores, quads = zip(*scored, strict=True)
    return Found(np.array(scores, np.float32), np.array(quads, np.float32))


def test_a_cell_that_speaks_of_a_plate_gives_its_box_in_pixels():
    answers = answers_of()
    say(answers, 5, 10)
    (place,) = peaks(answers, 0.5).places()
    middle = np.array([10.5, 5.5]) * STRIDE_PX
    assert place.score == pytest.approx(1 / (1 + np.exp(-2.0)))
    assert np.allclose(place.corners, np.array(level(-24, -8, 48, 16)) + middle)


def test_corners_lie_within_the_box_clockwise_from_the_top_left():
    answers = answers_of()
    # Falling to the right: the top right and bottom left corners lie within.
    say(answers, 5, 10, inward=(0, 0, 0, 0.25, 0, 0, 0, 0.25))
    (place,) = peaks(answers, 0.5).places()
    first, second, third, fourth = np.array(place.corners) - np.array([84.0, 44.0])
    assert np.allclose([first, second, third, fourth], [(-24, -8), (24, -4), (24, 8), (-24, 4)])


@given(st.lists(st.floats(-3, 3), min_size=8, max_size=8))
def test_whatever_the_network_says_corners_keep_their_order_and_box(inward):
    answers = answers_of()
    say(answers, 5, 10, inward=inward)
    quad = np.array(peaks(answers, 0.5).places()[0].corners)
    assert quad.min() >= 0
    assert np.all(np.abs(quad - (84.0, 44.0)) <= (24.001, 8.001))


@pytest.mark.parametrize("cell", [(0, 0), (0, 29), (19, 0), (19, 29)])
def test_a_plate_at_the_border_is_found(cell):
    answers = answers_of()
    say(answers, *cell)
    assert len(peaks(answers, 0.5).places()) == 1


@pytest.mark.parametrize(("logit", "count"), [(-0.01, 0), (0.01, 1)])
def test_a_place_below_the_least_score_is_passed_over(logit, count):
    answers = answers_of()
    say(answers, 3, 3, logit=logit)
    assert len(peaks(answers, 0.5).places()) == count


def test_cells_beside_a_better_one_say_nothing_of_their_own():
    answers = answers_of()
    for column, logit in ((9, 1.0), (10, 2.0), (11, 1.5)):
        say(answers, 5, column, logit=logit)
    assert len(peaks(answers, 0.5).places()) == 1


def test_fifty_plates_are_fifty_places_the_best_first():
    answers = answers_of(40, 60)
    for number in range(50):
        say(answers, 3 + number // 10 * 4, 4 + number % 10 * 5, logit=1 + number / 50,
            cells=(2, 1, 2, 1))  # fmt: skip
    places = each_once(peaks(answers, 0.5)).places()
    assert len(places) == 50
    assert [place.score for place in places] == sorted((p.score for p in places), reverse=True)


def test_a_network_gone_mad_gives_a_bounded_number_of_places():
    answers = answers_of(120, 120)
    answers[0, ::2, ::2] = 5.0
    assert len(peaks(answers, 0.5).scores) == MAX_PLACES


def test_the_same_plate_twice_is_one_place_the_better():
    found = found_of((0.6, level(12, 11, 60, 29)), (0.9, level(10, 10, 60, 30)))
    (place,) = each_once(found).places()
    assert place.score == pytest.approx(0.9)


def test_a_part_of_a_plate_is_no_plate_beside_it():
    whole, part = (0.9, level(10, 10, 100, 50)), (0.8, level(20, 15, 40, 20))
    assert len(each_once(found_of(whole, part)).places()) == 1
    assert len(each_once(found_of((0.7, whole[1]), part)).places()) == 1


def test_plates_side_by_side_stay_two():
    found = found_of((0.9, level(10, 10, 60, 30)), (0.8, level(68, 10, 60, 30)))
    assert len(each_once(found).places()) == 2


@given(st.integers(0, 2**32 - 1), st.integers(0, 40))
def test_taking_each_once_twice_changes_nothing(seed, count):
    rng = np.random.default_rng(seed)
    boxes = rng.uniform(0, 100, (count, 4)) * (1, 1, 0.4, 0.2) + (0, 0, 1, 1)
    quads = np.array([level(*box) for box in boxes], np.float32).reshape(-1, 4, 2)
    once = each_once(Found(rng.uniform(0, 1, count).astype(np.float32), quads))
    again = each_once(once)
    assert np.array_equal(again.corners, once.corners)


def test_a_found_place_has_the_sides_of_its_plate():
    answers = answers_of()
    say(answers, 5, 10)
    assert sides(peaks(answers, 0.5).places()[0].corners) == pytest.approx((48, 16))

"""Scenes are slanted as told, so that what is measured on them is the finder and not the scene."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.pictures import PLATE_BOX, car_picture
from tools.training.finder.turned import (
    SLANTS,
    BoxFinder,
    Slant,
    Turned,
    figures,
    slanted,
)
from workbench.recognition.base import Place
from workbench.recognition.options import EngineOptions
from workbench.recognition.plate_finder import load_plate_finder

MIDDLE = (PLATE_BOX.x + PLATE_BOX.width / 2, PLATE_BOX.y + PLATE_BOX.height / 2)
CORNERS = np.array(
    [
        (PLATE_BOX.x, PLATE_BOX.y),
        (PLATE_BOX.x + PLATE_BOX.width, PLATE_BOX.y),
        (PLATE_BOX.x + PLATE_BOX.width, PLATE_BOX.y + PLATE_BOX.height),
        (PLATE_BOX.x, PLATE_BOX.y + PLATE_BOX.height),
    ],
    np.float32,
)


@pytest.mark.parametrize("slant", SLANTS)
def test_what_is_at_a_place_goes_where_the_matrix_says(slant):
    scene = np.full((480, 640, 3), 200, np.uint8)
    marks = [(250.0, 320.0), (390.0, 360.0), MIDDLE]
    for x, y in marks:
        cv2.circle(scene, (round(x), round(y)), 2, (0, 0, 0), -1)
    warped, matrix = slanted(scene, MIDDLE, slant)
    went = cv2.perspectiveTransform(np.array([marks], np.float32), matrix)[0]
    for x, y in went:
        assert warped[round(y), round(x)].max() < 90
    assert np.allclose(went[2], MIDDLE, atol=0.01)


def test_a_turn_is_clockwise_and_of_the_angle_told():
    _, matrix = slanted(np.zeros((480, 640, 3), np.uint8), MIDDLE, Slant(10, 0))
    left, right = cv2.perspectiveTransform(CORNERS[None, :2], matrix)[0]
    x, y = right - left
    assert np.degrees(np.arctan2(y, x)) == pytest.approx(10, abs=0.01)


def test_the_far_side_becomes_shorter():
    _, matrix = slanted(np.zeros((480, 640, 3), np.uint8), MIDDLE, Slant(0, 0.15))
    top_left, top_right, low_right, low_left = cv2.perspectiveTransform(CORNERS[None], matrix)[0]
    far, near = low_right[1] - top_right[1], low_left[1] - top_left[1]
    assert far < 0.9 * near


def test_level_boxes_surround_the_places():
    class OnePlace:
        version = "one"

        def places(self, _picture):
            return [Place(((0, 2), (10, 0), (11, 5), (1, 7)), 0.5)]

    (place,) = BoxFinder(OnePlace()).places(np.zeros((9, 12, 3), np.uint8))
    assert place.corners == ((0, 0), (11, 0), (11, 7), (0, 7))


def test_shares_count_plates_that_were_not_found_as_not_found():
    slant = Slant(6, 0)
    rows = figures([
        Turned(slant, 1.0, 0.1, straight=True, boxed=False),
        Turned(slant, None, None, straight=False, boxed=False),
    ])  # fmt: skip
    (row,) = rows
    assert (row["found"], row["read_right"], row["read_right_from_boxes"]) == (0.5, 0.5, 0)


@pytest.mark.parametrize("turn_deg", [-12, -6, 6, 12])
def test_corners_follow_a_turned_plate(turn_deg):
    finder = load_plate_finder(EngineOptions(threads=1))
    scene, _ = slanted(np.asarray(car_picture()), MIDDLE, Slant(turn_deg, 0))
    corners = np.array(finder.places(scene)[0].corners)
    across = (corners[1] - corners[0] + corners[2] - corners[3]) / 2
    assert np.degrees(np.arctan2(across[1], across[0])) == pytest.approx(turn_deg, abs=3)

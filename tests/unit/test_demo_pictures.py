"""Rendered pictures carry their truth, their mark and what a reader needs."""

from __future__ import annotations

import io
from datetime import datetime

import numpy as np
import pytest
from PIL import ExifTags, Image

from workbench.demo.pictures import SIZES, ScenePicture, render_scene, sample_pictures
from workbench.demo.plates import is_demo_plate
from workbench.demo.year import ZONE


@pytest.fixture(scope="module")
def pictures() -> list[ScenePicture]:
    return sample_pictures(5, 8)


def pixels(picture: ScenePicture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.jpeg)).convert("L")).astype(float)


def test_one_seed_renders_one_picture():
    assert render_scene("7QAB123", 3, size=(640, 480)) == render_scene(
        "7QAB123", 3, size=(640, 480)
    )
    other = render_scene("7QAB123", 4, size=(640, 480))
    assert other.jpeg != render_scene("7QAB123", 3, size=(640, 480)).jpeg


def test_another_plate_changes_the_plate_and_not_the_place():
    one, other = (render_scene(plate, 3, size=(640, 480)) for plate in ("7QAB123", "4QZK987"))
    assert one.box == other.box
    assert one.jpeg != other.jpeg


def test_the_set_has_every_size_day_and_night_and_made_up_plates(pictures: list[ScenePicture]):
    assert {picture.size for picture in pictures} == set(SIZES)
    assert {picture.night for picture in pictures} == {True, False}
    assert all(is_demo_plate(picture.plate) for picture in pictures)
    for picture in pictures:
        assert Image.open(io.BytesIO(picture.jpeg)).size == picture.size


def test_the_box_lies_within_the_picture_and_around_dark_type_on_bright_paper(
    pictures: list[ScenePicture],
):
    for picture in pictures:
        box, (width, height) = picture.box, picture.size
        assert 0 <= box.x < box.x + box.width <= width
        assert 0 <= box.y < box.y + box.height <= height
        assert box.height >= 40, "lower than that, and readers fail for want of pixels"
        inside = pixels(picture)[box.y : box.y + box.height, box.x : box.x + box.width]
        paper, ink = np.percentile(inside, 85), np.percentile(inside, 8)
        assert paper - ink > 60
        frame = pixels(picture)[box.y - 4 : box.y + box.height + 4, box.x - 4]
        assert paper - np.median(frame) > 25, "the box is not where the plate is"


def test_every_picture_is_marked(pictures: list[ScenePicture]):
    for picture in pictures:
        width, height = picture.size
        sky = pixels(picture)[: int(height * 0.22)]
        marked, beside = sky[:, : int(width * 0.12)], sky[:, int(width * 0.85) :]
        assert (
            np.percentile(marked, 97) - np.median(marked)
            > np.percentile(beside, 97) - np.median(beside) + 8
        )


def test_night_is_darker_than_day():
    day, night = (render_scene("7QAB123", 9, size=(640, 480), night=dark) for dark in (False, True))
    assert pixels(night).mean() < 0.5 * pixels(day).mean()


def test_a_picture_says_when_it_was_taken_and_that_it_is_made_up():
    at = datetime(2026, 11, 1, 17, 30, tzinfo=ZONE)
    made = render_scene("7QAB123", 9, size=(640, 480), taken_at=at)
    exif = Image.open(io.BytesIO(made.jpeg)).getexif()
    taken = exif.get_ifd(ExifTags.IFD.Exif)
    assert taken[ExifTags.Base.DateTimeOriginal] == "2026:11:01 17:30:00"
    assert taken[ExifTags.Base.OffsetTimeOriginal] == "-08:00"
    assert "made up" in exif[ExifTags.Base.ImageDescription]

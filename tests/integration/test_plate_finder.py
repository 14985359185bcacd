"""The finder with the network that ships, on pictures that are rendered here."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest
from PIL import Image

from tests.pictures import PLATE_BOX, car_picture
from workbench.demo.pictures import sample_pictures
from workbench.errors import DependencyError
from workbench.recognition.onnx_parts import load_session
from workbench.recognition.options import EngineOptions
from workbench.recognition.pictures import PictureLimits, decode_picture
from workbench.recognition.plate_finder import NETWORK, load_plate_finder
from workbench.recognition.shipped_networks import NETWORKS, weight_record

PICTURES = 24
LEAST_FOUND = 0.95


@pytest.fixture(scope="module")
def finder():
    return load_plate_finder(EngineOptions(threads=1))


def overlap(place, box) -> float:
    """Return intersection by union of a place's box and a box."""
    corners = np.array(place.corners)
    low, high = corners.min(axis=0), corners.max(axis=0)
    left, right = max(low[0], box.x), min(high[0], box.x + box.width)
    top, bottom = max(low[1], box.y), min(high[1], box.y + box.height)
    both = max(0.0, right - left) * max(0.0, bottom - top)
    return both / (np.prod(high - low) + box.width * box.height - both)


def test_the_network_is_the_one_that_the_list_names():
    record = weight_record(NETWORK)
    content = (NETWORKS / record["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == record["sha256"]
    assert len(content) <= 6_000_000
    assert {"licence", "sources", "seed", "scores"} <= set(record)


def test_another_network_is_refused(tmp_path):
    file = tmp_path / "plate_finder.onnx"
    file.write_bytes(b"another network")
    with pytest.raises(DependencyError, match=r"not the one.*allowed: 0000"):
        load_session(file, "0" * 64, threads=1, install="it")
    with pytest.raises(DependencyError, match="cannot be read"):
        load_session(tmp_path / "gone.onnx", "0" * 64, threads=1, install="it")


@pytest.mark.parametrize("content", [None, "{", "{}"])
def test_a_list_without_the_network_is_told(tmp_path, content):
    if content is not None:
        (tmp_path / "weights.json").write_text(content)
    with pytest.raises(DependencyError, match="lacks one"):
        weight_record(NETWORK, tmp_path)


def test_nearly_every_rendered_plate_is_found(finder, policy):
    limits = PictureLimits.of(policy)
    found = places = 0
    for made in sample_pictures(seed=7, count=PICTURES):
        picture = decode_picture(made.jpeg, name="made", limits=limits).pixels
        there = finder.places(picture)
        places += len(there)
        found += any(overlap(place, made.box) >= 0.5 for place in there)
    assert found / PICTURES >= LEAST_FOUND
    assert places / PICTURES <= 4


@pytest.mark.parametrize("turn_deg", [-12, -6, 6, 12])
def test_the_corners_follow_a_slanted_plate(finder, turn_deg):
    picture = car_picture().rotate(turn_deg, Image.Resampling.BICUBIC, fillcolor="#86898c")
    best = finder.places(np.asarray(picture))[0]
    (x_1, y_1), (x_2, y_2) = best.corners[0], best.corners[1]
    assert math.degrees(math.atan2(y_1 - y_2, x_2 - x_1)) == pytest.approx(turn_deg, abs=4)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_grey_and_coloured_pictures_are_searched(finder, mode):
    picture = np.asarray(car_picture().convert(mode).convert("RGB"))
    assert overlap(finder.places(picture)[0], PLATE_BOX) > 0.5


def test_several_plates_are_several_places(finder):
    one = np.asarray(car_picture())
    both = np.concatenate([one, one], axis=1)
    places = finder.places(both)[:2]
    assert sorted(place.corners[0][0] > one.shape[1] for place in places) == [False, True]


def test_a_car_park_of_fifty_six_plates_is_fifty_six_places(finder):
    one = np.asarray(car_picture())
    park = np.tile(one, (7, 8, 1))
    places = finder.places(park)
    cells = {tuple((np.mean(place.corners, axis=0) // (640, 480)).tolist()) for place in places}
    assert (len(places), len(cells)) == (56, 56)


def test_a_plate_that_fills_the_picture_is_found(finder):
    box = PLATE_BOX
    cut = car_picture().crop((box.x - 8, box.y - 8, box.x + box.width + 8, box.y + box.height + 8))
    large = np.asarray(cut.resize((1_760, 960), Image.Resampling.BICUBIC))
    assert finder.places(large)


@pytest.mark.parametrize("size", [(64, 48), (1, 1), (3_000, 2), (5, 2_000)])
def test_any_size_gets_an_answer_within_reach(finder, size):
    picture = np.random.default_rng(1).integers(0, 255, (size[1], size[0], 3), np.uint8)
    picture.flags.writeable = False
    for place in finder.places(picture):
        assert 0 <= place.score <= 1
        assert np.isfinite(place.corners).all()


def test_a_picture_64_px_wide_is_searched(finder):
    small = car_picture().crop((160, 240, 480, 440)).resize((64, 40), Image.Resampling.BILINEAR)
    assert finder.places(np.asarray(small))


def test_a_huge_picture_gives_places_in_its_own_pixels(finder):
    huge = np.asarray(car_picture().resize((8_000, 6_000), Image.Resampling.BILINEAR))
    best = finder.places(huge)[0]
    corners = np.array(best.corners) / 12.5
    assert np.allclose(corners.mean(axis=0), (320, 340), atol=8)


def test_an_empty_road_gives_few_places(finder):
    road = np.full((720, 1_280, 3), 110, np.uint8)
    assert len(finder.places(road)) <= 1


def test_the_same_picture_gives_the_same_places(finder):
    picture = np.asarray(car_picture())
    assert finder.places(picture) == finder.places(picture)
    assert finder.find(picture) == [place.corners for place in finder.places(picture)]


def test_the_version_names_weights_size_and_threshold(finder):
    other = load_plate_finder(EngineOptions(threads=1, longest_side_px=640))
    assert finder.version != other.version
    assert finder.sha256[:8] in finder.version

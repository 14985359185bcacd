"""The network that names the state: what its card says, silent where nothing can be read."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from tools.training.states.measure import answers_of as told_of
from tools.training.states.measure import crop_cases, scene_cases, score
from tools.training.states.plate import StatePlate, bare_plate, plate_of, state_plates
from tools.training.states.samples import state_shelf
from workbench.demo.pictures import render_scene, sample_pictures
from workbench.recognition.options import EngineOptions
from workbench.recognition.plate_recogniser import PlateRecogniser
from workbench.recognition.registry import shipped_engines
from workbench.recognition.shipped_networks import NETWORKS, weight_record
from workbench.recognition.state_reader import (
    NETWORK,
    STATES,
    StateReader,
    load_state_reader,
    network_input,
)

LEAST_TOLD, LEAST_RIGHT = 0.45, 0.95
"""Of sharp drawn plates with a name: the share told, and of the told ones the share right."""

LEAST_REAL_PRECISION = 0.95


@pytest.fixture(scope="module")
def reader() -> StateReader:
    return load_state_reader()


@pytest.fixture(scope="module")
def engine() -> PlateRecogniser:
    loaded = shipped_engines().load(options=EngineOptions(threads=1))
    assert isinstance(loaded, PlateRecogniser)
    return loaded


@pytest.fixture(scope="module")
def drawn() -> list[StatePlate]:
    rng, shelf = np.random.default_rng(79), state_shelf()
    return [plate for _ in range(80) for plate in state_plates(rng, shelf, 5)]


def named(reader: StateReader, pixels: np.ndarray) -> str | None:
    """Return what is told of a picture that is a plate and nothing else."""
    height, width = pixels.shape[:2]
    return reader.region(pixels, ((0, 0), (width, 0), (width, height), (0, height)))


def pixels_of(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(jpeg)).convert("RGB"))


def test_the_network_is_the_one_that_the_list_names():
    record = weight_record(NETWORK)
    content = (NETWORKS / record["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == record["sha256"]
    assert len(content) <= 1_000_000
    assert {"licence", "sources", "recipe", "seed", "scores"} <= set(record)
    assert record["scores"]["threshold"] == StateReader(None, "").least_probability


def test_all_that_ships_stays_small():
    assert sum(file.stat().st_size for file in NETWORKS.iterdir() if file.is_file()) <= 25_000_000


def test_drawn_plates_are_told_as_the_card_says(reader, drawn):
    told = [(plate.state, named(reader, plate.plate.pixels)) for plate in drawn]
    of_states = [state for truth, state in told if truth is not None and state is not None]
    right = [truth == state for truth, state in told if state is not None]
    with_name = sum(truth is not None for truth, _ in told)
    assert len(of_states) / with_name >= LEAST_TOLD
    assert np.mean(right) >= LEAST_RIGHT
    assert set(of_states) <= set(STATES)


def test_what_nobody_can_read_is_told_by_no_plate(reader, drawn):
    for plate in drawn[:80]:
        tiny = cv2.resize(plate.plate.pixels, (20, 10), interpolation=cv2.INTER_AREA)
        assert named(reader, cv2.resize(tiny, (200, 100), interpolation=cv2.INTER_CUBIC)) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (400, 3, 3), (3, 400, 3), (20, 900, 3), (900, 20, 3)])
def test_a_plate_of_any_shape_gets_an_answer(reader, shape):
    assert named(reader, np.full(shape, 127, np.uint8)) is None


def test_probabilities_add_up_and_plates_do_not_change_each_other(reader, drawn):
    inputs = np.stack([network_input(plate.plate.pixels) for plate in drawn[:9]])
    together = reader.shares(inputs)
    assert np.allclose(together.sum(-1), 1, atol=1e-5)
    assert np.allclose(together[4], reader.shares(inputs[4:5])[0], atol=1e-5)


def test_low_plates_are_not_asked_about(engine):
    picture = np.full((100, 100, 3), 127, np.uint8)
    silent = StateReader(None, "0" * 64)  # without a session: asking would fail
    assert silent.region(picture, ((10, 10), (40, 10), (40, 25), (10, 25))) is None


def test_the_engine_names_the_states_of_drawn_cars(engine):
    told = []
    for number, region in enumerate(("CA", "NV", "OR", "AZ", "WA", "ID") * 2):
        made = render_scene(
            f"7QA{number:02d}XB", number, region=region, size=(1_920, 1_080), plate_share=0.16
        )
        best, *_ = engine.read(pixels_of(made.jpeg))
        told.append((f"US-{region}", best.region))
    known = [pair for pair in told if pair[1]]
    assert len(known) >= len(told) / 3
    assert all(truth == said for truth, said in known), told


def test_plates_too_small_for_their_names_have_no_region(engine):
    made = render_scene("7QAB123", 3, size=(1_280, 720), plate_share=0.04)
    assert {read.region for read in engine.read(pixels_of(made.jpeg))} == {None}


def test_the_version_names_the_network_and_the_calibration_stays_valid(engine):
    assert engine.states is not None
    assert engine.version.endswith(engine.states.version)
    assert engine.calibration is not None
    assert engine.fits(engine.calibration)
    without = engine.calibration.model_copy(update={"version": engine.reading_version})
    another = f"{engine.reading_version}+states-00000000>0.5"
    refitted = engine.calibration.model_copy(update={"version": another})
    other_networks = engine.calibration.model_copy(update={"version": f"x{engine.version}"})
    longer = engine.calibration.model_copy(update={"version": f"{engine.reading_version}1"})
    assert engine.fits(without)
    assert engine.fits(refitted)
    assert not engine.fits(other_networks)
    assert not engine.fits(longer)


def test_the_state_changes_neither_text_nor_confidence(engine):
    pixels = pixels_of(sample_pictures(5, 1, first_at=datetime(2026, 10, 1, tzinfo=UTC))[0].jpeg)
    silent = PlateRecogniser(
        name=engine.name,
        finder=engine.finder,
        reader=engine.reader,
        margins=engine.margins,
        calibration=engine.calibration,
    )
    assert [(read.text, read.confidence, read.candidates) for read in engine.read(pixels)] == [
        (read.text, read.confidence, read.candidates) for read in silent.read(pixels)
    ]


def test_naming_the_state_takes_less_time_than_reading_the_plate(engine):
    rng, shelf = np.random.default_rng(2), state_shelf()
    crop = plate_of(rng, shelf, bare_plate(rng, shelf), "US-CA").plate.pixels
    crops = [crop] * len(engine.margins)

    def fastest(work) -> float:
        spans = []
        for _ in range(10):
            began = time.process_time()
            work()
            spans.append(time.process_time() - began)
        return min(spans)

    assert fastest(lambda: named(engine.states, crop)) < fastest(lambda: engine.reader.read(crops))


@pytest.mark.shared
def test_states_of_real_plates_are_right_where_they_are_told(reader, shared_data):
    plates = shared_data / "plates"
    cases = crop_cases(plates)
    found = score(cases, told_of(reader, cases), reader.least_probability)
    listed = weight_record(NETWORK)["scores"]["crops us"]
    assert (found.told, found.right) == (listed["told"], listed["right"])
    assert found.precision >= LEAST_REAL_PRECISION
    for region in ("eu", "br"):
        elsewhere = scene_cases(plates, region)
        told = score(elsewhere, told_of(reader, elsewhere), reader.least_probability).told
        assert told <= 0.05 * len(elsewhere)

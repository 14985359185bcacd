"""The plate network: EasyOCR itself loads its files, and the reader reads rendered plates."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import sys
import warnings

import numpy as np
import pytest

from tools.training.plates import (
    FontShelf,
    Plate,
    camera_crop,
    level_crop,
    sharp_plate,
    two_line_plate,
)
from tools.training.reader.measure import Case, crop_cases, score
from workbench.errors import DependencyError
from workbench.recognition.base import Reading
from workbench.recognition.plate_reader import NAME, _looks, load_plate_reader
from workbench.recognition.shipped_networks import NETWORKS
from workbench.recognition.torch_parts import load_package, load_torch

LEAST_LEVEL, LEAST_SEEN, LEAST_TWO_LINES = 0.85, 0.65, 0.7
"""Of drawn plates read whole: sharp and level ones, as cameras see them, of two lines. Look-alikes
count as the same: many dies have one shape for O and 0, and drawn texts often have no form."""

LEAST_REAL = 0.83


@pytest.fixture(scope="module")
def reader():
    return load_plate_reader(threads=1)


@pytest.fixture(scope="module")
def plates() -> list[Plate]:
    rng, shelf = np.random.default_rng(77), FontShelf.installed()
    return [sharp_plate(rng, shelf) for _ in range(150)]


def as_rgb(grey: np.ndarray) -> np.ndarray:
    return np.repeat(grey[..., None], 3, axis=2)


def right(answers, plates: list[Plate]) -> float:
    cases = [Case(plate.pixels, plate.text) for plate in plates]
    return score(cases, answers).folded


def test_the_weights_are_the_ones_listed():
    listed = json.loads((NETWORKS / "weights.json").read_text())[NAME]
    content = (NETWORKS / listed["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == listed["sha256"]
    assert len(content) <= 8_000_000
    assert listed["licence"] == "Apache-2.0"


def test_the_weights_are_tensors_and_nothing_else():
    torch = load_torch()
    weights = torch.load(NETWORKS / f"{NAME}.pth", weights_only=True)
    assert all(name.startswith("module.") for name in weights)
    assert all(isinstance(each, torch.Tensor) for each in weights.values())


def test_easyocr_itself_loads_the_network_and_reads_with_it(plates, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("asked the network"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    load_torch(threads=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old constructs within EasyOCR
        ready = load_package("easyocr").Reader(
            ["en"],
            gpu=False,
            recog_network=NAME,
            user_network_directory=str(NETWORKS),
            model_storage_directory=str(NETWORKS),
            download_enabled=False,
            detector=False,
            verbose=False,
        )
        read = [ready.recognize(level_crop(plate), detail=0)[0] for plate in plates[:40]]
    sys.modules.pop(NAME, None)
    answers = [(Reading(text, 1.0),) for text in read]
    assert right(answers, plates[:40]) >= LEAST_LEVEL - 0.1


def test_sharp_plates_are_read(reader, plates):
    assert right(reader.read([plate.pixels for plate in plates]), plates) >= LEAST_LEVEL


def test_plates_as_cameras_see_them_are_read(reader, plates):
    rng = np.random.default_rng(78)
    seen = [as_rgb(camera_crop(rng, plate)) for plate in plates]
    assert right(reader.read(seen), plates) >= LEAST_SEEN


def test_plates_of_two_lines_are_read_from_the_upper_to_the_lower(reader):
    rng, shelf = np.random.default_rng(5), FontShelf.installed()
    two = [two_line_plate(rng, shelf) for _ in range(60)]
    assert right(reader.read([plate.pixels for plate in two]), two) >= LEAST_TWO_LINES


def test_a_cut_out_of_a_us_plate_is_read_as_one_line(plates):
    assert {len(_looks(plate.pixels)) for plate in plates} == {1}
    assert [look.shape for look in _looks(np.zeros((90, 100, 3), np.uint8))] == [
        (90, 100, 3),
        (45, 200, 3),
    ]


def test_darker_and_paler_pictures_are_read_the_same(reader, plates):
    crops = [plate.pixels for plate in plates[:60]]
    dark = [(crop * 0.25 + 20).astype(np.uint8) for crop in crops]
    first, second = reader.read(crops), reader.read(dark)
    same = [one[0].text == other[0].text for one, other in zip(first, second, strict=True)]
    assert np.mean(same) > 0.9


def test_probabilities_of_a_cut_out_add_up_to_at_most_one(reader, plates):
    for answer in reader.read([plate.pixels for plate in plates[:20]]):
        assert sum(each.probability for each in answer) <= 1 + 1e-6
        assert [each.probability for each in answer] == sorted(
            (each.probability for each in answer), reverse=True
        )


def test_no_cut_out_changes_what_another_gives(reader, plates):
    crops = [plate.pixels for plate in plates[:40]]
    alone = [reader.read([crop])[0] for crop in crops]
    for one, other in zip(reader.read(crops), alone, strict=True):
        assert one[0].text == other[0].text
        assert one[0].probability == pytest.approx(other[0].probability, abs=1e-4)


def test_empty_cut_outs_give_no_reading(reader):
    assert reader.read([np.zeros((0, 0, 3), np.uint8)]) == [()]
    assert reader.read([]) == []


def test_changed_weights_are_refused(tmp_path):
    for name in (f"{NAME}.py", f"{NAME}.yaml", "weights.json"):
        shutil.copy(NETWORKS / name, tmp_path)
    content = bytearray((NETWORKS / f"{NAME}.pth").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / f"{NAME}.pth").write_bytes(content)
    with pytest.raises(DependencyError, match=r"plates\.pth"):
        load_plate_reader(threads=1, folder=tmp_path)
    (tmp_path / "weights.json").write_text("{}")
    with pytest.raises(DependencyError, match="lacks"):
        load_plate_reader(threads=1, folder=tmp_path)


@pytest.mark.shared
def test_real_cut_outs_are_read(reader, shared_data):
    cases = crop_cases(shared_data / "plates")
    assert score(cases, reader.read([case.crop for case in cases])).exact >= LEAST_REAL

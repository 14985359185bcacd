"""Real plates for the reader's training: only what two readers read alike comes in."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import rapidocr

from tests.pictures import PLATE_BOX, car_picture
from tools.training.plates import INPUT_PX
from tools.training.reader.photos import Seen, agreed_plates, by_text, load_plates, save_plates
from tools.training.reader.seen_again import seen_again
from workbench.recognition.onnx_parts import load_session
from workbench.recognition.plate_reader import load_plate_reader
from workbench.recognition.rapidocr_engine import INSTALL
from workbench.recognition.rapidocr_reader import READER_FILE, READER_SHA256, RapidOcrReader

TEXTS = ("7ABC123", "4BCD567", "8XYZ942", "5KLM386", "6RST274", "3EFG958")


@pytest.fixture(scope="module")
def readers():
    model = Path(rapidocr.__file__).parent / "models" / READER_FILE
    other = RapidOcrReader(load_session(model, READER_SHA256, threads=1, install=INSTALL))
    return load_plate_reader(threads=1), other


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    (folder / "photos").mkdir()
    box = f"{PLATE_BOX.x},{PLATE_BOX.y},{PLATE_BOX.width},{PLATE_BOX.height}"
    rows = ["image,x,y,width,height"]
    for number in range(14):
        name = f"{number:02}.png"
        text = "" if number in (6, 7) else TEXTS[number % 6]
        car_picture(text).save(folder / "photos" / name)
        rows += [f"{name},{box}", f"{name},10,10,60,15.9"]
    (folder / "photos.csv").write_text("\n".join(rows))
    return folder


@pytest.fixture(scope="module")
def plates(photos, readers) -> list[Seen]:
    return list(agreed_plates(photos, *readers))


def test_what_comes_in_is_what_stands_there(plates):
    assert len(plates) >= 3
    assert {plate.text for plate in plates} <= set(TEXTS)
    for plate in plates:
        left, top, right, bottom = plate.box
        assert (right - left, bottom - top) == (PLATE_BOX.width, PLATE_BOX.height)


def test_plates_come_back_from_their_file_as_they_were(plates, tmp_path):
    save_plates(plates, tmp_path / "seen.npz")
    again = load_plates(tmp_path / "seen.npz")
    assert [(each.text, each.box) for each in again] == [(each.text, each.box) for each in plates]
    assert all(np.array_equal(one.grey, two.grey) for one, two in zip(plates, again, strict=True))


def test_a_plate_seen_often_is_one_of_its_text(plates):
    groups = by_text([*plates, *plates])
    assert len(groups) == len({plate.text for plate in plates})
    assert all(len({plate.text for plate in group}) == 1 for group in groups)


def test_seen_again_is_another_look_at_the_same_plate(plates, readers):
    rng = np.random.default_rng(5)
    looks = [seen_again(rng, plates[0]) for _ in range(40)]
    assert {look.shape for look in looks} == {INPUT_PX[::-1]}
    assert len({look.tobytes() for look in looks}) == 40
    answers = readers[0].read([cv2.cvtColor(look, cv2.COLOR_GRAY2RGB) for look in looks])
    right = sum(bool(answer) and answer[0].text == plates[0].text for answer in answers)
    assert right >= 20

"""What counts as found and as read, and that no truth is altered silently."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.pictures import car_picture
from workbench.bench.plates.engine_process import Answer
from workbench.bench.plates.figures import figures, score_board
from workbench.bench.plates.metrics import (
    at_place,
    character_accuracy,
    edit_distance,
    folded,
    overlap,
    read_at_place,
)
from workbench.bench.plates.outcomes import by_height, by_luminance, outcome, shares
from workbench.bench.plates.run import EngineRun
from workbench.bench.plates.sheet import failures, make_sheet
from workbench.bench.plates.table import tables
from workbench.bench.plates.truth import (
    Plate,
    corrected,
    read_known_errors,
    read_truth,
    sampled,
)
from workbench.domain.read import Box
from workbench.errors import InputError
from workbench.recognition.base import PlateRead, Reading

TEXT = st.text("AB018O", max_size=8)
SIDE = st.integers(1, 200)
BOX = st.builds(Box, st.integers(0, 300), st.integers(0, 300), SIDE, SIDE)
PLACE = Box(100, 100, 80, 40)
PICTURE = Path("car.jpg")


def read(text: str, confidence: float = 0.9, box: Box = PLACE, others: tuple[str, ...] = ()):
    x, y = box.x, box.y
    corners = ((x, y), (x + box.width, y), (x + box.width, y + box.height), (x, y + box.height))
    candidates = tuple(Reading(each, 0.5 / (1 + n)) for n, each in enumerate((text, *others)))
    return PlateRead(
        text=text, confidence=confidence, candidates=candidates, box=box, corners=corners,
        engine="e", version="1",
    )  # fmt: skip


def answer(*reads: PlateRead, luminance: float = 90.0) -> Answer:
    return Answer(
        reads=reads, ms=10.0, stage_ms={"decode": 1.0, "find": 5.0}, luminance=luminance,
        size=(640, 480),
    )  # fmt: skip


def plate(text: str = "7ABC123", box: Box | None = PLACE) -> Plate:
    return Plate(picture=PICTURE, text=text, box=box)


@given(TEXT, TEXT, TEXT)
def test_edit_distance_is_a_distance(one, other, third):
    assert edit_distance(one, one) == 0
    assert edit_distance(one, other) == edit_distance(other, one)
    assert edit_distance(one, third) <= edit_distance(one, other) + edit_distance(other, third)
    assert abs(len(one) - len(other)) <= edit_distance(one, other) <= max(len(one), len(other))
    assert (edit_distance(one, other) == 0) == (one == other)


@given(TEXT, st.integers(0, 8), st.sampled_from("XYZ"))
def test_one_change_is_one_edit(text, at, character):
    put_in = text[:at] + character + text[at:]
    assert edit_distance(text, put_in) == 1
    assert character_accuracy(put_in, text) == pytest.approx(max(0, 1 - 1 / max(1, len(text))))


@given(TEXT)
def test_folding_twice_changes_nothing(text):
    assert folded(folded(text)) == folded(text)
    assert len(folded(text)) == len(text)


@given(BOX, BOX)
def test_overlap_is_a_share_and_symmetric(one, other):
    assert overlap(one, other) == overlap(other, one)
    assert 0 <= overlap(one, other) <= 1
    assert overlap(one, one) == 1
    assert at_place(one, one)


@pytest.mark.parametrize(
    ("box", "there"),
    [
        (Box(100, 100, 80, 12), True),  # 0.3 of the plate
        (Box(100, 100, 80, 11), False),
        (Box(130, 110, 20, 20), True),  # around the centre
        (Box(0, 0, 640, 480), True),
        (Box(300, 300, 80, 40), False),
    ],
)
def test_a_read_is_at_a_plate_by_overlap_or_centre(box, there):
    assert at_place(box, PLACE) is there
    assert at_place(box, None)


def test_the_read_at_a_plate_is_the_most_confident_one_there():
    reads = [
        read("ELSEWHERE", 0.99, Box(400, 0, 50, 20)), read("STATE", 0.2), read("7ABC123", 0.4)
    ]  # fmt: skip
    assert read_at_place(reads, PLACE).text == "7ABC123"
    assert read_at_place(reads[:1], PLACE) is None


def test_a_sign_that_is_read_better_counts_against_the_top_only():
    found = outcome(plate(), answer(read("EXIT29", 0.99, Box(400, 0, 50, 20)), read("7ABC123")))
    assert (found.exact, found.exact_top, found.any_read) == (True, False, True)


def test_look_alikes_count_once_folded_and_candidates_up_to_the_fifth():
    wrong = [f"X{number}" for number in range(4)]
    found = outcome(plate("7ABC108"), answer(read("7A8CIOB", others=(*wrong[:3], "7ABC108"))))
    assert (found.exact, found.folded, found.top5) == (False, True, True)
    sixth = outcome(plate("7ABC108"), answer(read("7A8CIOB", others=(*wrong, "7ABC108"))))
    assert not sixth.top5


def test_a_plate_that_nothing_was_read_at_is_wrong_and_not_counted_in_calibration():
    nothing = outcome(plate(), answer())
    right = outcome(plate(), answer(read("7ABC123", 0.75)))
    told = shares([nothing, right])
    assert (told["exact"], told["found"], told["characters"]) == (0.5, 0.5, 0.5)
    assert told["calibration_error"] == 0.25
    assert shares([nothing])["calibration_error"] is None


def test_a_plate_that_nobody_can_read_counts_as_found_only():
    told = shares([outcome(plate(""), answer(read("7ABC123"))), outcome(plate(), answer())])
    assert (told["plates"], told["exact"], told["found"]) == (1, 0.0, 0.5)


@pytest.mark.parametrize(
    ("height", "group"),
    [
        (29, "under_30_px"), (30, "30_to_45_px"), (44, "30_to_45_px"),
        (45, "45_to_60_px"), (59, "45_to_60_px"), (60, "60_px_and_more"),
    ],
)  # fmt: skip
def test_plates_are_grouped_by_height(height, group):
    found = outcome(plate(box=Box(0, 0, 80, height)), answer())
    assert list(by_height([found])) == [group]


@pytest.mark.parametrize(
    ("luminance", "group"),
    [
        (59.9, "under_60_luminance"), (60.0, "60_to_110_luminance"),
        (110.0, "110_luminance_and_more"),
    ],
)  # fmt: skip
def test_pictures_are_grouped_by_darkness(luminance, group):
    assert list(by_luminance([outcome(plate(), answer(luminance=luminance))])) == [group]


def run(*answers: Answer, engine: str = "fast-alpr") -> EngineRun:
    pictures = [Path(f"{number}.jpg") for number in range(len(answers))]
    return EngineRun(
        engine=engine, version="v1", load_ms=9.0, memory_mb=300.5,
        answers=dict(zip(pictures, answers, strict=True)),
    )  # fmt: skip


def test_figures_are_flat_finite_and_json():
    plates = [replace(plate(), picture=Path(f"{number}.jpg")) for number in range(2)]
    right = [plates[0], replace(plates[1], text="7ABC128")]
    one = run(answer(read("7ABC123")), answer(read("7ABC128")))
    failed = Answer(reads=(), ms=1, stage_ms={}, luminance=None, size=None, error="broken")
    two = run(answer(), failed, engine="tesseract")
    told = figures([one, two], plates, threads=2, right_plates=right)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert (told["fast_alpr_exact"], told["tesseract_exact"]) == (0.5, 0.0)
    assert told["corrected"]["fast-alpr"]["exact"] == 1.0
    assert (told["fast_alpr_ms_p50"], told["fast_alpr_find_ms_p50"]) == (10.0, 5.0)
    assert (told["fast_alpr_unread_pictures"], told["tesseract_unread_pictures"]) == (0, 1)
    (point,) = told["reliability"]["fast-alpr"]
    assert (point["reads"], point["right"]) == (2, 0.5)
    assert len(list(tables(told, ["fast-alpr", "tesseract"]))) == 4
    board = score_board(told, [one, two], pictures="made up", measured_on=date(2026, 11, 24))
    assert board.engines["fast-alpr"].exact == 0.5
    assert board.engines["tesseract"].calibration_error is None
    assert all(math.isfinite(each.memory_mb) for each in board.engines.values())


def test_the_sheet_shows_what_was_missed_most_missed_first(tmp_path: Path):
    file = tmp_path / "car.jpg"
    car_picture().save(file)
    shown = replace(plate(), picture=file)
    wrong, right = outcome(shown, answer()), outcome(shown, answer(read("7ABC123")))
    rows = failures({"one": [right, right, wrong], "two": [right, wrong, wrong]})
    assert [sum(not each.exact for each in row.values()) for row in rows] == [2, 1]
    assert make_sheet(rows, tmp_path / "sheet.png") == 2
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size[0] > 1_000
        assert len(sheet.getcolors(1 << 20)) > 100
    assert make_sheet([], tmp_path / "empty.png") == 0


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    folder = tmp_path / "cars"
    folder.mkdir()
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        car_picture().save(folder / name)
    lines = [
        "image,x,y,width,height,plate", "a.jpg,240,300,160,80,4bc-d567", "b.jpg,1,2,30,40,B1",
        "b.jpg,5,6,30,40,B2", "c.jpg,,,,,C1",
    ]  # fmt: skip
    (tmp_path / "cars.csv").write_text("\n".join(lines))
    return tmp_path / "cars.csv"


def test_a_set_is_read_with_its_pictures_beside_it(labelled: Path):
    plates = read_truth(labelled)
    assert [each.text for each in plates] == ["4BCD567", "B1", "B2", "C1"]
    assert plates[0].box == Box(240, 300, 160, 80)
    assert plates[3].box is None
    assert all(each.picture.parent == labelled.parent / "cars" for each in plates)


def test_a_sample_keeps_all_plates_of_a_picture_and_its_seed_decides(labelled: Path):
    plates = read_truth(labelled)
    for seed in range(8):
        chosen = sampled(plates, 2, seed)
        assert len({each.picture for each in chosen}) == 2
        assert chosen == sampled(plates, 2, seed)
        assert [each for each in plates if each.picture in {c.picture for c in chosen}] == chosen
    assert sampled(plates, 9, 1) == sampled(plates, None, 1) == plates


def test_known_errors_change_what_they_name_and_nothing_else(labelled: Path, tmp_path: Path):
    errors = tmp_path / "errors.csv"
    errors.write_text("picture,was,text\na.jpg,,4BCD561\nb.jpg,B2,\n")
    plates = read_truth(labelled)
    mended = corrected(plates, read_known_errors(errors))
    assert [each.text for each in mended] == ["4BCD561", "B1", "", "C1"]
    assert [each.text for each in plates] == ["4BCD567", "B1", "B2", "C1"]


def test_known_errors_of_other_sets_are_refused(labelled: Path, tmp_path: Path):
    errors = tmp_path / "errors.csv"
    errors.write_text("picture,text\nz.jpg,A\n")
    with pytest.raises(InputError, match=r"z\.jpg"):
        corrected(read_truth(labelled), read_known_errors(errors))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("image,text\na.jpg,A\n", "image, plate"),
        ("image,plate\n", "no plate"),
        ("image,plate\nnone.jpg,A\n", "none.jpg"),
        ("image,plate,x,y,width,height\na.jpg,A,1,2,wide,4\n", "line 2"),
        ("image,plate,x,y,width,height\na.jpg,A,1,,3,4\n", "line 2"),
    ],
)
def test_a_damaged_set_says_what_is_wrong(labelled: Path, content: str, what: str):
    labelled.write_text(content)
    with pytest.raises(InputError, match=what):
        read_truth(labelled)


def test_a_set_that_is_not_there_is_an_error_of_ours(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be read"):
        read_truth(tmp_path / "none.csv")

"""Boxes, decoding of network outputs, plausibility, registry: the parts around the networks."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.pictures import FixedEngine, car_picture, encoded
from workbench.domain.read import Box
from workbench.errors import DependencyError, EngineUnknownError, InputError, RecognitionError
from workbench.policy import Policy
from workbench.recognition.base import PlateRead, Reading, TimedRecogniser
from workbench.recognition.ctc import pooled, readings
from workbench.recognition.engine import Engine
from workbench.recognition.geometry import clamped_box, cut_out, grown, sides
from workbench.recognition.installation import Installation
from workbench.recognition.options import EngineOptions
from workbench.recognition.picture_line import picture_line
from workbench.recognition.plausibility import form_plausibility, plausibility
from workbench.recognition.read_pictures import picture_files, recognise
from workbench.recognition.registry import EngineRegistry, shipped_engines
from workbench.recognition.torch_parts import load_package, load_torch, load_weights
from workbench.recognition.two_stage import TwoStageRecogniser
from workbench.resources import resource_root

NUMBER = st.floats(-500, 1_500)
CORNERS = st.tuples(*[st.tuples(NUMBER, NUMBER)] * 4)
LEVEL = ((100.0, 200.0), (200.0, 200.0), (200.0, 230.0), (100.0, 230.0))


def flat(corners):
    """Whether all corners lie on one whole column or row of pixels, which has no area."""
    return any(
        len(set(along)) == 1 and along[0].is_integer() for along in zip(*corners, strict=True)
    )


@given(CORNERS, st.integers(1, 1_000), st.integers(1, 1_000))
@example(((1.0, 0.0), (1.0, 0.0), (1.0, 0.0), (1.0, 1.0)), 2, 2)
def test_a_box_lies_within_the_picture_and_covers_all_corners_in_it(corners, width, height):
    box = clamped_box(corners, width, height)
    inside = [(x, y) for x, y in corners if 0 <= x <= width and 0 <= y <= height]
    if box is None:  # nothing of it lies inside, or it covers no whole pixel there
        assert all(x in (0, width) or y in (0, height) or flat(corners) for x, y in inside)
        return
    assert 0 <= box.x < box.x + box.width <= width
    assert 0 <= box.y < box.y + box.height <= height
    for x, y in inside:
        assert box.x <= x <= box.x + box.width
        assert box.y <= y <= box.y + box.height


@given(CORNERS, st.integers(1, 1_000), st.integers(1, 1_000))
def test_clamping_twice_changes_nothing(corners, width, height):
    box = clamped_box(corners, width, height)
    assume(box is not None)
    right, bottom = box.x + box.width, box.y + box.height
    again = ((box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom))
    assert clamped_box(again, width, height) == box


@given(st.floats(0.01, 0.4))
def test_growing_and_shrinking_a_level_place_gives_it_back(share):
    _, height = sides(LEVEL)
    larger = grown(LEVEL, share)
    back = grown(larger, -share * height / sides(larger)[1])
    assert np.allclose(back, LEVEL)


def test_a_level_cut_out_is_the_pixels_themselves():
    picture = np.random.default_rng(1).integers(0, 255, (60, 90, 3), np.uint8)
    picture.flags.writeable = False
    crop = cut_out(picture, ((20.0, 10.0), (60.0, 10.0), (60.0, 30.0), (20.0, 30.0)))
    assert np.array_equal(crop, picture[10:30, 20:60])
    assert not crop.flags.writeable


def test_a_slanted_place_is_cut_out_level():
    picture = np.zeros((200, 200, 3), np.uint8)
    turn = math.radians(30)
    across, down = (
        np.array([math.cos(turn), math.sin(turn)]),
        np.array([-math.sin(turn), math.cos(turn)]),
    )
    at = np.array([60.0, 40.0])
    for along, deep in itertools.product(np.arange(0, 80, 0.4), np.arange(0, 20, 0.4)):
        x, y = at + along * across + deep * down
        picture[round(y), round(x)] = 255
    corners = tuple(
        map(tuple, (at, at + 80 * across, at + 80 * across + 20 * down, at + 20 * down))
    )
    crop = cut_out(picture, corners)
    assert crop.shape == (20, 80, 3)
    assert crop[2:-2, 2:-2].min() > 200


def test_a_place_over_the_edge_repeats_the_edge():
    picture = np.full((50, 50, 3), 90, np.uint8)
    crop = cut_out(picture, ((-20.0, -10.0), (20.0, -10.0), (20.0, 10.0), (-20.0, 10.0)))
    assert crop.shape == (20, 40, 3)
    assert crop.min() == crop.max() == 90


@pytest.mark.parametrize(
    "corners",
    [
        ((60.0, 60.0), (80.0, 60.0), (80.0, 70.0), (60.0, 70.0)),
        ((10.0, 10.0), (10.0, 10.0), (10.0, 10.0), (10.0, 10.0)),
    ],
)
def test_a_place_without_pixels_is_an_empty_cut_out(corners):
    assert cut_out(np.zeros((50, 50, 3), np.uint8), corners).size == 0


def every_alignment(steps: np.ndarray, alphabet: str) -> dict[str, float]:
    """Return each text's probability by trying every path, as the definition says."""
    total: dict[str, float] = {}
    for path in itertools.product(range(steps.shape[1]), repeat=len(steps)):
        probability = math.prod(step[at] for step, at in zip(steps, path, strict=True))
        text = "".join(alphabet[at - 1] for at, _ in itertools.groupby(path) if at)
        total[text] = total.get(text, 0.0) + probability
    return total


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_decoding_gives_the_probabilities_of_the_definition(seed, count):
    steps = np.random.default_rng(seed).dirichlet([0.6] * 3, count) * 0.97 + 0.01
    expected = every_alignment(steps, "AB")
    found = readings(steps, "AB")
    best = max(expected, key=lambda text: expected[text])
    assert expected[found[0].text] == pytest.approx(expected[best])
    assert all(each.probability <= expected[each.text] + 1e-9 for each in found)
    assert found[0].probability == pytest.approx(expected[found[0].text], rel=0.02)
    assert list(found) == sorted(found, key=lambda each: -each.probability)


def test_pooling_adds_up_to_at_most_one():
    looks = [(Reading("A", 0.7), Reading("B", 0.3)), (Reading("B", 1.0),), ()]
    found = pooled(looks, 10)
    assert [each.text for each in found] == ["B", "A"]
    assert sum(each.probability for each in found) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("plate", "other"),
    [
        ("7ABC123", "CALIFORNIA"),
        ("6HP995", "DEALER"),
        ("7ABC123", "8005551212"),
        ("2DA044", "A1"),
        ("BDJ0529", "TOYOTA"),
    ],
)
def test_a_plate_looks_more_like_a_plate(plate, other):
    assert form_plausibility(plate) > form_plausibility(other) > 0


@pytest.mark.parametrize(
    "place",
    [
        ((100.0, 200.0), (110.0, 200.0), (110.0, 300.0), (100.0, 300.0)),  # upright
        ((100.0, 200.0), (180.0, 280.0), (158.8, 301.2), (78.8, 221.2)),  # steep
        ((10.0, 10.0), (1_000.0, 10.0), (1_000.0, 300.0), (10.0, 300.0)),  # a shop sign
        ((5.0, 5.0), (5.0, 5.0), (5.0, 5.0), (5.0, 5.0)),  # nothing
    ],
)
def test_an_unlikely_place_is_demoted_and_not_dropped(place):
    size = (1_280, 720)
    assert 0 < plausibility("7ABC123", place, size) < plausibility("7ABC123", LEVEL, size) == 1.0


class OnePlace:
    version = "finder1"

    def find(self, _picture):
        return [((100.0, 40.0), (200.0, 40.0), (200.0, 70.0), (100.0, 70.0)),
                ((0.0, 0.0), (50.0, 0.0), (50.0, 3.0), (0.0, 3.0))]  # fmt: skip


class ByWidth:
    """Reads a wide cut-out otherwise than a narrow one."""

    version = "reader1"

    def read(self, crops):
        return [
            (Reading("7ABC12B", 0.9),) if crop.shape[1] > 100
            else (Reading("7ABC128", 0.6), Reading("7ABC12B", 0.3), Reading("X" * 13, 0.1))
            for crop in crops
        ]  # fmt: skip


def test_two_stages_keep_every_candidate_of_every_cut_out():
    engine = TwoStageRecogniser("two", OnePlace(), ByWidth(), (-0.1, 0.1))
    (read,) = engine.read(np.zeros((100, 300, 3), np.uint8))
    assert read.text == "7ABC12B"
    assert [each.text for each in read.candidates] == ["7ABC12B", "7ABC128"]
    assert [each.probability for each in read.candidates] == pytest.approx([0.6, 0.3])
    assert read.confidence == pytest.approx(0.6)
    assert (read.box, read.engine) == (Box(100, 40, 100, 30), "two")
    assert read.version == "finder1+reader1+margins-0.1,0.1"


def test_two_stages_tell_their_times():
    engine = TwoStageRecogniser("two", OnePlace(), ByWidth(), (-0.1, 0.1))
    assert isinstance(engine, TimedRecogniser)
    assert not isinstance(FixedEngine(), TimedRecogniser)
    picture = np.zeros((100, 300, 3), np.uint8)
    timed = engine.read_timed(picture)
    assert timed.reads == engine.read(picture)
    assert set(timed.stage_ms) == {"find", "cut", "read"}
    assert all(ms >= 0 for ms in timed.stage_ms.values())


@pytest.mark.parametrize(
    "wrong",
    [{"confidence": 1.01}, {"confidence": math.nan}, {"text": "OTHER"}, {"candidates": ()}],
)
def test_a_read_holds_engines_to_the_promise(wrong):
    right = {
        "text": "7ABC123", "confidence": 0.5, "candidates": (Reading("7ABC123", 0.5),),
        "box": Box(0, 0, 1, 1), "corners": LEVEL, "engine": "e", "version": "1",
    }  # fmt: skip
    PlateRead(**right)
    with pytest.raises(RecognitionError):
        PlateRead(**(right | wrong))


def test_an_unknown_engine_lists_those_there_are():
    with pytest.raises(
        EngineUnknownError, match=r"allowed: easyocr, .*; next: did you mean easyocr\?"
    ):
        shipped_engines().load("easyorc")


def test_two_engines_of_one_name_are_refused():
    one = Engine("fixed", "", lambda _: FixedEngine())
    with pytest.raises(RecognitionError, match="two engines of one name"):
        EngineRegistry([one, one])


def test_the_default_is_one_of_the_engines():
    one, other = (Engine(name, "", lambda _: FixedEngine()) for name in ("one", "other"))
    assert EngineRegistry([one, other]).default == "one"
    assert EngineRegistry([one, other], default="other").default == "other"
    for engines, default in (([one], "other"), ([], None)):
        with pytest.raises(RecognitionError, match="default is none of the engines"):
            EngineRegistry(engines, default=default)


def test_the_default_reads_where_nobody_chose():
    registry = EngineRegistry([
        Engine("first", "", lambda _: FixedEngine(name="first")),
        Engine("second", "", lambda _: FixedEngine(name="second")),
    ], default="second")  # fmt: skip
    assert registry.load().name == "second"
    assert registry.load("first").name == "first"


def test_an_engine_that_lacks_a_part_is_not_counted_as_installed():
    lacking = Installation(version="1", missing=("a model",), next_step="copy it")
    registry = EngineRegistry([
        Engine("whole", "", lambda _: FixedEngine()),
        Engine("lacking", "", lambda _: FixedEngine(), lambda _: lacking),
    ])  # fmt: skip
    assert [engine.name for engine in registry.installed()] == ["whole"]


def test_an_engine_of_ones_own_is_loaded_with_its_options():
    given = []
    registry = EngineRegistry([Engine("own", "", lambda o: given.append(o) or FixedEngine())])
    registry.load("own", EngineOptions(threads=1))
    assert given == [EngineOptions(threads=1)]


@pytest.mark.parametrize(
    ("field", "value", "refused"),
    [
        ("threads", 0, True), ("threads", 1, False),
        ("longest_side_px", 255, True), ("longest_side_px", 256, False),
        ("longest_side_px", 8_192, False), ("longest_side_px", 8_193, True),
    ],
)  # fmt: skip
def test_options_are_bounded(field, value, refused):
    if refused:
        with pytest.raises(InputError):
            EngineOptions(**{field: value})
    else:
        assert getattr(EngineOptions(**{field: value}), field) == value


def test_a_missing_package_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "easyocr_that_is_not_there", None)
    with pytest.raises(DependencyError, match=r'pip install "alpr-workbench\[recognition\]"'):
        load_package("easyocr_that_is_not_there.craft")


def test_listing_engines_loads_none():
    code = (
        "import sys; from workbench.recognition.registry import shipped_engines;"
        "shipped_engines().names(); import workbench.cli.recognise;"
        "sys.exit(any(name in sys.modules for name in ('torch', 'easyocr', 'cv2', 'onnxruntime',"
        "'rapidocr', 'fast_alpr')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class _Runs:
    def __reduce__(self):
        return print, ("code ran",)


def test_a_weight_file_with_code_in_it_is_refused(tmp_path, capsys):
    file = tmp_path / "weights.pth"
    file.write_bytes(pickle.dumps({"module.a": _Runs()}, protocol=2))
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    with pytest.raises(pickle.UnpicklingError):
        load_weights(load_torch(), file, sha256)
    assert "code ran" not in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, b"", b"other weights"])
def test_other_weights_are_refused_by_their_hash(tmp_path, content):
    file = tmp_path / "weights.pth"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DependencyError, match=str(file)):
        load_weights(load_torch(), file, "0" * 64)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Return a folder's pictures: good, damaged, none, and a file that is no picture by name."""
    whole = encoded(car_picture())
    (tmp_path / "a.jpg").write_bytes(whole)
    (tmp_path / "b.JPG").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "d.png").write_bytes(b"no picture")
    (tmp_path / "c" / "e.png").write_bytes(encoded(car_picture(), "PNG"))
    (tmp_path / "notes.txt").write_text("no picture")
    return picture_files([tmp_path])


def test_folders_give_their_pictures_in_order(files, tmp_path):
    names = [str(file.relative_to(tmp_path)) for file in files]
    assert names == ["a.jpg", "b.JPG", "c/d.png", "c/e.png"]
    assert picture_files([tmp_path / "notes.txt"]) == [tmp_path / "notes.txt"]


def test_a_bad_picture_never_stops_the_batch(files, tmp_path, policy: Policy):
    missing, folder = tmp_path / "gone.jpg", tmp_path / "c"
    results = list(recognise([missing, folder, *files], FixedEngine(), policy))
    assert [found.path for found in results] == [missing, folder, *files]
    assert [found.error is None for found in results] == [False, False, True, False, False, True]
    assert all(str(found.path) in str(found.error) for found in results if found.error)
    assert results[-1].reads[0].text == "4BCD567"


@pytest.mark.parametrize("failure", [RuntimeError("out of memory"), ValueError("?"), MemoryError()])
def test_whatever_an_engine_raises_stops_that_picture_only(files, policy: Policy, failure):
    engine = FixedEngine(failure=failure)
    results = list(recognise(files, engine, policy))
    assert engine.asked == 2
    assert f"{files[0]}: The engine failed" in str(results[0].error)
    assert len(results) == len(files)


def test_results_come_one_by_one(files, policy: Policy):
    engine = FixedEngine()
    next(recognise(files, engine, policy))
    assert engine.asked == 1


def test_every_line_is_as_its_schema_says(files, policy: Policy):
    schema = resource_root() / "data_schema" / "recognition" / "picture_line.schema.json"
    validator = Draft202012Validator(json.loads(schema.read_text()))
    for found in recognise(files, FixedEngine(), policy):
        line = json.loads(json.dumps(picture_line(found)))
        validator.validate(line)
        assert ("error" in line) == (line["width"] is None)

"""Training of the finder: what it is told is true, and it learns from it."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
import torch

from tests.pictures import PLATE_BOX, car_picture
from tools.training.finder.batches import CROP_PX, stacked, training_batch
from tools.training.finder.crops import Crop, cut_crop
from tools.training.finder.export import record, write_onnx
from tools.training.finder.loss import loss_of
from tools.training.finder.made_up_plates import MARGIN_PX, draw_plates
from tools.training.finder.measure import iou
from tools.training.finder.network import OUTPUTS, STRIDE, FinderNetwork
from tools.training.finder.pasting import paste_plates
from tools.training.finder.photos import Photo, load_photos
from tools.training.finder.targets import inward, target_of
from tools.training.finder.train import Trainer, TrainingPlan, rate_at, train
from workbench.recognition.plate_answers import peaks

BOX = PLATE_BOX
CORNERS = [(BOX.x, BOX.y), (BOX.x + BOX.width, BOX.y + BOX.height)]
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def photo() -> Photo:
    """Return a photo whose plate is painted in one colour that nothing else has."""
    pixels = np.array(car_picture())
    (left, top), (right, bottom) = CORNERS
    pixels[top:bottom, left:right] = (0, 255, 0)
    return Photo(pixels, np.array([[left, top, right, bottom]], np.float32))


@pytest.fixture(scope="module")
def plates():
    return draw_plates(20, np.random.default_rng(1))


def test_the_corners_of_a_crop_lie_where_the_plate_is(photo):
    rng = np.random.default_rng(2)
    seen = 0
    for _ in range(60):
        crop = cut_crop(photo, CROP_PX, rng)
        (quad,) = crop.quads
        low, high = quad.min(axis=0), quad.max(axis=0)
        if low.min() < 0 or high.max() > CROP_PX or high[0] - low[0] < 25:
            continue
        seen += 1
        green = (
            (crop.pixels[..., 1] > 200) & (crop.pixels[..., 0] < 60) & (crop.pixels[..., 2] < 60)
        )
        rows, columns = np.nonzero(green)
        assert np.allclose([columns.min(), rows.min()], low, atol=3)
        assert np.allclose([columns.max(), rows.max()], high, atol=3)
        assert quad[1, 0] > quad[0, 0]
        assert quad[3, 1] > quad[0, 1]
    assert seen > 10


def test_a_pasted_plate_lies_within_its_corners(plates):
    rng = np.random.default_rng(3)
    empty = np.full((CROP_PX, CROP_PX, 3), 128, np.uint8)
    nothing = np.zeros((0, 4, 2), np.float32)
    pasted = 0
    for _ in range(40):
        crop = paste_plates(Crop(empty, nothing, nothing[:, 0, 0]), plates, rng)
        changed = np.argwhere((crop.pixels != 128).any(axis=2))[:, ::-1]
        if not len(crop.quads):
            assert not len(changed)
            continue
        pasted += 1
        low, high = crop.quads[0].min(axis=0), crop.quads[0].max(axis=0)
        holder = MARGIN_PX / 90 * (high - low).max() + 6
        assert np.all(changed >= low - holder)
        assert np.all(changed <= high + holder)
        assert crop.corners_known[0] == 1
    assert pasted > 5


def crop_of(quad) -> Crop:
    """Return a black crop with a plate whose corners are known."""
    black = np.zeros((CROP_PX, CROP_PX, 3), np.uint8)
    return Crop(black, np.array([quad], np.float32), np.ones(1, np.float32))


SLANTED = [(100, 80), (160, 90), (160, 120), (100, 110)]


def test_targets_say_what_decoding_reads():
    target = target_of(crop_of(SLANTED))
    heat = np.clip(target.heat, 1e-6, 1 - 1e-6)
    answers = np.concatenate(
        [np.log(heat / (1 - heat))[None], np.log(target.sides), target.corners]
    )
    (place,) = peaks(answers.astype(np.float32), 0.9).places()
    assert np.allclose(place.corners, SLANTED, atol=0.1)


def test_a_level_box_has_corners_of_nothing():
    assert np.allclose(inward(np.array([(1, 2), (9, 2), (9, 5), (1, 5)], np.float32)), 0)


@pytest.mark.parametrize(("width", "asked"), [(8.9, False), (9.1, True)])
def test_plates_too_small_to_see_are_neither_asked_for_nor_forbidden(width, asked):
    target = target_of(crop_of([(64, 64), (64 + width, 64), (64 + width, 68), (64, 68)]))
    assert (target.heat.max() == 1) == asked
    assert (target.counts.min() == 0) != asked


def test_the_right_answer_costs_nothing_and_any_other_something():
    batch = stacked([crop_of(SLANTED), crop_of(np.array(SLANTED) - 60)], CPU)
    heat = torch.where(batch.heat >= 1, 20.0, -20.0)[:, None]
    right = torch.cat([heat, batch.sides.log(), batch.corners], dim=1)
    assert float(loss_of(right, batch).total) < 1e-3
    for channel in range(OUTPUTS):
        wrong = right.clone()
        wrong[:, channel] += 1.5 if channel else -30.0
        assert float(loss_of(wrong, batch).total) > float(loss_of(right, batch).total)


def test_the_network_answers_for_every_eighth_pixel():
    with torch.inference_mode():
        answers = FinderNetwork().eval()(torch.zeros(1, 3, 96, 160))
    assert answers.shape == (1, OUTPUTS, 96 // STRIDE, 160 // STRIDE)


@pytest.mark.parametrize(("done", "steps"), [(0.0, 0), (0.0, 10_000), (0.5, 10_000), (1.1, 10_000)])
def test_the_rate_stays_within_its_bounds(done, steps):
    assert 0 < rate_at(done, steps) <= 2.5e-3
    assert rate_at(1.0, 10_000) < rate_at(0.5, 10_000) < rate_at(0.0, 10_000)


def test_training_of_seconds_lowers_the_loss(photo, plates):
    rng = np.random.default_rng(5)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        trainer = Trainer(seed=1, device=CPU)
        batch = training_batch([photo], plates, rng, CPU, count=4)
        before = trainer.step(batch, 0.0)["total"]
        for _ in range(25):
            after = trainer.step(batch, 0.0)["total"]
    finally:
        torch.set_num_threads(threads)
    assert after < 0.6 * before


@pytest.fixture
def labelled(tmp_path):
    """Return a folder like that of the real photos, with made-up cars."""
    (tmp_path / "photos").mkdir()
    lines = ["image,x,y,width,height"]
    for number in range(14):
        car_picture(f"7ABC{number:03}").save(tmp_path / "photos" / f"{number:02}.jpg")
        lines.append(f"{number:02}.jpg,{BOX.x},{BOX.y},{BOX.width},{BOX.height}")
    (tmp_path / "photos.csv").write_text("\n".join(lines))
    return tmp_path


def test_one_photo_in_twelve_is_held_back(labelled):
    train_on, held_back = load_photos(labelled)
    assert (len(train_on), len(held_back)) == (12, 2)
    assert train_on[0].boxes.tolist() == [[240, 300, 400, 380]]


@pytest.mark.slow
def test_training_from_photos_goes_on_where_it_stopped(labelled, tmp_path):
    plan = {"data": labelled, "out": tmp_path / "out", "seed": 1, "plates": 20}
    file = train(TrainingPlan(**plan, minutes=0.3))
    first = torch.load(file, weights_only=True)["steps"]
    file = train(TrainingPlan(**plan, minutes=0.1, resume=True))
    assert torch.load(file, weights_only=True)["steps"] > first > 0


def test_the_written_network_answers_as_the_trained_one(tmp_path):
    onnxruntime = import_module("onnxruntime")
    import_module("onnx")
    torch.manual_seed(1)
    network = FinderNetwork().eval()
    file = tmp_path / "network.onnx"
    write_onnx(network, file)
    picture = np.random.default_rng(1).integers(0, 255, (1, 64, 128, 3), np.uint8)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    written = session.run(None, {"picture": picture})[0]
    with torch.inference_mode():
        trained = network(torch.from_numpy(picture).permute(0, 3, 1, 2).float()).numpy()
    assert np.allclose(written, trained, atol=1e-3)


def test_an_entry_leaves_those_of_other_networks_alone(tmp_path):
    file = tmp_path / "weights.json"
    record(file, "plates", {"sha256": "1"})
    record(file, "plate_finder", {"sha256": "2"})
    record(file, "plate_finder", {"sha256": "3"})
    assert file.read_text().index("plate_finder") < file.read_text().index('"plates"')
    assert '"1"' in file.read_text()
    assert '"2"' not in file.read_text()


def test_overlap_is_of_boxes_not_of_their_sizes():
    one, apart = np.array([0, 0, 4, 2.0]), np.array([4, 0, 8, 2.0])
    assert (iou(one, one), iou(one, apart)) == (1.0, 0.0)

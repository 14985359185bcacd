"""Films of labelled scenes: the plate stays in view, and its passage is told beside its frames."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from workbench.bench import videos
from workbench.bench.plates.truth import Plate
from workbench.demo.pictures import render_scene
from workbench.recognition.options import EngineOptions
from workbench.recognition.registry import shipped_engines
from workbench.recognition.video import VideoLimits

TEXTS = ("4BCD567", "8KLM943")
SIZE = (1280, 720)
MARK = (0, 255, 0)


@pytest.fixture(scope="module")
def scenes(tmp_path_factory) -> list[Plate]:
    folder = tmp_path_factory.mktemp("scenes")
    plates = []
    for number, text in enumerate(TEXTS):
        scene = render_scene(text, number, size=SIZE)
        file = folder / f"{text}.jpg"
        file.write_bytes(scene.jpeg)
        plates.append(Plate(picture=file, text=text, box=scene.box))
    return plates


def test_the_plate_is_in_every_frame(scenes):
    box = scenes[0].box
    scene = np.full((SIZE[1], SIZE[0], 3), 114, np.uint8)
    middle = round(box.x + box.width / 2), round(box.y + box.height / 2)
    cv2.circle(scene, middle, 6, MARK, -1)
    frames = list(videos.moving(scene, scenes[0], np.random.default_rng(1)))
    assert len(frames) == videos.LOOKS
    for frame in frames:
        assert (frame[..., 1].astype(int) - frame[..., 0]).max() > 60, "the mark is out of view"
    assert not np.array_equal(frames[0], frames[-1])


def test_passages_are_told_by_scene_beside_single_frames(scenes, tmp_path):
    engine = shipped_engines().load("plates", EngineOptions(threads=1))
    said: list[str] = []
    limits = VideoLimits(megapixels=20, hours=1)
    told = videos.run(scenes, tmp_path, engine, limits, seed=1, report=said.append)
    assert told["scenes"] == len(TEXTS)
    assert (told["passages_exact"], told["passages_none"], told["passages_twice"]) == (1, 0, 0)
    assert 0.5 < told["single_frames_exact"] <= 1
    assert len(said) == 2


def test_a_passage_of_another_text_is_not_right(scenes, tmp_path):
    engine = shipped_engines().load("plates", EngineOptions(threads=1))
    wrong = [Plate(picture=scenes[0].picture, text="0000000", box=scenes[0].box)]
    limits = VideoLimits(megapixels=20, hours=1)
    told = videos.run(wrong, tmp_path, engine, limits, seed=1, report=lambda _: None)
    assert (told["passages_exact"], told["passages_none"]) == (0, 0)
    assert told["single_frames_exact"] == 0

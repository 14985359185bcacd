"""The adapter of fast-alpr with the real packages, on models that the test makes itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from tests.onnx_models import finder_model, reader_config, reader_model
from workbench.cli import main
from workbench.domain.read import Box
from workbench.errors import DependencyError
from workbench.recognition.base import Reading
from workbench.recognition.fast_alpr_engine import make_fast_alpr
from workbench.recognition.fast_alpr_models import (
    CONFIG_FILE,
    FILES,
    FINDER_FILE,
    FINDER_MODEL,
    READER_FILE,
    READER_MODEL,
)
from workbench.recognition.options import EngineOptions
from workbench.recognition.registry import shipped_engines

PICTURE = np.zeros((416, 832, 3), np.uint8)  # scaled by a half, 104 rows of frame above and below
PICTURE.flags.writeable = False
SLOTS = [{"7": 1.0}, {"A": 0.75, "4": 0.25}, {"B": 1.0}, {"_": 1.0}]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models" / "fast-alpr"
    folder.mkdir(parents=True)
    finder_model(
        folder / FINDER_FILE,
        [(100, 154, 150, 174, 0.9), (10, 110, 60, 130, 0.39), (-20, 150, 30, 170, 0.5)],
    )
    reader_model(folder / READER_FILE, SLOTS, [0.875, 0.125])
    reader_config(folder / CONFIG_FILE)
    return folder.parent


def test_plates_come_with_place_candidates_and_region(models: Path):
    engine = make_fast_alpr(EngineOptions(threads=1, models=models))
    timed = engine.read_timed(PICTURE)
    assert timed.reads == engine.read(PICTURE)
    assert [read.box for read in timed.reads] == [Box(200, 100, 100, 40), Box(0, 92, 60, 40)]
    for read in timed.reads:
        assert read.candidates == (Reading("7AB", 0.75), Reading("74B", 0.25))
        assert (read.text, read.confidence, read.region) == ("7AB", 0.75, "California")
        assert (read.engine, read.version) == ("fast-alpr", engine.version)
    assert set(timed.stage_ms) == {"find", "cut", "read"}


def test_a_region_in_doubt_is_not_said(models: Path):
    reader_model(models / "fast-alpr" / READER_FILE, SLOTS, [0.45, 0.4])
    (first, _) = make_fast_alpr(EngineOptions(models=models)).read(PICTURE)
    assert first.region is None


def test_other_models_are_another_version(models: Path):
    before = make_fast_alpr(EngineOptions(models=models)).version
    reader_model(models / "fast-alpr" / READER_FILE, SLOTS[:1], [0.5, 0.5])
    assert make_fast_alpr(EngineOptions(models=models)).version != before


@pytest.mark.parametrize("lost", FILES)
def test_a_missing_model_is_named_and_nothing_is_fetched(models: Path, lost: str):
    (models / "fast-alpr" / lost).unlink()
    with pytest.raises(DependencyError, match=lost) as caught:
        shipped_engines().load("fast-alpr", EngineOptions(models=models))
    assert "workbench recognise fetch fast-alpr" in str(caught.value)
    assert str(models / "fast-alpr") in str(caught.value)


def test_without_a_folder_of_models_the_setting_is_named():
    with pytest.raises(DependencyError, match="WORKBENCH_RECOGNITION_MODELS"):
        shipped_engines().load("fast-alpr")


@pytest.fixture
def hub(models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the models on this machine and point fast-alpr's packages there."""
    handler = partial(_Quiet, directory=str(models / "fast-alpr"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    finders = import_module("open_image_models.detection.core.hub")
    readers = import_module("fast_plate_ocr.inference.hub")
    spec = finders.DetectionModelSpec(
        url=f"{address}/{FINDER_FILE}", backend="yolo_v9", class_labels=("x",),
        default_conf_thresh=0.25,
    )  # fmt: skip
    monkeypatch.setitem(finders.DETECTION_MODELS, FINDER_MODEL, spec)
    urls = f"{address}/{READER_FILE}", f"{address}/{CONFIG_FILE}"
    monkeypatch.setitem(readers.AVAILABLE_ONNX_MODELS, READER_MODEL, urls)
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_models_are_fetched_when_a_person_says_so(
    hub: str, models: Path, tmp_path: Path, monkeypatch, capsys
):
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("WORKBENCH_RECOGNITION_MODELS", str(elsewhere))
    with pytest.raises(SystemExit) as ended:
        main(["recognise", "fetch", "fast-alpr", "--json"])
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])["files"]
    assert sorted(told) == sorted(str(elsewhere / "fast-alpr" / name) for name in FILES)
    there, here = (make_fast_alpr(EngineOptions(models=m)) for m in (elsewhere, models))
    assert there.version == here.version


def test_a_hub_that_does_not_answer_says_what_to_do(hub: str, tmp_path: Path, monkeypatch, capsys):
    readers = import_module("fast_plate_ocr.inference.hub")
    gone = f"{hub}/gone.onnx", f"{hub}/gone.yaml"
    monkeypatch.setitem(readers.AVAILABLE_ONNX_MODELS, READER_MODEL, gone)
    monkeypatch.setenv("WORKBENCH_RECOGNITION_MODELS", str(tmp_path / "elsewhere"))
    with pytest.raises(SystemExit) as ended:
        main(["recognise", "fetch", "fast-alpr"])
    assert ended.value.code == 2
    assert "copy the files from a machine that may use the network" in capsys.readouterr().err


def test_engines_that_bring_their_models_have_nothing_to_fetch(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["recognise", "fetch", "rapidocr"])
    assert ended.value.code == 2
    assert "allowed: fast-alpr" in capsys.readouterr().err

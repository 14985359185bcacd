"""RapidOCR put together as finder and reader, with the PP-OCR models of its own wheel."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

from workbench.recognition.engine import Engine
from workbench.recognition.installation import Installation, installed_packages
from workbench.recognition.onnx_parts import check_model, load_session
from workbench.recognition.options import EngineOptions
from workbench.recognition.rapidocr_finder import (
    FINDER_FILE,
    FINDER_SHA256,
    LONGEST_SIDE_PX,
    RapidOcrFinder,
)
from workbench.recognition.rapidocr_reader import READER_FILE, READER_SHA256, RapidOcrReader
from workbench.recognition.torch_parts import load_package
from workbench.recognition.two_stage import TwoStageRecogniser

NAME = "rapidocr"
SUMMARY = "RapidOCR 3.10 (PP-OCR), trained for any printed text; slow on a whole picture"
INSTALL = 'pip install "alpr-workbench[rapidocr]"'

_MARGINS = (0.0,)


def make_rapidocr(options: EngineOptions) -> TwoStageRecogniser:
    """Load RapidOCR; takes a second.

    Raises
    ------
    DependencyError
        If the extra ``rapidocr`` is not installed, or a model is not the one expected.
    """
    package = load_package("rapidocr", install=INSTALL)
    folder = Path(package.__file__).parent / "models"
    longest_side_px = options.longest_side_px or LONGEST_SIDE_PX
    check_model(folder / FINDER_FILE, FINDER_SHA256, install=INSTALL)
    finder = package.RapidOCR(params=_params(folder, longest_side_px, options.threads))
    reader = load_session(
        folder / READER_FILE, READER_SHA256, threads=options.threads, install=INSTALL
    )
    return TwoStageRecogniser(
        name=NAME,
        finder=RapidOcrFinder(finder, version(NAME), longest_side_px),
        reader=RapidOcrReader(reader),
        margins=_MARGINS,
    )


def look_for_rapidocr(_: EngineOptions) -> Installation:
    """Return whether its packages are installed."""
    return installed_packages(NAME, ["rapidocr", "onnxruntime", "cv2"], install=INSTALL)


def _params(folder: Path, longest_side_px: int, threads: int | None) -> dict[str, Any]:
    return {
        "Global.log_level": "error",
        "Global.max_side_len": longest_side_px,
        "Det.model_path": str(folder / FINDER_FILE),  # named, so that nothing is ever fetched
        "EngineConfig.onnxruntime.intra_op_num_threads": threads or -1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }


ENGINE = Engine(NAME, SUMMARY, make_rapidocr, look_for_rapidocr)

"""The shipped engine: EasyOCR 1.7.2 put together as finder and reader."""

from __future__ import annotations

from workbench.recognition.easyocr_finder import LONGEST_SIDE_PX, EasyOcrFinder
from workbench.recognition.easyocr_networks import load_networks
from workbench.recognition.easyocr_reader import EasyOcrReader
from workbench.recognition.engine import Engine
from workbench.recognition.installation import Installation, installed_packages
from workbench.recognition.options import EngineOptions
from workbench.recognition.torch_parts import INSTALL
from workbench.recognition.two_stage import TwoStageRecogniser

NAME = "easyocr"
SUMMARY = "EasyOCR 1.7.2 as trained for any English text; finds well, reads plates poorly"

_MARGINS = (-0.12, -0.06, 0.0, 0.06)


def make_easyocr(options: EngineOptions) -> TwoStageRecogniser:
    """Load EasyOCR; takes seconds and about 1 GB of memory.

    Raises
    ------
    DependencyError
        If the extra ``recognition`` is not installed, or a weight file is not the one expected.
    """
    networks = load_networks(threads=options.threads)
    return TwoStageRecogniser(
        name=NAME,
        finder=EasyOcrFinder(networks, options.longest_side_px or LONGEST_SIDE_PX),
        reader=EasyOcrReader(networks),
        margins=_MARGINS,
    )


def look_for_easyocr(_: EngineOptions) -> Installation:
    """Return whether its packages are installed."""
    modules = ["easyocr", "easyocr_en_models", "torch", "torchvision"]
    return installed_packages(NAME, modules, install=INSTALL)


ENGINE = Engine(NAME, SUMMARY, make_easyocr, look_for_easyocr)

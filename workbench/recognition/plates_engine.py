"""The default engine: own plate finder, EasyOCR with a network for plates, own state reader."""

from __future__ import annotations

from dataclasses import replace

from workbench.recognition.calibration import read_calibration
from workbench.recognition.engine import Engine
from workbench.recognition.installation import Installation, installed_packages
from workbench.recognition.options import EngineOptions
from workbench.recognition.plate_finder import load_plate_finder
from workbench.recognition.plate_reader import load_plate_reader
from workbench.recognition.plate_recogniser import PlateRecogniser
from workbench.recognition.shipped_networks import NETWORKS
from workbench.recognition.state_reader import load_state_reader
from workbench.recognition.torch_parts import INSTALL

NAME = "plates"
SUMMARY = "own plate finder, and EasyOCR with a network trained on plates; the weights ship"
CALIBRATION = "calibration.json"


def make_plates(options: EngineOptions) -> PlateRecogniser:
    """Load the engine; takes a second or two.

    Raises
    ------
    DependencyError
        If the extra ``recognition`` is not installed, or a weight file is not the one expected.
    ConfigurationError
        If the calibration cannot be read.
    """
    plain = PlateRecogniser(
        name=NAME,
        finder=load_plate_finder(options),
        # Its layers are so small that a second thread costs more than it does.
        reader=load_plate_reader(threads=1),
        states=load_state_reader(),
    )
    file = NETWORKS / CALIBRATION
    if not file.exists():  # while it is fitted anew
        return plain
    calibration = read_calibration(file)
    # That of another version would say wrong probabilities.
    return replace(plain, calibration=calibration) if plain.fits(calibration) else plain


def look_for_plates(_: EngineOptions) -> Installation:
    """Return whether its packages are installed."""
    modules = ["easyocr", "onnxruntime", "torch", "torchvision"]
    return installed_packages("alpr-workbench", modules, install=INSTALL)


ENGINE = Engine(NAME, SUMMARY, make_plates, look_for_plates)

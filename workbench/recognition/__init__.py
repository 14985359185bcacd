"""Pictures into plate reads: engines behind one small interface; nothing is stored here."""

from workbench.recognition.base import (
    Corners,
    CropReader,
    Pixels,
    PlaceFinder,
    PlateRead,
    Reading,
    Recogniser,
    TimedReads,
    TimedRecogniser,
)
from workbench.recognition.engine import Engine
from workbench.recognition.options import EngineOptions
from workbench.recognition.pictures import DecodedPicture, PictureLimits, decode_picture
from workbench.recognition.read_pictures import PictureReads, picture_files, recognise
from workbench.recognition.registry import EngineRegistry, shipped_engines
from workbench.recognition.two_stage import TwoStageRecogniser

__all__ = [
    "Corners",
    "CropReader",
    "DecodedPicture",
    "Engine",
    "EngineOptions",
    "EngineRegistry",
    "PictureLimits",
    "PictureReads",
    "Pixels",
    "PlaceFinder",
    "PlateRead",
    "Reading",
    "Recogniser",
    "TimedReads",
    "TimedRecogniser",
    "TwoStageRecogniser",
    "decode_picture",
    "picture_files",
    "recognise",
    "shipped_engines",
]

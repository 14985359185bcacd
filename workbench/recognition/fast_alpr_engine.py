"""fast-alpr: a plate finder and a plate reader whose models a department fetches itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.domain.read import Box
from workbench.recognition.base import Corners, Pixels, PlateRead, TimedReads
from workbench.recognition.engine import Engine
from workbench.recognition.fast_alpr_models import (
    CONFIG_FILE,
    FETCH,
    FINDER_FILE,
    INSTALL,
    READER_FILE,
    FastAlprFiles,
)
from workbench.recognition.installation import Installation, installed_packages
from workbench.recognition.onnx_parts import CPU, session_options
from workbench.recognition.options import EngineOptions
from workbench.recognition.slots import slot_readings
from workbench.recognition.torch_parts import load_package

NAME = "fast-alpr"
SUMMARY = "fast-alpr 0.4 (YOLOv9 and CCT), trained for plates; its models are fetched separately"

_FOUND_FROM = 0.4
"""Least score of a place, fast-alpr's own default."""

_REGION_FROM = 0.5
_MODULES = ("fast_alpr", "fast_plate_ocr", "open_image_models", "onnxruntime", "cv2")
_REVISION = 1
"""Raise it when the code here reads differently."""


@dataclass(frozen=True, slots=True)
class FastAlprEngine:
    """Finds plates and reads each once.

    Attributes
    ----------
    finder
        A detector of `open_image_models`.
    reader
        A `fast_plate_ocr.LicensePlateRecognizer`.
    cutting
        The module ``fast_plate_ocr.core.process``, which scales cut-outs as the reader wants them.
    """

    finder: Any = field(repr=False)
    reader: Any = field(repr=False)
    cutting: Any = field(repr=False)
    version: str
    name: str = NAME

    def read(self, picture: Pixels) -> list[PlateRead]:
        """Return what was read, the most confident first."""
        return self.read_timed(picture).reads

    def read_timed(self, picture: Pixels) -> TimedReads:
        """Return what was read, and how long finding, cutting out and reading took."""
        began = perf_counter()
        found = self.finder.predict(np.ascontiguousarray(picture[:, :, ::-1]))
        found_at = perf_counter()
        boxes = [box for each in found if (box := _within(each.bounding_box, picture))]
        crops = [self._crop(picture, box) for box in boxes]
        cut_at = perf_counter()
        reads = [self._plate(box, crop) for box, crop in zip(boxes, crops, strict=True)]
        spent = {
            "find": found_at - began,
            "cut": cut_at - found_at,
            "read": perf_counter() - cut_at,
        }
        return TimedReads(
            sorted((read for read in reads if read), key=lambda read: -read.confidence),
            {stage: seconds * 1_000 for stage, seconds in spent.items()},
        )

    def _crop(self, picture: Pixels, box: Box) -> NDArray[np.uint8]:
        config = self.reader.config
        cut = np.ascontiguousarray(picture[box.y : box.y + box.height, box.x : box.x + box.width])
        if config.image_color_mode == "grayscale":
            cut = np.rint(cut @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
        scaled: NDArray[np.uint8] = self.cutting.resize_image(
            cut,
            config.img_height,
            config.img_width,
            image_color_mode=config.image_color_mode,
            keep_aspect_ratio=config.keep_aspect_ratio,
            interpolation_method=config.interpolation,
            padding_color=config.padding_color,
        )
        return scaled

    def _plate(self, box: Box, crop: NDArray[np.uint8]) -> PlateRead | None:
        given = self._answers(crop)
        config = self.reader.config
        slots = given[self.reader.plate_output_name].astype(np.float64)
        slots = slots.reshape(config.max_plate_slots, len(config.alphabet))
        slots /= slots.sum(axis=1, keepdims=True)
        readings = slot_readings(slots, config.alphabet, config.pad_char)
        candidates = tuple(each for each in readings if 1 <= len(each.text) <= MAX_PLATE_CHARACTERS)
        if not candidates:
            return None
        return PlateRead(
            text=candidates[0].text,
            confidence=candidates[0].probability,
            candidates=candidates,
            box=box,
            corners=_corners(box),
            engine=self.name,
            version=self.version,
            region=self._region(given),
        )

    def _answers(self, crop: NDArray[np.uint8]) -> Mapping[str, NDArray[np.float32]]:
        names = [self.reader.plate_output_name]
        if self.reader.has_region_head:
            names.append(self.reader.region_output_name)
        answers = self.reader.model.run(names, {"input": self.cutting.preprocess_image(crop)})
        return dict(zip(names, answers, strict=True))

    def _region(self, given: Mapping[str, NDArray[np.float32]]) -> str | None:
        if not self.reader.has_region_head:
            return None
        shares = given[self.reader.region_output_name].reshape(-1)
        best = int(shares.argmax())
        return self.reader.config.plate_regions[best] if shares[best] >= _REGION_FROM else None


def make_fast_alpr(options: EngineOptions) -> FastAlprEngine:
    """Load fast-alpr's finder and reader; takes a second.

    Raises
    ------
    DependencyError
        If the extra ``fast-alpr`` is not installed, or its models are not there.
    """
    detection = load_package("open_image_models", install=INSTALL)
    recognition = load_package("fast_plate_ocr", install=INSTALL)
    files = FastAlprFiles.under(options.models)
    folder = files.checked()
    how = {
        "providers": list(CPU),
        "sess_options": session_options(threads=options.threads, install=INSTALL),
    }
    return FastAlprEngine(
        finder=detection.create_detector(
            folder / FINDER_FILE,
            backend="yolo_v9",
            class_labels=("License Plate",),
            conf_thresh=_FOUND_FROM,
            **how,
        ),
        reader=recognition.LicensePlateRecognizer(
            onnx_model_path=folder / READER_FILE, plate_config_path=folder / CONFIG_FILE, **how
        ),
        cutting=load_package("fast_plate_ocr.core.process", install=INSTALL),
        version=f"fast-alpr{version(NAME)}-{files.digest()}.{_REVISION}",
    )


def look_for_fast_alpr(options: EngineOptions) -> Installation:
    """Return whether its packages are installed and its models are where they belong."""
    packages = installed_packages(NAME, _MODULES, install=INSTALL)
    if not packages.complete:
        return packages
    missing = FastAlprFiles.under(options.models).missing()
    return Installation(
        version=packages.version,
        missing=tuple(f"the model {each}" for each in missing),
        next_step=FETCH if missing else None,
    )


def _within(box: Any, picture: Pixels) -> Box | None:
    height, width = picture.shape[:2]
    left, top = max(box.x1, 0), max(box.y1, 0)
    right, bottom = min(box.x2, width), min(box.y2, height)
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _corners(box: Box) -> Corners:
    left, top = float(box.x), float(box.y)
    right, bottom = left + box.width, top + box.height
    return (left, top), (right, top), (right, bottom), (left, bottom)


ENGINE = Engine(NAME, SUMMARY, make_fast_alpr, look_for_fast_alpr)

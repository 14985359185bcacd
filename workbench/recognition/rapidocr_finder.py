"""Finds lines of text with PP-OCR's detection network, as RapidOCR runs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from workbench.recognition.base import Corners, Pixels

FINDER_FILE = "PP-OCRv6_det_small.onnx"
FINDER_SHA256 = "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"
LONGEST_SIDE_PX = 2_000
"""Pictures are scaled down to it for finding; RapidOCR's own default."""

_MIN_SIDE_PX = 8


@dataclass(frozen=True, slots=True)
class RapidOcrFinder:
    """Finds lines of text, level or slanted.

    Attributes
    ----------
    package
        A `rapidocr.RapidOCR` that only finds.
    package_version
        Of the distribution ``rapidocr``.
    """

    package: Any = field(repr=False)
    package_version: str
    longest_side_px: int = LONGEST_SIDE_PX

    @property
    def version(self) -> str:
        """Names package, model and size."""
        return f"rapidocr{self.package_version}-det-{FINDER_SHA256[:8]}@{self.longest_side_px}"

    def find(self, picture: Pixels) -> list[Corners]:
        """Return the corners of each line of text."""
        if min(picture.shape[:2]) < _MIN_SIDE_PX:
            return []  # a line of pixels; nothing can be written in it
        blue_first = np.ascontiguousarray(picture[:, :, ::-1])
        found = self.package(blue_first, use_det=True, use_cls=False, use_rec=False).boxes
        lines: list[Corners] = []
        for box in () if found is None else found:
            first, second, third, fourth = ((float(x), float(y)) for x, y in box)
            lines.append((first, second, third, fourth))
        return lines

"""Finds lines of text with EasyOCR's CRAFT network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.recognition.base import Corners, Pixels
from workbench.recognition.easyocr_networks import FINDER_SHA256, EasyOcrNetworks
from workbench.recognition.torch_parts import load_package

LONGEST_SIDE_PX = 1_024
"""Pictures are scaled down to it for finding, never for reading; see decision 0010."""

_MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32) * 255
_GRID_PX = 32
_MIN_SIDE_PX = 8
_TEXT, _LINK, _LOW_TEXT = 0.7, 0.4, 0.4
_GROUPING = {
    "slope_ths": 0.1,
    "ycenter_ths": 0.5,
    "height_ths": 0.5,
    "width_ths": 0.5,
    "add_margin": 0.1,
    "sort_output": True,
}


@dataclass(frozen=True, slots=True)
class EasyOcrFinder:
    """Finds lines of text, level or slanted.

    Attributes
    ----------
    longest_side_px
        Larger pictures are scaled down to it. More finds smaller plates and takes longer, in
        proportion to the area.
    """

    networks: EasyOcrNetworks = field(repr=False)
    longest_side_px: int = LONGEST_SIDE_PX

    @property
    def version(self) -> str:
        """Names package, weights and size."""
        return f"easyocr{self.networks.version}-craft-{FINDER_SHA256[:8]}@{self.longest_side_px}"

    def find(self, picture: Pixels) -> list[Corners]:
        """Return the corners of each line of text."""
        scaled = _scaled(picture, self.longest_side_px)
        if min(scaled.shape[:2]) < _MIN_SIDE_PX:
            return []  # a line of pixels; nothing can be written in it
        text, link = self._heat(scaled)
        boxes, _, _ = load_package("easyocr.craft_utils").getDetBoxes(
            text, link, _TEXT, _LINK, _LOW_TEXT
        )
        # The network answers at half the size.
        back = np.array(
            [2 * picture.shape[1] / scaled.shape[1], 2 * picture.shape[0] / scaled.shape[0]]
        )
        return _lines([np.asarray(box) * back for box in boxes])

    def _heat(self, scaled: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return for each place how much it is text, and how much it links two characters."""
        torch = self.networks.torch
        height, width = (-(-side // _GRID_PX) * _GRID_PX for side in scaled.shape[:2])
        canvas = np.zeros((height, width, 3), np.float32)
        canvas[: scaled.shape[0], : scaled.shape[1]] = scaled
        planes = np.ascontiguousarray(((canvas - _MEAN) / _DEVIATION).transpose(2, 0, 1)[None])
        with torch.inference_mode():
            given = torch.from_numpy(planes).to(
                device=self.networks.device, memory_format=torch.channels_last
            )
            heat = self.networks.finder(given)[0][0].float().cpu().numpy()
        return heat[:, :, 0], heat[:, :, 1]


def _scaled(picture: Pixels, longest_side_px: int) -> Pixels:
    height, width = picture.shape[:2]
    share = longest_side_px / max(height, width)
    if share >= 1:
        return picture
    size = max(1, round(width * share)), max(1, round(height * share))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR))


def _lines(boxes: list[NDArray[Any]]) -> list[Corners]:
    """Join the boxes of words into lines, as EasyOCR does."""
    if not boxes:
        return []
    flat = [box.astype(np.int32).reshape(-1) for box in boxes]
    level, slanted = load_package("easyocr.utils").group_text_box(flat, **_GROUPING)
    lines: list[Corners] = [
        (
            (float(left), float(top)),
            (float(right), float(top)),
            (float(right), float(bottom)),
            (float(left), float(bottom)),
        )
        for left, right, top, bottom in (line[:4] for line in level)
    ]
    for quad in slanted:
        first, second, third, fourth = ((float(x), float(y)) for x, y in quad)
        lines.append((first, second, third, fourth))
    return lines

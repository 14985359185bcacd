"""Reads cut-outs with EasyOCR's English network, letters and digits only."""

from __future__ import annotations

import string
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.recognition.base import Pixels, Reading
from workbench.recognition.ctc import readings
from workbench.recognition.easyocr_networks import READER_SHA256, EasyOcrNetworks

ALLOWED = string.digits + string.ascii_uppercase
"""What a plate can say; the probability of everything else is shared among these."""

_HEIGHT_PX = 64
_MAX_WIDTH_PX = 16 * _HEIGHT_PX
_DARKEST, _BRIGHTEST = 2, 98
"""Percentiles that become black and white: half of all plates are dim or washed out."""

_REVISION = 1
"""Raise it when the code here reads differently."""


@dataclass(frozen=True, slots=True)
class EasyOcrReader:
    """Reads one line of text per cut-out."""

    networks: EasyOcrNetworks = field(repr=False)

    @property
    def version(self) -> str:
        """Names package, weights and revision."""
        return f"g2-{READER_SHA256[:8]}.{_REVISION}"

    def read(self, crops: Sequence[Pixels]) -> list[tuple[Reading, ...]]:
        """Return the readings of each cut-out, the most probable first.

        Cut-outs of the same width go through the network together. None changes what another
        gives.
        """
        by_width: dict[int, list[tuple[int, NDArray[np.float32]]]] = defaultdict(list)
        for number, crop in enumerate(crops):
            line = _line(crop)
            if line is not None:
                by_width[line.shape[1]].append((number, line))
        found: list[tuple[Reading, ...]] = [()] * len(crops)
        for group in by_width.values():
            steps = self._steps(np.stack([line for _, line in group]))
            for (number, _), own in zip(group, steps, strict=True):
                found[number] = tuple(each for each in readings(own, ALLOWED) if each.text)
        return found

    def _steps(self, lines: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return lines x steps x (blank + allowed characters), each step adding up to 1."""
        torch = self.networks.torch
        columns = [0] + [1 + self.networks.characters.index(character) for character in ALLOWED]
        with torch.inference_mode():
            given = torch.from_numpy(lines[:, None]).to(self.networks.device)
            shares = self.networks.reader(given, None).softmax(-1)[..., columns].double()
            steps: NDArray[np.float64] = (shares / shares.sum(-1, keepdim=True)).cpu().numpy()
        return steps


def _line(crop: Pixels) -> NDArray[np.float32] | None:
    """Return a cut-out as the network wants it: grey from -1 to 1, its last column repeated."""
    if min(crop.shape[:2]) < 1:
        return None
    width = min(_MAX_WIDTH_PX, max(1, round(_HEIGHT_PX * crop.shape[1] / crop.shape[0])))
    grey = Image.fromarray(crop).convert("L")
    scaled = np.asarray(grey.resize((width, _HEIGHT_PX), Image.Resampling.BICUBIC))
    dark, bright = np.percentile(scaled, [_DARKEST, _BRIGHTEST])
    spread = np.clip((scaled.astype(np.float32) - dark) / max(10.0, bright - dark), 0, 1)
    to_grid = -(-width // _HEIGHT_PX) * _HEIGHT_PX - width
    line: NDArray[np.float32] = np.pad(spread * 2 - 1, ((0, 0), (0, to_grid)), mode="edge")
    return line.astype(np.float32)

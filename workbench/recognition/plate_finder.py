"""Finds plates with the network that ships; on the CPU, or on a GPU that onnxruntime can use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.recognition.base import Corners, Pixels, Place
from workbench.recognition.closer_look import looks_at, seen_closer
from workbench.recognition.onnx_parts import CUDA_OR_CPU, load_session
from workbench.recognition.options import EngineOptions
from workbench.recognition.plate_answers import Found, each_once, peaks
from workbench.recognition.shipped_networks import NETWORKS, weight_record
from workbench.recognition.torch_parts import INSTALL

NETWORK = "plate_finder"
"""Its name in `weights.json`."""

LONGEST_SIDE_PX = 704
"""Pictures are scaled to it for finding, never for reading."""

LEAST_SCORE = 0.4
"""Low, because a place that is no plate is sorted out by reading it, and a missed one is lost."""

FIRST_LEAST_SCORE = 0.25
"""Places that the first look gives less are not looked at again."""

MAX_CLOSER_LOOKS = 60
"""A picture of a car park has fifty plates; each look costs about a millisecond."""

_LARGEST_ENLARGEMENT = 2.0
_CLOSE_LOOK = 1 / 3
_GRID_PX = 32
_MARGIN_PX = 32
_GREY = 114


@dataclass(frozen=True, slots=True)
class PlateFinder:
    """Finds plates: level or slanted, one or many, from about 12 pixels' width up.

    Each picture is looked at as large as asked for, and at a third of it, where plates that fill
    the picture have a size that the network knows. Each place is then looked at closer: so corners
    of small plates become exact, and most places that are none fall away.

    Attributes
    ----------
    longest_side_px
        Pictures are scaled to it. More finds smaller plates and takes longer, in proportion to
        the area.
    least_score
        Places below it are dropped.
    """

    session: Any = field(repr=False)
    sha256: str
    longest_side_px: int = LONGEST_SIDE_PX
    least_score: float = LEAST_SCORE

    @property
    def version(self) -> str:
        """Names weights, size and threshold."""
        return f"plates-{self.sha256[:8]}@{self.longest_side_px}>{self.least_score:g}-closer1"

    def find(self, picture: Pixels) -> list[Corners]:
        """Return the corners of each place, the most likely plate first."""
        return [place.corners for place in self.places(picture)]

    def places(self, picture: Pixels) -> list[Place]:
        """Return each place and its score, the most likely plate first."""
        if min(picture.shape[:2]) < 1:
            return []
        near = _scaled(picture, self.longest_side_px, _LARGEST_ENLARGEMENT)
        far = _scaled(near, round(self.longest_side_px * _CLOSE_LOOK), 1.0)
        looks = [self._look(scaled, picture.shape[1::-1]) for scaled in (near, far)]
        both = Found(
            np.concatenate([look.scores for look in looks]),
            np.concatenate([look.corners for look in looks]),
        )
        return self._closer(picture, each_once(both)).places()

    def _closer(self, picture: Pixels, found: Found) -> Found:
        """Return the places that a closer look at each of the best of them confirms."""
        best = Found(found.scores[:MAX_CLOSER_LOOKS], found.corners[:MAX_CLOSER_LOOKS])
        if not len(best.scores):
            return best
        looks = looks_at(picture, best)
        answers = self.session.run(None, {"picture": looks.pixels})[0]
        closer = each_once(seen_closer(best, looks, answers))
        kept = closer.scores >= self.least_score
        return Found(closer.scores[kept], closer.corners[kept])

    def _look(self, scaled: Pixels, size: tuple[int, int]) -> Found:
        """Return what a look at a scaled picture finds, in pixels of one of the given size."""
        answers = self.session.run(None, {"picture": _framed(scaled)})[0][0]
        found = peaks(answers, FIRST_LEAST_SCORE)
        back = np.array(size) / scaled.shape[1::-1]
        return Found(found.scores, ((found.corners - _MARGIN_PX) * back).astype(np.float32))


def load_plate_finder(options: EngineOptions | None = None) -> PlateFinder:
    """Load the finder that ships; takes a tenth of a second.

    Raises
    ------
    DependencyError
        If onnxruntime is not installed, or the network file is not the one expected.
    """
    chosen = options or EngineOptions()
    record = weight_record(NETWORK)
    sha256 = str(record["sha256"])
    session = load_session(
        NETWORKS / str(record["file"]),
        sha256,
        threads=chosen.threads,
        install=INSTALL,
        providers=CUDA_OR_CPU,
    )
    return PlateFinder(session, sha256, chosen.longest_side_px or LONGEST_SIDE_PX)


def _scaled(picture: Pixels, longest_side_px: int, most: float) -> Pixels:
    height, width = picture.shape[:2]
    share = min(longest_side_px / max(height, width), most)
    size = max(1, round(width * share)), max(1, round(height * share))
    if size == (width, height):
        return picture
    image = Image.fromarray(picture)
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0))


def _framed(scaled: Pixels) -> NDArray[np.uint8]:
    """Return the picture with grey around it: a plate at its very edge has surroundings too."""
    height, width = scaled.shape[:2]
    rows, columns = (-(-(side + 2 * _MARGIN_PX) // _GRID_PX) * _GRID_PX for side in (height, width))
    canvas = np.full((1, rows, columns, 3), _GREY, np.uint8)
    canvas[0, _MARGIN_PX : _MARGIN_PX + height, _MARGIN_PX : _MARGIN_PX + width] = scaled
    return canvas

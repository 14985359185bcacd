"""What was read at one place of one frame, with how well it could be seen there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from workbench.domain.read import Box
from workbench.recognition.base import Pixels, PlateRead
from workbench.recognition.geometry import sides
from workbench.recognition.video.places import Place, overlap

_SAME_PLACE = 0.6
_MEASURED_PX = 32
_BLURRED, _SHARP = 0.3, 1.0
_LEGIBLE_PX = 40.0
_LEAST = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A plate in a frame.

    Attributes
    ----------
    frame, at_s
        The frame's number and time.
    place
        Of the plate.
    height_px
        Of its text, across the slant.
    sharpness
        From 0 to 1; see `sharpness`.
    """

    frame: int
    at_s: float
    read: PlateRead
    place: Place
    height_px: float
    sharpness: float

    @property
    def texts(self) -> tuple[str, ...]:
        """The first three readings."""
        return tuple(each.text for each in self.read.candidates[:3])

    @property
    def clarity(self) -> float:
        """How much its reading counts, from 1/16 to 1: by height of the text and sharpness.

        Past 40 px of height a plate is not read better; a blurred or small one still counts, for
        an engine may be right about it.
        """
        tall = min(1.0, max(_LEAST, self.height_px / _LEGIBLE_PX))
        return tall * max(_LEAST, self.sharpness)

    @property
    def quality(self) -> float:
        """How good a picture of the plate it is; larger and sharper is better, without bound."""
        return self.height_px * (0.1 + self.sharpness)


def sightings_of(
    reads: Iterable[PlateRead], *, frame: int, at_s: float, pixels: Pixels
) -> tuple[Sighting, ...]:
    """Return what was read in a frame, in an order of its own; a place read twice counts once.

    Parameters
    ----------
    reads
        Of that frame, in any order.
    """
    kept: list[Sighting] = []
    for read in sorted(reads, key=_surest_first):
        place = Place.of(read.box)
        if all(overlap(place, other.place) < _SAME_PLACE for other in kept):
            kept.append(
                Sighting(
                    frame=frame,
                    at_s=at_s,
                    read=read,
                    place=place,
                    height_px=max(1.0, sides(read.corners)[1]),
                    sharpness=sharpness(pixels, read.box),
                )
            )
    return in_order(kept)


def in_order(sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Return sightings from left to right, whatever the order they were given in."""
    return tuple(sorted(sightings, key=lambda s: (s.place, _surest_first(s.read))))


def sharpness(pixels: Pixels, box: Box) -> float:
    """Return from 0 to 1 how sharp a plate is in a picture, whatever its size and contrast.

    The place is scaled to 32 pixels of height; what counts is the root mean square of the steps
    between neighbouring pixels in parts of the standard deviation of all. Plates of
    `workbench.demo` have 0.85 to 1.07 as rendered, 0.5 when blurred by 6 % of their height and 0.3
    when blurred by 15 %; from there to 1 is 0 to 1 here.
    """
    cut = pixels[box.y : box.y + box.height, box.x : box.x + box.width]
    if min(cut.shape[:2]) < 2:
        return 0.0
    width = max(2, round(cut.shape[1] * _MEASURED_PX / cut.shape[0]))
    size = (min(width, 8 * _MEASURED_PX), _MEASURED_PX)
    grey = np.asarray(Image.fromarray(cut).convert("L").resize(size), dtype=np.float64)
    spread = float(grey.std())
    if spread < 1.0:
        return 0.0
    steps = np.mean(np.diff(grey, axis=0) ** 2) + np.mean(np.diff(grey, axis=1) ** 2)
    steep = math.sqrt(float(steps)) / spread
    return min(1.0, max(0.0, (steep - _BLURRED) / (_SHARP - _BLURRED)))


def _surest_first(read: PlateRead) -> tuple[float, str, Sequence[object]]:
    box = read.box
    return -read.confidence, read.text, (box.x, box.y, box.width, box.height, read.candidates)

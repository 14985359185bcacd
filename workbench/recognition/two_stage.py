"""A recogniser put together from a finder of places and a reader of cut-outs."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.recognition.base import (
    CropReader,
    Pixels,
    Place,
    PlaceFinder,
    PlateRead,
    Reading,
    TimedReads,
)
from workbench.recognition.ctc import pooled
from workbench.recognition.geometry import clamped_box, sides
from workbench.recognition.plausibility import plausibility
from workbench.recognition.stages import Looks, read_in_stages

MAX_CANDIDATES = 20
"""Readings kept of one plate; those behind have next to no probability."""

_MIN_TEXT_PX = 6
"""Lower text cannot be told apart by anyone."""


@dataclass(frozen=True, slots=True)
class TwoStageRecogniser:
    """Finds places, cuts each out several times, and pools what is read.

    How tight a cut-out is decides what a reader makes of it, so each place is read at several
    margins, and the readings of all of them are candidates.

    Attributes
    ----------
    margins
        By how much of the text's height each cut-out is larger than the place; below 0 smaller.
    """

    name: str
    finder: PlaceFinder
    reader: CropReader
    margins: tuple[float, ...]

    @property
    def version(self) -> str:
        """Names finder, reader and margins."""
        margins = ",".join(f"{margin:g}" for margin in self.margins)
        return f"{self.finder.version}+{self.reader.version}+margins{margins}"

    def read(self, picture: Pixels) -> list[PlateRead]:
        """Return what was read, the most confident first."""
        return self.read_timed(picture).reads

    def read_timed(self, picture: Pixels) -> TimedReads:
        """Return what was read, and how long finding, cutting out and reading took."""
        return read_in_stages(
            picture,
            find=self._readable,
            reader=self.reader,
            margins=self.margins,
            judge=self._plate,
        )

    def _readable(self, picture: Pixels) -> list[Place]:
        found = self.finder.find(picture)
        return [Place(corners, 1.0) for corners in found if min(sides(corners)) >= _MIN_TEXT_PX]

    def _plate(self, picture: Pixels, place: Place, looks: Looks) -> PlateRead | None:
        corners = place.corners
        height, width = picture.shape[:2]
        box = clamped_box(corners, width, height)
        candidates = pooled([_possible(look) for look in looks], MAX_CANDIDATES)
        if box is None or not candidates:
            return None
        best = candidates[0]
        return PlateRead(
            text=best.text,
            confidence=best.probability * plausibility(best.text, corners, (width, height)),
            candidates=candidates,
            box=box,
            corners=corners,
            engine=self.name,
            version=self.version,
        )


def _possible(look: tuple[Reading, ...]) -> tuple[Reading, ...]:
    return tuple(each for each in look if 1 <= len(each.text) <= MAX_PLATE_CHARACTERS)

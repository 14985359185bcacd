"""A recogniser put together from a finder of places and a reader of cut-outs."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.recognition.base import (
    Corners,
    CropReader,
    Pixels,
    PlaceFinder,
    PlateRead,
    Reading,
    TimedReads,
)
from workbench.recognition.ctc import pooled
from workbench.recognition.geometry import clamped_box, cut_out, grown, sides
from workbench.recognition.plausibility import plausibility

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
        began = perf_counter()
        places = [place for place in self.finder.find(picture) if min(sides(place)) >= _MIN_TEXT_PX]
        found_at = perf_counter()
        crops = [cut_out(picture, grown(place, m)) for place in places for m in self.margins]
        cut_at = perf_counter()
        looks, each = self.reader.read(crops), len(self.margins)
        read_at = perf_counter()
        plates = [
            self._plate(picture, place, looks[number * each : (number + 1) * each])
            for number, place in enumerate(places)
        ]
        spent = {"find": found_at - began, "cut": cut_at - found_at, "read": read_at - cut_at}
        return TimedReads(
            sorted((read for read in plates if read), key=lambda read: -read.confidence),
            {stage: seconds * 1_000 for stage, seconds in spent.items()},
        )

    def _plate(
        self, picture: Pixels, place: Corners, looks: list[tuple[Reading, ...]]
    ) -> PlateRead | None:
        height, width = picture.shape[:2]
        box = clamped_box(place, width, height)
        candidates = pooled([_possible(look) for look in looks], MAX_CANDIDATES)
        if box is None or not candidates:
            return None
        best = candidates[0]
        return PlateRead(
            text=best.text,
            confidence=best.probability * plausibility(best.text, place, (width, height)),
            candidates=candidates,
            box=box,
            corners=place,
            engine=self.name,
            version=self.version,
        )


def _possible(look: tuple[Reading, ...]) -> tuple[Reading, ...]:
    return tuple(each for each in look if 1 <= len(each.text) <= MAX_PLATE_CHARACTERS)

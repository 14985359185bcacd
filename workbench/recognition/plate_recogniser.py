"""Finds plates, reads each at several margins, weighs the readings, and says how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.recognition.base import (
    CropReader,
    Pixels,
    Place,
    PlateRead,
    Reading,
    ScoredFinder,
    TimedReads,
)
from workbench.recognition.calibration import Calibration
from workbench.recognition.ctc import pooled
from workbench.recognition.geometry import clamped_box, sides
from workbench.recognition.plate_formats import weighed
from workbench.recognition.stages import Looks, read_in_stages
from workbench.recognition.state_reader import VERSION_PREFIX, StateReader

MARGINS = (0.0, 0.1, 0.2, 0.3)
"""By how much of a plate's height the cut-outs are larger than its place. How tight a cut-out is
decides what is read; several together were right more often than any one."""

MAX_CANDIDATES = 20
"""Readings kept of one plate; those behind have next to no probability."""

MAX_PLATES = 50
"""Places read of one picture, the most likely plates first."""

_MIN_PLATE_PX = 6
"""Lower plates cannot be read by anyone."""

_REVISION = 1
"""Raise it when the code here weighs differently."""


@dataclass(frozen=True, slots=True)
class PlateRecogniser:
    """A recogniser whose finder knows plates and says how likely each place is one.

    Attributes
    ----------
    calibration
        Makes confidences probabilities; without it they are the networks' own.
    states
        Names the state of each plate; without it none is named.
    """

    name: str
    finder: ScoredFinder
    reader: CropReader
    margins: tuple[float, ...] = MARGINS
    calibration: Calibration | None = None
    states: StateReader | None = None

    @property
    def version(self) -> str:
        """Names finder, reader, margins, revision, calibration and what names the state."""
        parts = [self.reading_version]
        if self.calibration:
            parts.append(self.calibration.name)
        if self.states:
            parts.append(self.states.version)
        return "+".join(parts)

    @property
    def reading_version(self) -> str:
        """Names what text and raw confidence come from: all that a calibration depends on."""
        margins = ",".join(f"{margin:g}" for margin in self.margins)
        return f"{self.finder.version}+{self.reader.version}+margins{margins}+{_REVISION}"

    def fits(self, calibration: Calibration) -> bool:
        """Say whether a calibration was fitted on the confidences that this recogniser gives.

        It may have been fitted with another state reader or with none: the state changes no
        confidence.
        """
        plain = self.reading_version
        return calibration.version == plain or calibration.version.startswith(
            f"{plain}+{VERSION_PREFIX}"
        )

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
        places = [
            place
            for place in self.finder.places(picture)
            if min(sides(place.corners)) >= _MIN_PLATE_PX
        ]
        return places[:MAX_PLATES]

    def _plate(self, picture: Pixels, place: Place, looks: Looks) -> PlateRead | None:
        height, width = picture.shape[:2]
        box = clamped_box(place.corners, width, height)
        candidates = weighed(pooled([_possible(look) for look in looks], MAX_CANDIDATES))
        if box is None or not candidates:
            return None
        best = candidates[0]
        raw = min(1.0, best.probability * place.score)
        return PlateRead(
            text=best.text,
            confidence=self.calibration(raw) if self.calibration else raw,
            candidates=candidates,
            box=box,
            corners=place.corners,
            engine=self.name,
            version=self.version,
            region=self.states.region(picture, place.corners) if self.states else None,
        )


def _possible(look: tuple[Reading, ...]) -> tuple[Reading, ...]:
    return tuple(each for each in look if 1 <= len(each.text) <= MAX_PLATE_CHARACTERS)

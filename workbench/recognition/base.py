"""What every recogniser takes and gives; no engine belongs here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from workbench.domain.read import Box
from workbench.errors import RecognitionError

Pixels = NDArray[np.uint8]
"""A picture as height x width x 3, RGB, 8 bits each; read-only for every engine."""

Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Four (x, y) in pixels, clockwise from the top left of the text; may lie outside the picture."""


class Place(NamedTuple):
    """Where a plate may be, and from 0 to 1 how much the finder takes it for one.

    Scores are comparable within one version of one finder; they are not probabilities.
    """

    corners: Corners
    score: float


class Reading(NamedTuple):
    """One reading of a plate and its probability from 0 to 1."""

    text: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateRead:
    """What an engine read at one place of one picture.

    Attributes
    ----------
    text
        Upper case, letters and digits; the most probable of `candidates`.
    confidence
        From 0 to 1. The probability that the engine's networks give `text`, lowered where the
        text or its place do not look like a plate. Compare it within one engine and version only.
    candidates
        Every reading, the most probable first. Their probabilities are the networks' alone, each
        text once, their sum at most 1.
    box
        Around `corners`, within the picture.
    region
        State or country, where the engine can tell. From `plates` an ISO 3166 code,
        such as ``US-CA``; from others whatever their models say.
    engine, version
        Which engine; the version changes with the code and with every weight file.

    Raises
    ------
    RecognitionError
        If a number is outside 0 to 1 or `text` is not the first candidate.
    """

    text: str
    confidence: float
    candidates: tuple[Reading, ...]
    box: Box
    corners: Corners
    engine: str
    version: str
    region: str | None = None

    def __post_init__(self) -> None:
        """Hold engines to what is promised above."""
        numbers = [self.confidence, *(each.probability for each in self.candidates)]
        if not all(0 <= number <= 1 for number in numbers):
            raise RecognitionError(
                "An engine gave a probability out of range",
                given=numbers,
                allowed="0 to 1",
                where={"engine": self.engine},
            )
        if not self.candidates or self.candidates[0].text != self.text:
            raise RecognitionError(
                "The text is not the first candidate",
                given=self.text,
                allowed=str([each.text for each in self.candidates[:1]]),
                where={"engine": self.engine},
            )


class Recogniser(Protocol):
    """Reads the plates of a picture."""

    @property
    def name(self) -> str:
        """Of the engine, as the registry knows it."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same picture might be read differently."""
        ...

    def read(self, picture: Pixels) -> list[PlateRead]:
        """Return what was read, the most confident first; empty where nothing was found.

        Parameters
        ----------
        picture
            RGB, height x width x 3, 8 bits; never written to.
        """
        ...


@dataclass(frozen=True, slots=True)
class TimedReads:
    """What was read, and how long each stage of it took.

    Attributes
    ----------
    reads
        As `Recogniser.read` returns them.
    stage_ms
        Milliseconds by stage: ``find``, ``cut`` and ``read``, as far as an engine has them.
    """

    reads: list[PlateRead]
    stage_ms: Mapping[str, float]


@runtime_checkable
class TimedRecogniser(Recogniser, Protocol):
    """A recogniser that can tell how long its stages take; none has to."""

    def read_timed(self, picture: Pixels) -> TimedReads:
        """Return what `read` returns, and the time of each stage."""
        ...


class PlaceFinder(Protocol):
    """Finds where in a picture a plate may be."""

    @property
    def version(self) -> str:
        """Changes whenever the same picture might give something else."""
        ...

    def find(self, picture: Pixels) -> list[Corners]:
        """Return the places, in any order."""
        ...


class ScoredFinder(PlaceFinder, Protocol):
    """A finder that also says how sure it is of each place."""

    def places(self, picture: Pixels) -> list[Place]:
        """Return what `find` returns with scores, the highest first."""
        ...


class CropReader(Protocol):
    """Reads the text of cut-out plates."""

    @property
    def version(self) -> str:
        """Changes whenever the same cut-out might be read differently."""
        ...

    def read(self, crops: Sequence[Pixels]) -> list[tuple[Reading, ...]]:
        """Return the readings of each cut-out, the most probable first; empty where there is none.

        The probabilities of one cut-out add up to at most 1. Texts are upper case, letters and
        digits.
        """
        ...

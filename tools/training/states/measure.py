"""How often the state of real plates is told, and how often rightly; measured, never trained on."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from workbench.recognition.base import Corners, Pixels
from workbench.recognition.state_reader import STATES, StateReader

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
ELSEWHERE = ("eu", "br")
"""Scenes of plates that belong to no state: whatever is told there is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A plate in a picture, and the code of its state: None for none, empty if it is not known."""

    pixels: Pixels = field(repr=False)
    corners: Corners
    name: str
    state: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network says first, a state or None, and how probable that is."""

    state: str | None
    probability: float

    def told(self, least: float) -> str | None:
        """Return the state where it is at least so probable."""
        return self.state if self.probability >= least else None


@dataclass(frozen=True, slots=True)
class Score:
    """How many cut-outs there are, of how many a state is told, and how many of those rightly."""

    cases: int
    told: int
    right: int

    @property
    def coverage(self) -> float:
        """The share of which a state is told."""
        return self.told / self.cases if self.cases else 0.0

    @property
    def precision(self) -> float:
        """The share of the told ones that is right; 1 where none is told."""
        return self.right / self.told if self.told else 1.0


def crop_cases(folder: Path) -> list[Case]:
    """Return the cut-outs of ``crops/us`` whose row names a state."""
    rows = _rows(folder / "crops" / "us.csv")
    codes = {state.removeprefix("US-").lower(): state for state in STATES}
    pictures = (_opened(folder / "crops" / "us" / row["image"]) for row in rows)
    return [
        Case(pixels, _box(0, 0, *pixels.shape[1::-1]), row["image"], codes[row["state"]])
        for pixels, row in zip(pictures, rows, strict=True)
        if row["state"] in codes
    ]


def scene_cases(folder: Path, region: str) -> list[Case]:
    """Return the true boxes of a region's scenes."""
    pictures = folder / "scenes" / region
    known = None if region in ELSEWHERE else ""
    return [
        Case(
            _opened(pictures / row["image"]),
            _box(*(float(row[name]) for name in ("x", "y", "width", "height"))),
            row["image"],
            known,
        )
        for row in _rows(pictures.with_suffix(".csv"))
    ]


def answers_of(reader: StateReader, cases: list[Case]) -> list[Answer]:
    """Return what the network says of each plate."""
    return [Answer(*reader.likeliest(case.pixels, case.corners)) for case in cases]


def score(cases: list[Case], answers: list[Answer], least: float) -> Score:
    """Return how many of the cases are told at a threshold, and how many of those rightly."""
    pairs = [(case.state, answer.told(least)) for case, answer in zip(cases, answers, strict=True)]
    told = [(truth, state) for truth, state in pairs if state is not None]
    return Score(len(pairs), len(told), sum(truth == state for truth, state in told))


def by_state(cases: list[Case], answers: list[Answer], least: float) -> dict[str, Score]:
    """Return the score of each state's cut-outs."""
    both = list(zip(cases, answers, strict=True))
    return {
        state: score([c for c, _ in own], [a for _, a in own], least)
        for state in STATES
        if (own := [(case, answer) for case, answer in both if case.state == state])
    }


def halves(cases: list[Case], answers: list[Answer], least: float) -> tuple[Score, Score]:
    """Return the scores of every second cut-out and of the others: a threshold may fit only one."""
    return (
        score(cases[::2], answers[::2], least),
        score(cases[1::2], answers[1::2], least),
    )


def _rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text().splitlines()))


def _opened(file: Path) -> Pixels:
    return np.array(Image.open(file).convert("RGB"))


def _box(x: float, y: float, width: float, height: float) -> Corners:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))

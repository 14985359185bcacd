"""How many real plates are read right: cut-outs as they are, and true boxes with margins."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from workbench.recognition.base import Corners, CropReader, Pixels, Reading
from workbench.recognition.geometry import cut_out

MARGINS = (0.0, 0.1, 0.2)
_LOOK_ALIKES = str.maketrans("OQIBSZ", "001852")
_CELL_PX = (232, 104)
_COLUMNS = 7


@dataclass(frozen=True, slots=True)
class Case:
    """A cut-out and what it says."""

    crop: Pixels
    truth: str


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of the cut-outs: first reading right, right after folding look-alikes, in five."""

    cases: int
    exact: float
    folded: float
    in_five: float


def crop_cases(folder: Path) -> list[Case]:
    """Return the cut-outs of ``crops/us``; one whose truth is empty is left out."""
    rows = _rows(folder / "crops" / "us.csv")
    cases = (Case(_opened(folder / "crops" / "us" / row["image"]), row["plate"]) for row in rows)
    return [case for case in cases if case.truth]


def scene_cases(folder: Path, region: str, share: float) -> list[Case]:
    """Return the true boxes of a region's scenes, larger by a share of their width and height."""
    pictures = folder / "scenes" / region
    rows = _rows(pictures.with_suffix(".csv"))
    return [
        Case(cut_out(_opened(pictures / row["image"]), _box(row, share)), row["plate"])
        for row in rows
    ]


def score(cases: list[Case], answers: list[tuple[Reading, ...]]) -> Score:
    """Return how many of the cases were read right."""
    exact = folded = in_five = 0
    for case, answer in zip(cases, answers, strict=True):
        texts = [reading.text for reading in answer] or [""]
        exact += texts[0] == case.truth
        folded += texts[0].translate(_LOOK_ALIKES) == case.truth.translate(_LOOK_ALIKES)
        in_five += case.truth in texts[:5]
    count = max(1, len(cases))
    return Score(len(cases), exact / count, folded / count, in_five / count)


def measure(folder: Path, reader: CropReader, sheet: Path | None = None) -> dict[str, Score]:
    """Return the scores of every set; write a picture of what was read wrong."""
    scores: dict[str, Score] = {}
    wrong: list[tuple[Case, str]] = []
    for name, cases in _sets(folder):
        answers = reader.read([case.crop for case in cases])
        scores[name] = score(cases, answers)
        if not name.endswith(("0.0", "0.2")):
            firsts = [answer[0].text if answer else "" for answer in answers]
            wrong += [(c, t) for c, t in zip(cases, firsts, strict=True) if t != c.truth]
    if sheet is not None:
        _draw_sheet(wrong, sheet)
    return scores


def _sets(folder: Path) -> Iterator[tuple[str, list[Case]]]:
    yield "crops us", crop_cases(folder)
    for region in ("us", "eu", "br"):
        for share in MARGINS:
            yield f"scenes {region} +{share}", scene_cases(folder, region, share)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(file.read_text().splitlines())


def _opened(file: Path) -> Pixels:
    return np.array(Image.open(file).convert("RGB"))


def _box(row: dict[str, str], share: float) -> Corners:
    x, y, width, height = (float(row[name]) for name in ("x", "y", "width", "height"))
    left, top = x - share * width / 2, y - share * height / 2
    right, bottom = left + width * (1 + share), top + height * (1 + share)
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _draw_sheet(wrong: list[tuple[Case, str]], file: Path) -> None:
    width, height = _CELL_PX
    rows = -(-len(wrong) // _COLUMNS)
    sheet = Image.new("RGB", (width * _COLUMNS, height * max(1, rows)))
    for number, (case, read) in enumerate(wrong):
        x, y = number % _COLUMNS * width, number // _COLUMNS * height
        shown = cv2.resize(case.crop, (width - 4, height - 18), interpolation=cv2.INTER_CUBIC)
        sheet.paste(Image.fromarray(shown), (x, y))
        ImageDraw.Draw(sheet).text((x, y + height - 15), f"{case.truth}  read {read}", fill="white")
    sheet.save(file)

"""What became of each plate with one engine, and the shares over many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from workbench.bench.plates.engine_process import Answer
from workbench.bench.plates.metrics import (
    among_first,
    at_place,
    character_accuracy,
    folded,
    read_at_place,
)
from workbench.bench.plates.run import EngineRun
from workbench.bench.plates.truth import Plate
from workbench.recognition.base import PlateRead
from workbench.recognition.reliability import calibration_error

_HEIGHTS_PX = (30, 45, 60)
_LUMINANCES = (60, 110)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an engine made of a plate.

    Attributes
    ----------
    read
        The most confident read at the plate's place.
    found
        Whether there is one.
    exact
        Whether it says what the plate says.
    exact_top
        Whether the most confident read of the whole picture does.
    any_read
        Whether any read of the picture does.
    folded
        Whether `read` does once letters that look like digits are those digits.
    top5
        Whether the truth is among the first five candidates of `read`.
    characters
        From 0 to 1, how much of the text `read` has; 0 without one.
    height_px
        Of the plate; of the picture where the picture is the plate.
    luminance
        Mean of the picture, 0 to 255.
    """

    plate: Plate
    read: PlateRead | None
    found: bool
    exact: bool
    exact_top: bool
    any_read: bool
    folded: bool
    top5: bool
    characters: float
    height_px: int | None
    luminance: float | None


def outcome(plate: Plate, answer: Answer) -> Outcome:
    """Return what an engine made of a plate of a picture."""
    read = read_at_place(answer.reads, plate.box)
    top = max(answer.reads, key=lambda each: each.confidence, default=None)
    text = read.text if read else ""
    height_px = plate.box.height if plate.box else answer.size[1] if answer.size else None
    return Outcome(
        plate=plate,
        read=read,
        found=any(at_place(each.box, plate.box) for each in answer.reads),
        exact=text == plate.text,
        exact_top=top is not None and top.text == plate.text,
        any_read=plate.text in [each.text for each in answer.reads],
        folded=folded(text) == folded(plate.text),
        top5=read is not None and among_first(read, plate.text),
        characters=character_accuracy(text, plate.text),
        height_px=height_px,
        luminance=answer.luminance,
    )


def outcomes(run: EngineRun, plates: Sequence[Plate]) -> list[Outcome]:
    """Return what an engine made of each plate, in their order."""
    return [outcome(plate, run.answers[plate.picture]) for plate in plates]


def shares(found: Sequence[Outcome]) -> dict[str, float | int | None]:
    """Return the figures over some plates.

    ``found`` counts every plate. The others leave out plates that nobody can read.
    ``calibration_error`` is over the plates with a read at their place, and ``None`` without any.
    """
    readable = [each for each in found if each.plate.text]
    labelled = labelled_reads(found)
    error = calibration_error([share for share, _ in labelled], [right for _, right in labelled])
    return {
        "plates": len(readable),
        "exact": _share([each.exact for each in readable]),
        "exact_top": _share([each.exact_top for each in readable]),
        "any": _share([each.any_read for each in readable]),
        "folded": _share([each.folded for each in readable]),
        "characters": _share([each.characters for each in readable]),
        "found": _share([each.found for each in found]),
        "top5": _share([each.top5 for each in readable]),
        "calibration_error": None if error is None else round(error, 4),
    }


def labelled_reads(found: Sequence[Outcome]) -> list[tuple[float, bool]]:
    """Return the confidence of each read at a readable plate's place and whether it was right."""
    return [(each.read.confidence, each.exact) for each in found if each.read and each.plate.text]


def by_height(found: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Return the outcomes by height of the plate, lowest first; groups without plates left out."""
    return _grouped([(each.height_px, each) for each in found], _HEIGHTS_PX, "px")


def by_luminance(found: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Return the outcomes by mean luminance of the picture, the darkest first."""
    return _grouped([(each.luminance, each) for each in found], _LUMINANCES, "luminance")


def _grouped(
    found: Sequence[tuple[float | None, Outcome]], edges: Sequence[int], unit: str
) -> dict[str, list[Outcome]]:
    names = [f"under_{edges[0]}_{unit}"]
    names += [f"{low}_to_{high}_{unit}" for low, high in pairwise(edges)]
    names.append(f"{edges[-1]}_{unit}_and_more")
    groups: Mapping[str, list[Outcome]] = {name: [] for name in names}
    for number, each in found:
        if number is not None:
            groups[names[sum(number >= edge for edge in edges)]].append(each)
    return {name: group for name, group in groups.items() if group}


def _share(values: Sequence[float]) -> float:
    return round(fmean(values), 4) if values else 0.0

"""How well a finder finds the plates of labelled scenes, and how long it takes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tools.training.finder.photos import Floats, Pixels, boxes_of, read_picture
from workbench.recognition.base import Place
from workbench.recognition.plate_finder import PlateFinder

LEAST_IOU = 0.3
DARK_BELOW = 60
"""Mean of all pixels' values, from 0 to 255."""

HEIGHTS_PX = ((0, 35), (35, 50), (50, 80), (80, 10_000))


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A labelled picture and what a finder made of it.

    Attributes
    ----------
    truth
        N x 4: left, top, right, bottom in pixels.
    ms, cpu_ms
        Milliseconds by the clock, and of work on all cores: the second does not depend on what
        else the machine had to do.
    """

    name: str
    pixels: Pixels = field(repr=False)
    truth: Floats
    places: list[Place]
    ms: float
    cpu_ms: float

    @property
    def ious(self) -> list[float]:
        """Of each plate with the place that covers it best."""
        return [max((iou(box, box_of(p)) for p in self.places), default=0.0) for box in self.truth]

    @property
    def found(self) -> list[bool]:
        """Whether some place overlaps the plate enough or holds its middle within the plate."""
        return [any(_finds(box_of(place), box) for place in self.places) for box in self.truth]


def look_at(folder: Path, finder: PlateFinder) -> list[Scene]:
    """Return what the finder says of each picture of a set; `folder` lies beside its CSV file."""
    scenes = []
    for name, truth in boxes_of(folder.with_suffix(".csv")).items():
        pixels = read_picture(folder / name)
        if not scenes:
            finder.places(pixels)  # the first look of a session takes longer
        began, worked = time.perf_counter(), time.process_time()
        places = finder.places(pixels)
        spent = time.perf_counter() - began, time.process_time() - worked
        scenes.append(Scene(name, pixels, truth, places, spent[0] * 1e3, spent[1] * 1e3))
    return scenes


def figures(scenes: list[Scene]) -> dict[str, Any]:
    """Return recall in all and by kind of scene, fit of the boxes, places and time a picture."""
    plates = [
        (scene, box, found)
        for scene in scenes
        for box, found in zip(scene.truth, scene.found, strict=True)
    ]
    heights = {
        f"height {low} to {high} px": _share(plates, lambda _, box, b=bounds: _tall(box, *b))
        for bounds in HEIGHTS_PX
        for low, high in (bounds,)
    }
    return {
        "plates": len(plates),
        "recall": _share(plates, lambda *_: True),
        **{name: value for name, value in heights.items() if value is not None},
        "dark": _share(plates, lambda scene, _: float(scene.pixels.mean()) < DARK_BELOW),
        "IoU at least 0.5": _portion([iou >= 0.5 for scene in scenes for iou in scene.ious]),
        "median IoU": statistics.median(iou for scene in scenes for iou in scene.ious),
        "places a picture": statistics.mean(len(scene.places) for scene in scenes),
        "ms a picture": statistics.median(scene.ms for scene in scenes),
        "ms of processor a picture": statistics.median(scene.cpu_ms for scene in scenes),
    }


def _tall(box: Floats, low: float, high: float) -> bool:
    return bool(low <= box[3] - box[1] < high)


def _share(plates: list[tuple[Scene, Floats, bool]], chosen: Callable[..., bool]) -> float | None:
    return _portion([found for scene, box, found in plates if chosen(scene, box)])


def _portion(told: list[bool]) -> float | None:
    return sum(told) / len(told) if told else None


def box_of(place: Place) -> Floats:
    """Return left, top, right, bottom around a place's corners."""
    corners = np.array(place.corners, np.float32)
    return np.concatenate([corners.min(axis=0), corners.max(axis=0)])


def iou(one: Floats, other: Floats) -> float:
    """Return the overlap of two boxes by their union, from 0 to 1.

    Examples
    --------
    >>> round(iou(np.array([0, 0, 2, 2.0]), np.array([1, 0, 3, 2.0])), 3)
    0.333
    """
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    overlap = float(np.prod(np.clip(high - low, 0, None)))
    areas = float(np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2]))
    return overlap / (areas - overlap) if areas > overlap else 0.0


def _finds(place: Floats, truth: Floats) -> bool:
    """Say whether the boxes overlap by `LEAST_IOU`, or the truth's middle lies in the place."""
    middle = (truth[:2] + truth[2:]) / 2
    within = bool(np.all((place[:2] <= middle) & (middle <= place[2:])))
    return iou(place, truth) >= LEAST_IOU or within

"""How well corners follow real plates that are slanted: labelled scenes, turned by a known angle.

No labelled set has corners. A real scene that is turned, or pulled as if seen from the side, has
them: where its plate's corners go is known from where they were found when it was level.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.training.finder.measure import box_of, iou
from tools.training.finder.photos import Floats, Pixels, read_picture
from workbench.bench.plates.truth import Plate, read_truth
from workbench.recognition.base import Corners, Place, Recogniser, ScoredFinder

_LEAST_IOU = 0.3
_GREY = (114, 114, 114)


class Slant(NamedTuple):
    """How a scene is changed.

    Attributes
    ----------
    turn_deg
        Clockwise, around the plate's middle.
    side
        How much shorter the plate's far edge becomes, as if seen from the side: 0.2 is a fifth.
    """

    turn_deg: float
    side: float


SLANTS = (
    Slant(0, 0),
    *(Slant(turn, 0) for turn in (-20, -12, -6, 6, 12, 20)),
    Slant(0, 0.15),
    Slant(8, 0.15),
    Slant(-8, 0.15),
)


class BoxFinder:
    """Finds what another finder finds and gives level boxes, to see what corners are worth."""

    def __init__(self, finder: ScoredFinder) -> None:
        self._finder = finder

    @property
    def version(self) -> str:
        """Of the finder, with a mark."""
        return f"{self._finder.version}-boxes"

    def places(self, picture: Pixels) -> list[Place]:
        """Return the box around each place."""
        return [Place(_corners(box_of(each)), each.score) for each in self._finder.places(picture)]

    def find(self, picture: Pixels) -> list[Corners]:
        """Return the places without their scores."""
        return [place.corners for place in self.places(picture)]


@dataclass(frozen=True, slots=True)
class Turned:
    """What became of one plate in one slanted scene.

    Attributes
    ----------
    angle_error_deg
        Between the upper and lower edge found and where they went; ``None`` if it was not found.
    corner_error
        Mean distance of the corners from where they went, as a share of the plate's height.
    straight, boxed
        Whether the plate was read right from corners, and from level boxes.
    """

    slant: Slant
    angle_error_deg: float | None
    corner_error: float | None
    straight: bool
    boxed: bool


def slanted(pixels: Pixels, middle: tuple[float, float], slant: Slant) -> tuple[Pixels, Floats]:
    """Return a scene turned and pulled around a point, and the 3 x 3 matrix that did it."""
    height, width = pixels.shape[:2]
    x, y = middle
    turn = np.vstack([cv2.getRotationMatrix2D((x, y), -slant.turn_deg, 1.0), [0, 0, 1]])
    there = np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1]])
    pull = np.array([[1, 0, 0], [0, 1, 0], [slant.side / (0.12 * width), 0, 1]])
    matrix = turn @ np.linalg.inv(there) @ pull @ there
    warped = cv2.warpPerspective(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=_GREY
    )
    return np.ascontiguousarray(warped), matrix.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Engines:
    """A finder, an engine that straightens by its corners, and one that only cuts boxes out."""

    finder: ScoredFinder
    straight: Recogniser
    boxed: Recogniser


def turned_plates(tables: Sequence[Path], engines: Engines) -> Iterator[Turned]:
    """Yield what becomes of each labelled plate in each slant."""
    for table in tables:
        for plate in read_truth(table):
            pixels = read_picture(plate.picture)
            level = _found(engines.finder.places(pixels), _box(plate))
            if level is None:
                continue
            for slant in SLANTS:
                yield _looked_at(engines, pixels, plate.text, level.corners, slant)


def figures(found: Sequence[Turned]) -> list[dict[str, float | str]]:
    """Return a row for each slant: how many were found, how exact, how many read right."""
    rows: list[dict[str, float | str]] = []
    for slant in SLANTS:
        here = [each for each in found if each.slant == slant]
        if not here:
            continue
        angles = [each.angle_error_deg for each in here if each.angle_error_deg is not None]
        corners = [each.corner_error for each in here if each.corner_error is not None]
        rows.append(
            {
                "turn_deg": slant.turn_deg,
                "side": slant.side,
                "plates": len(here),
                "found": len(angles) / len(here),
                "angle_error_deg": statistics.median(angles),
                "angle_error_deg_p90": float(np.quantile(angles, 0.9)),
                "corner_error": statistics.median(corners),
                "read_right": statistics.mean(each.straight for each in here),
                "read_right_from_boxes": statistics.mean(each.boxed for each in here),
            }
        )
    return rows


def _looked_at(engines: Engines, pixels: Pixels, text: str, level: Corners, slant: Slant) -> Turned:
    x, y = np.mean(level, axis=0)
    scene, matrix = slanted(pixels, (float(x), float(y)), slant)
    went = cv2.perspectiveTransform(np.array([level], np.float32), matrix)[0]
    around = np.concatenate([went.min(axis=0), went.max(axis=0)])
    place = _found(engines.finder.places(scene), around)
    angle = corner = None
    if place is not None:
        corners = np.array(place.corners)
        angle = _angle_between(corners, went)
        tall = float(np.linalg.norm(went[3] - went[0]) + np.linalg.norm(went[2] - went[1])) / 2
        corner = float(np.linalg.norm(corners - went, axis=1).mean()) / tall
    straight = _reads_right(engines.straight, scene, text, around)
    boxed = _reads_right(engines.boxed, scene, text, around)
    return Turned(slant, angle, corner, straight, boxed)


def _reads_right(engine: Recogniser, scene: Pixels, text: str, around: Floats) -> bool:
    return any(
        read.text == text
        and iou(
            np.concatenate([np.min(read.corners, axis=0), np.max(read.corners, axis=0)]), around
        )
        >= _LEAST_IOU
        for read in engine.read(scene)
    )


def _found(places: Sequence[Place], box: Floats) -> Place | None:
    best = max(places, key=lambda place: iou(box_of(place), box), default=None)
    return best if best is not None and iou(box_of(best), box) >= _LEAST_IOU else None


def _angle_between(found: NDArray[np.floating], went: NDArray[np.floating]) -> float:
    """Return the mean angle between the upper edges and between the lower ones, in degrees."""
    angles = []
    for left, right in ((0, 1), (3, 2)):
        one, other = found[right] - found[left], went[right] - went[left]
        cross = one[0] * other[1] - one[1] * other[0]
        angles.append(abs(np.degrees(np.arctan2(cross, one @ other))))
    return float(np.mean(angles))


def _box(plate: Plate) -> Floats:
    box = plate.box
    if box is None:
        raise SystemExit(f"{plate.picture.name} has no box; take a set of scenes")
    return np.array([box.x, box.y, box.x + box.width, box.y + box.height], np.float32)


def _corners(box: Floats) -> Corners:
    left, top, right, bottom = (float(each) for each in box)
    return ((left, top), (right, top), (right, bottom), (left, bottom))

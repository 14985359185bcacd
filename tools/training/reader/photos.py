"""Plates of real photos, with what two readers of different making read from them alike.

The photos of the finder's training have boxes and no texts. Where the plate reader and RapidOCR,
which learned from other pictures by other means, read the same, it is nearly always what stands
there. Such plates show the reader how real ones look; no text of theirs is kept by the project.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.training.finder.photos import Pixels, load_photos
from workbench.recognition.base import Corners, CropReader
from workbench.recognition.ctc import pooled
from workbench.recognition.geometry import cut_out, grown

LEAST_HEIGHT_PX = 16
SHORTEST, LONGEST = 4, 8
SURROUND = 0.45
"""How much of the car is kept around a plate, as a share of its height."""

_MARGINS = (-0.1, 0.0, 0.1, 0.3)
_LEAST_SURE, _LEAST_ALIKE = 0.5, 2
"""How sure the reader is, and at how many margins the other one reads the same. With any agreement
at all every tenth text was short of a character at an end."""

_LARGEST_PX = (480, 240)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A plate in a photo, with what is around it.

    Attributes
    ----------
    grey
        Height x width, 8 bits.
    box
        Left, top, right, bottom of the plate within.
    text
        What both readers read.
    """

    grey: NDArray[np.uint8]
    box: tuple[int, int, int, int]
    text: str


def agreed_plates(folder: Path, reader: CropReader, other: CropReader) -> Iterator[Seen]:
    """Yield the plates of the photos to train on that both readers read alike."""
    photos, _ = load_photos(folder)
    for photo in photos:
        for box in photo.boxes:
            if box[3] - box[1] < LEAST_HEIGHT_PX:
                continue
            text = _agreed(photo.pixels, _corners(box), reader, other)
            if text:
                yield _kept(photo.pixels, box, text)


def save_plates(plates: list[Seen], file: Path) -> None:
    """Write them into one file, to be drawn from in every training."""
    np.savez_compressed(
        file,
        texts=np.array([plate.text for plate in plates]),
        boxes=np.array([plate.box for plate in plates]),
        shapes=np.array([plate.grey.shape for plate in plates]),
        pixels=np.concatenate([plate.grey.ravel() for plate in plates]),
    )


def load_plates(file: Path) -> list[Seen]:
    """Return what `save_plates` wrote."""
    with np.load(file) as saved:
        ends = np.cumsum(saved["shapes"].prod(1))
        greys = np.split(saved["pixels"], ends[:-1])
        return [
            Seen(grey.reshape(shape), tuple(int(each) for each in box), str(text))
            for grey, shape, box, text in zip(
                greys, saved["shapes"], saved["boxes"], saved["texts"], strict=True
            )
        ]


def by_text(plates: list[Seen]) -> list[list[Seen]]:
    """Return them in groups of the same text: a camera on the road sees some plates very often."""
    groups: dict[str, list[Seen]] = {}
    for plate in plates:
        groups.setdefault(plate.text, []).append(plate)
    return list(groups.values())


def _agreed(picture: Pixels, corners: Corners, reader: CropReader, other: CropReader) -> str:
    crops = [cut_out(picture, grown(corners, margin)) for margin in _MARGINS]
    own = pooled(reader.read(crops), 1)
    if not own or own[0].probability < _LEAST_SURE:
        return ""
    text = own[0].text
    alike = sum(bool(answer) and answer[0].text == text for answer in other.read(crops))
    return text if SHORTEST <= len(text) <= LONGEST and alike >= _LEAST_ALIKE else ""


def _corners(box: NDArray[np.float32]) -> Corners:
    left, top, right, bottom = (float(each) for each in box)
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _kept(picture: Pixels, box: NDArray[np.float32], text: str) -> Seen:
    height, width = picture.shape[:2]
    edge = SURROUND * float(box[3] - box[1])
    left, top = max(0, int(box[0] - edge)), max(0, int(box[1] - edge))
    right, bottom = min(width, int(box[2] + edge) + 1), min(height, int(box[3] + edge) + 1)
    grey = cv2.cvtColor(picture[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
    share = min(1.0, _LARGEST_PX[0] / grey.shape[1], _LARGEST_PX[1] / grey.shape[0])
    if share < 1:
        grey = cv2.resize(grey, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    inner = np.rint((box - (left, top, left, top)) * share).astype(int).tolist()
    return Seen(np.asarray(grey, np.uint8), (inner[0], inner[1], inner[2], inner[3]), text)

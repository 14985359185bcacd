"""Labelled photos, decoded once and kept in memory: decoding costs more than anything else."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

SETS = ("photos", "dashcam")
"""Each is a folder of pictures beside a CSV file of the same name."""

HELD_BACK_EVERY = 12
"""One photo in so many is never trained on; it says when to stop."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A decoded photo and the boxes of its plates.

    Attributes
    ----------
    pixels
        Height x width x 3, RGB.
    boxes
        N x 4: left, top, right, bottom in pixels.
    """

    pixels: Pixels
    boxes: Floats


def load_photos(folder: Path, *, limit: int | None = None) -> tuple[list[Photo], list[Photo]]:
    """Return the photos to train on and those held back, in a fixed order.

    Parameters
    ----------
    folder
        Holds `photos.csv`, `photos/`, `dashcam.csv`, `dashcam/`; one of the two sets may lack.
    limit
        Most photos of each set.
    """
    train: list[Photo] = []
    held_back: list[Photo] = []
    for name in SETS:
        table = folder / f"{name}.csv"
        if not table.is_file():
            continue
        boxes = boxes_of(table)
        files = sorted(file for file in (folder / name).iterdir() if file.is_file())[:limit]
        for number, file in enumerate(files):
            photo = Photo(read_picture(file), boxes.get(file.name, np.zeros((0, 4), np.float32)))
            (held_back if number % HELD_BACK_EVERY == 0 else train).append(photo)
    if not train:
        raise SystemExit(
            f"No photos in {folder}: expected {' or '.join(SETS)} with their CSV files"
        )
    return train, held_back


def boxes_of(table: Path) -> dict[str, Floats]:
    """Return left, top, right, bottom of every box by the name of its picture."""
    rows: dict[str, list[list[float]]] = defaultdict(list)
    with table.open(newline="") as lines:
        for row in csv.DictReader(lines):
            x, y, width, height = (float(row[key]) for key in ("x", "y", "width", "height"))
            rows[row["image"]].append([x, y, x + width, y + height])
    return {name: np.array(boxes, np.float32) for name, boxes in rows.items()}


def read_picture(file: Path) -> Pixels:
    """Return a picture as RGB."""
    decoded = cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise SystemExit(f"{file} is not a picture that can be read")
    return np.ascontiguousarray(decoded[:, :, ::-1])

"""Pairs of plate and read: from a CSV of pairs, or from labelled pictures that an engine reads."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.plate import normal_plate
from workbench.domain.read import Box
from workbench.errors import MisreadModelError, RecognitionError
from workbench.recognition.base import PlateRead
from workbench.recognition.misreads.characters import plate_of
from workbench.recognition.misreads.learning import Pair

_BOX = ("x", "y", "width", "height")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A picture and what stands on its plate.

    Attributes
    ----------
    box
        Where the plate is; ``None`` for a picture of nothing but the plate.
    """

    picture: Path
    plate: str
    box: Box | None = None


def read_pairs(file: Path) -> list[Pair]:
    """Return the pairs of a CSV with the columns ``truth`` and ``read``.

    Rows without a read are left out: a plate that was not read says nothing about misreading.

    Raises
    ------
    MisreadModelError
        If the file cannot be read, lacks a column, or a text is no plate.
    """
    pairs = []
    for line, row in _rows(file, ("truth", "read")):
        try:
            pair = plate_of(row["truth"]), plate_of(row["read"])
        except MisreadModelError as error:
            raise _in_line(file, line, error) from None
        if all(pair):
            pairs.append(pair)
    return pairs


def read_labels(file: Path, pictures: Path | None = None) -> list[Labelled]:
    """Return the labelled pictures of a CSV with the columns ``image`` and ``plate``.

    Parameters
    ----------
    file
        May have ``x``, ``y``, ``width`` and ``height`` in pixels beside them.
    pictures
        Their folder; by default the one beside the file that has its name, else the file's own.

    Raises
    ------
    MisreadModelError
        If the file cannot be read, lacks a column, or a value is no plate or no number.
    """
    beside = file.with_suffix("")
    folder = pictures or (beside if beside.is_dir() else file.parent)
    found = []
    for line, row in _rows(file, ("image", "plate")):
        try:
            box = Box(*(int(row[name]) for name in _BOX)) if set(_BOX) <= set(row) else None
            found.append(Labelled(folder / row["image"], plate_of(row["plate"]), box))
        except (MisreadModelError, RecognitionError, ValueError) as error:
            raise _in_line(file, line, error) from None
    return found


def read_of(label: Labelled, reads: Sequence[PlateRead]) -> str | None:
    """Return what was read of a labelled plate; ``None`` where nothing was.

    Of several reads, the one that lies on the plate counts, whose middle is nearest to its own;
    without a box, the most confident. Its text is the normal form.
    """
    if label.box is None:
        chosen = reads[0] if reads else None
    else:
        on = [read for read in reads if _middle_in(read.box, label.box)]
        chosen = min(on, key=lambda read: _apart(read.box, label.box), default=None)
    return normal_plate(chosen.text) or None if chosen else None


def _middle_in(read: Box, plate: Box) -> bool:
    x, y = _middle(read)
    return plate.x <= x <= plate.x + plate.width and plate.y <= y <= plate.y + plate.height


def _apart(read: Box, plate: Box | None) -> float:
    if plate is None:
        return 0.0
    (x, y), (left, top) = _middle(read), _middle(plate)
    return (x - left) ** 2 + (y - top) ** 2


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2


def _rows(file: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            missing = set(needed) - set(reader.fieldnames or ())
            if missing:
                raise MisreadModelError(
                    "The file lacks a column",
                    given=", ".join(reader.fieldnames or ()),
                    allowed=", ".join(needed),
                    where={"file": file},
                )
            for row in reader:
                yield reader.line_num, {name: value or "" for name, value in row.items() if name}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise MisreadModelError(
            "The file cannot be read",
            given=str(error),
            allowed="a CSV in UTF-8 that this account may read",
            where={"file": file},
        ) from None


def _in_line(file: Path, line: int, error: Exception) -> MisreadModelError:
    given = error.given if isinstance(error, MisreadModelError) else str(error)
    return MisreadModelError(
        "A line cannot be taken",
        given=given,
        allowed="plates of at most 12 letters A-Z and digits; boxes in whole pixels",
        where={"file": file, "line": line},
    )

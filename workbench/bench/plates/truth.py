"""The labelled pictures of a benchmark: a CSV file with its pictures beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from workbench.domain.plate import normal_plate
from workbench.domain.read import Box
from workbench.errors import InputError

_SIDES = ("x", "y", "width", "height")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """A plate that a picture shows.

    Attributes
    ----------
    picture
        The file.
    text
        What it says, in letters and digits; empty where nobody can read it.
    box
        Where it is; ``None`` where the picture is the plate.
    """

    picture: Path
    text: str
    box: Box | None


def read_truth(file: Path) -> list[Plate]:
    """Return the plates of a set.

    Parameters
    ----------
    file
        CSV with the columns ``image`` and ``plate``, and ``x``, ``y``, ``width``, ``height`` in
        pixels unless each picture is a cut-out plate; a row for each plate. Pictures lie in the
        folder of the same name, or beside the file.

    Raises
    ------
    InputError
        If it cannot be read, lacks a column, or names a picture that is not there.
    """
    rows = list(_rows(file, ("image", "plate")))
    folder = file.with_suffix("") if file.with_suffix("").is_dir() else file.parent
    plates = [_plate(row, folder, number, file) for number, row in enumerate(rows, start=2)]
    missing = [str(plate.picture) for plate in plates if not plate.picture.is_file()]
    if missing or not plates:
        raise InputError(
            "Pictures of the set are not there" if missing else "The set has no plate",
            given=", ".join(missing[:3]) or str(file),
            allowed=f"pictures in {folder}",
        )
    return plates


def read_known_errors(file: Path) -> dict[tuple[str, str], str]:
    """Return what is known to be wrong in a set.

    Parameters
    ----------
    file
        CSV with the columns ``picture``, ``text`` and optionally ``was``: the picture's name, what
        the plate really says (empty where nobody can read it), and what the set says, which is
        needed only where a picture shows several plates.

    Returns
    -------
    dict
        The right text by name and by what the set says, which is empty where it was not given.

    Raises
    ------
    InputError
        If it cannot be read or lacks a column.
    """
    return {
        (row["picture"], normal_plate(row.get("was") or "")): normal_plate(row["text"] or "")
        for row in _rows(file, ("picture", "text"))
    }


def corrected(plates: Sequence[Plate], errors: dict[tuple[str, str], str]) -> list[Plate]:
    """Return the plates with the texts that they really have.

    Raises
    ------
    InputError
        If an error belongs to no plate.
    """
    used = set()
    found = []
    for plate in plates:
        keys = [(plate.picture.name, was) for was in (plate.text, "")]
        key = next((each for each in keys if each in errors), None)
        used.add(key)
        found.append(plate if key is None else replace(plate, text=errors[key]))
    unused = sorted(name for name, was in errors if (name, was) not in used)
    if unused:
        raise InputError("Known errors name plates that the set does not have", given=unused)
    return found


def sampled(plates: Sequence[Plate], count: int | None, seed: int) -> list[Plate]:
    """Return the plates of so many pictures, chosen by chance; all where `count` is ``None``."""
    names = sorted({plate.picture for plate in plates})
    if count is None or count >= len(names):
        return list(plates)
    chosen = np.random.default_rng(seed).choice(len(names), count, replace=False)
    kept = {names[int(at)] for at in chosen}
    return [plate for plate in plates if plate.picture in kept]


def _rows(file: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as content:
            table = csv.DictReader(content)
            lacking = set(columns) - set(table.fieldnames or ())
            if lacking:
                raise InputError(
                    "The file lacks a column",
                    given=", ".join(table.fieldnames or ()),
                    allowed=", ".join(columns),
                    where={"file": file},
                )
            yield from table
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            "The file cannot be read", given=str(error), allowed="CSV", where={"file": file}
        ) from error


def _plate(row: dict[str, str], folder: Path, line: int, file: Path) -> Plate:
    given = [row.get(side) for side in _SIDES]
    try:
        box = Box(*(round(float(side)) for side in given if side)) if any(given) else None
    except (ValueError, TypeError) as error:
        raise InputError(
            "A plate's place is no box",
            given=given,
            allowed="x, y, width, height in pixels",
            where={"file": file, "line": line},
        ) from error
    return Plate(picture=folder / row["image"], text=normal_plate(row["plate"] or ""), box=box)

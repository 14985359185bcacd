"""A folder that is whole or not there: made beside its place and moved there at the end."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from workbench.errors import EvidenceError

_FORBIDDEN = frozenset('<>:"/\\|?*')
"""What file systems of portable media do not take in names."""


def checked_place(out: Path) -> Path:
    """Return the absolute place of a folder that can be made.

    Raises
    ------
    EvidenceError
        If it exists, its parent does not, or a portable medium would not take its name.
    """
    place = Path(os.path.abspath(out))  # noqa: PTH100 - resolve() would follow a link
    name = place.name
    if not name or name.startswith(".") or _FORBIDDEN & set(name) or not name.isprintable():
        raise EvidenceError(
            "The folder's name will not do on every medium",
            given=name,
            allowed='letters, digits, spaces and signs but < > : " / \\ | ? *; no dot in front',
        )
    if os.path.lexists(place):
        raise EvidenceError(
            "A package is never written over something", given=str(out), allowed="a new folder"
        )
    if not place.parent.is_dir():
        raise EvidenceError(
            "The medium is not there",
            given=str(out.parent),
            allowed="a folder that exists",
            next_step="put the medium in, or make the folder around it",
        )
    return place


def partial_place(place: Path, package_id: int) -> Path:
    """Return where a package lies until it is whole; nobody takes that name for a package."""
    return place.with_name(f".{place.name}.{package_id}.partial")


@contextlib.contextmanager
def medium_errors(place: Path) -> Iterator[None]:
    """Say in words what a medium does that is full, write-protected or pulled out.

    Raises
    ------
    EvidenceError
        In place of an error of the operating system.
    """
    try:
        yield
    except OSError as error:
        raise EvidenceError(
            "The medium did not take the package, so there is none",
            given=f"{type(error).__name__}: {error.strerror or error}",
            next_step="free space or put the medium in again, then make the package anew",
            where={"folder": place},
        ) from error


def remove(partial: Path) -> None:
    """Remove what was half made, as far as the medium lets."""
    shutil.rmtree(partial, ignore_errors=True)


def move_whole(partial: Path, place: Path) -> None:
    """Give a finished folder its name, when every byte of it is on the medium."""
    for folder, _, files in os.walk(partial):
        for name in files:
            _flush(Path(folder) / name)
        _flush(Path(folder))
    if os.path.lexists(place):
        raise EvidenceError("Somebody put something there meanwhile", given=str(place))
    partial.rename(place)
    _flush(place.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

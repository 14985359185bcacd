"""Whether a bag is what its manifests say: by the `bagit` library, and file by file to name it.

The library stops at the first kind of fault, and reads manifests leniently: a letter in upper case
or a blank more passes. So the files around the payload are held to the letter here, and where the
library finds a fault, every file is named that has one.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bagit

from workbench.retention.evidence.bagging import CHECKSUMS, TAG_MANIFESTS
from workbench.retention.evidence.papers import SIGNATURE

Problems = list[tuple[str, str]]

_UNLISTED = frozenset({SIGNATURE, *TAG_MANIFESTS})
"""Files that no manifest can list: the signature covers the tag manifests, and they the rest."""


def bag_problems(folder: Path) -> Problems:
    """Return everything in which a bag is not what its manifests say, each with its file."""
    found = wrong_tag_files(folder)
    said = None if found else _said_by_bagit(folder)
    if found or said:
        payload = _wrong_payload(folder)
        found += payload or ([(".", said)] if said else [])
    return found


def wrong_tag_files(folder: Path) -> Problems:
    """Return what is wrong with the files around the payload, and with what is no file at all."""
    found = [
        (_name(folder, path), "is no plain file")
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not (path.is_file() or path.is_dir())
    ]
    there = {_name(folder, path) for path in _files(folder)}
    around = {name for name in there if not name.startswith("data/")} - _UNLISTED
    for checksum in CHECKSUMS:
        listed = _listed(folder / f"tagmanifest-{checksum}.txt", " ")
        if listed is None:
            found.append((f"tagmanifest-{checksum}.txt", "cannot be read"))
            continue
        found += _compared(folder, listed, around, checksum)
    return sorted(set(found))


def _wrong_payload(folder: Path) -> Problems:
    there = {_name(folder, path) for path in _files(folder / "data")}
    found: Problems = []
    for checksum in CHECKSUMS:
        listed = _listed(folder / f"manifest-{checksum}.txt", "  ")
        if listed is None:
            found.append((f"manifest-{checksum}.txt", "cannot be read"))
            continue
        found += _compared(folder, listed, there, checksum)
    return sorted(set(found))


def _compared(folder: Path, listed: dict[str, str], there: set[str], checksum: str) -> Problems:
    found = [(name, "is missing") for name in listed if name not in there]
    found += [(name, "is not part of the package") for name in there if name not in listed]
    for name in sorted(there & set(listed)):
        try:
            with (folder / name).open("rb") as stream:
                same = hashlib.file_digest(stream, checksum).hexdigest() == listed[name]
        except OSError as error:
            found.append((name, f"cannot be read: {error.strerror}"))
            continue
        if not same:
            found.append((name, "was changed"))
    return found


def _listed(manifest: Path, between: str) -> dict[str, str] | None:
    try:
        lines = manifest.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        pairs = [line.split(between, 1) for line in lines]
        return {name: digest for digest, name in pairs}
    except (OSError, ValueError):
        return None


def _said_by_bagit(folder: Path) -> str | None:
    with _quiet():
        try:
            bagit.Bag(str(folder)).validate()
        except (bagit.BagError, OSError, ValueError, KeyError) as error:
            return f"bagit says: {error}"
    return None


@contextmanager
def _quiet() -> Iterator[None]:
    # It tells each fault twice otherwise, once as a log of its own.
    logger = logging.getLogger("bagit")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()

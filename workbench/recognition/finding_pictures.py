"""The picture files of folders, one after the other; a million of them need no memory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from workbench.recognition.read_pictures import SUFFIXES

_SORTED_TOGETHER = 10_000


def stream_pictures(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that are named, and the pictures of folders that are named.

    Folders of up to 10,000 entries come in order; of larger ones, each 10,000 entries do. Links
    to folders are not followed. A folder that cannot be listed is yielded itself, so that whoever
    reads it tells why.

    Yields
    ------
    pathlib.Path
    """
    for path in paths:
        if path.is_dir():
            yield from _below(path)
        else:
            yield path


def count_pictures(paths: Iterable[Path]) -> int:
    """Return how many files `stream_pictures` yields now."""
    return sum(1 for _ in stream_pictures(paths))


def _below(folder: Path) -> Iterator[Path]:
    folders: list[str] = [str(folder)]
    while folders:
        here = folders.pop()
        inner: list[str] = []
        try:
            with os.scandir(here) as entries:
                while block := list(islice(entries, _SORTED_TOGETHER)):
                    for entry in sorted(block, key=lambda entry: entry.name):
                        if entry.is_dir(follow_symlinks=False):
                            inner.append(entry.path)
                        elif _is_picture(entry):
                            yield Path(entry.path)
        except OSError:
            yield Path(here)
        folders += sorted(inner, reverse=True)


def _is_picture(entry: os.DirEntry[str]) -> bool:
    return os.path.splitext(entry.name)[1].lower() in SUFFIXES and entry.is_file()  # noqa: PTH122 - a million times

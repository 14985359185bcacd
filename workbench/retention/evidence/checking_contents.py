"""Whether a package holds what it says: rows of its tables, its pages, and where these lead."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.retention.evidence.index_page import INDEX

Problems = list[tuple[str, str]]


def content_problems(folder: Path, contents: Mapping[str, Any]) -> Problems:
    """Return in what a package is not what it says it holds, each with its file."""
    found: Problems = []
    for name, rows in contents["tables"].items():
        counted = _rows(folder / "data" / name)
        if counted != rows:
            found.append((f"data/{name}", f"has {counted} rows; {rows} are said to be in it"))
    pages = [INDEX, *(f"data/{name}" for name in contents["pages"])]
    for page in pages:
        if (folder / page).is_file():
            found += [(page, what) for what in _page(folder, PurePosixPath(page))]
        else:
            found.append((page, "is missing"))
    pictures = len(list((folder / "data" / "pictures").iterdir()))
    if pictures != contents["pictures"]:
        found.append(("data/pictures", f"has {pictures} pictures, not {contents['pictures']}"))
    return found


def _rows(file: Path) -> int | None:
    try:
        if file.suffix == ".parquet":
            return int(pq.read_metadata(file).num_rows)
        with file.open(encoding="utf-8", newline="") as stream:
            if file.suffix == ".jsonl":
                return sum(1 for _ in stream)
            csv.field_size_limit(sys.maxsize)
            return sum(1 for _ in csv.reader(stream)) - 1
    except (OSError, ValueError, csv.Error, pa.ArrowException):
        return None


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag leads to, and every script."""
        if tag in {"script", "iframe", "object", "embed"}:
            self.found.append(f"{tag}:")
        self.found += [value or "" for name, value in attrs if name in {"src", "href"}]


def _page(folder: Path, page: PurePosixPath) -> Iterator[str]:
    reader = _Addresses()
    reader.feed((folder / page).read_text(encoding="utf-8"))
    for address in reader.found:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            yield f"leads out of the package: {address}"
        elif parts.path and not (folder / page.parent / unquote(parts.path)).is_file():
            yield f"shows {address}, which is not there"

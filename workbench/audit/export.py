"""Writes the log, or a part of it, to a file that can be kept, searched and verified elsewhere."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from workbench.audit.canonical import Row, canonical_text, time_text
from workbench.audit.csv_cells import CSV_COLUMNS, csv_cells
from workbench.audit.reading import Selection, Stream
from workbench.errors import AuditError

EXPORT_VERSION = 1
_PROGRESS_EVERY = 5_000


class ExportFormat(StrEnum):
    """How an export is written; JSON lines can be verified, CSV is for reading."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Export:
    """What was written.

    Attributes
    ----------
    about
        The export's own description: filter, number of records, first and last place. It is the
        first line of JSON lines, and stands beside either form in ``FILE.about.json``.
    sha256
        Of the file.
    """

    file: Path
    about: dict[str, Any]
    sha256: str

    @property
    def records(self) -> int:
        """How many records it holds."""
        return int(self.about["records"])


def describe(
    stream: Stream,
    selection: Selection,
    *,
    organisation: str,
    access_id: int,
    exported_at: datetime,
) -> dict[str, Any]:
    """Return an export's description; see ``data_schema/audit/export.v1.schema.json``."""
    return selection.as_json() | {
        "schema_version": EXPORT_VERSION,
        "organisation": organisation,
        "exported_at": time_text(exported_at),
        "access_id": access_id,
        "filtered": not selection.everything,
        "contiguous": stream.contiguous,
        "records": stream.records,
        "first_seq": stream.first_seq,
        "last_seq": stream.last_seq,
    }


def write_export(
    stream: Stream,
    about: dict[str, Any],
    file: Path,
    *,
    form: ExportFormat,
    progress: Callable[[int, int], None] | None = None,
) -> Export:
    """Write a stream of records to a new file that only its owner can read.

    Parameters
    ----------
    stream
        Read to its end.
    about
        From `describe`.
    file
        Must not exist. ``FILE.about.json`` is written beside it.
    form
        CSV cells that a spreadsheet would take for a formula get an apostrophe in front.
    progress
        Called now and then with how many records are written and how many there are.

    Raises
    ------
    AuditError
        If the file exists or cannot be written.
    """
    lines = _csv_lines if form is ExportFormat.CSV else _json_lines
    beside = file.with_name(f"{file.name}.about.json")
    partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
    digest = hashlib.sha256()
    try:
        _refuse_existing(file, beside)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for line in lines(about, _counted(stream, progress)):
                digest.update(line)
                out.write(line)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(about | {"file": file.name, "sha256": digest.hexdigest()}, out, indent=2)
        partial.rename(file)
    except OSError as error:
        raise AuditError("The export cannot be written", given=str(error)) from error
    finally:
        partial.unlink(missing_ok=True)
    return Export(file, about, digest.hexdigest())


def _refuse_existing(*files: Path) -> None:
    for file in files:
        if file.exists():
            raise AuditError(
                "An export is never overwritten", given=str(file), next_step="name another file"
            )


def _counted(stream: Stream, progress: Callable[[int, int], None] | None) -> Iterator[Row]:
    for number, row in enumerate(stream.rows, start=1):
        yield row
        if progress and (number % _PROGRESS_EVERY == 0 or number == stream.records):
            progress(number, stream.records)


def _json_lines(about: dict[str, Any], rows: Iterator[Row]) -> Iterator[bytes]:
    yield json.dumps({"export": about}).encode("ascii") + b"\n"
    for row in rows:
        # The hashed text itself with the hash behind it: who verifies need not rebuild anything.
        yield f'{canonical_text(row)[:-1]},"hash":"{row["hash"]}"}}\n'.encode("ascii")


def _csv_lines(about: dict[str, Any], rows: Iterator[Row]) -> Iterator[bytes]:  # noqa: ARG001 - beside the file
    line = _Line()
    writer = csv.writer(line, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    yield line.taken()
    for row in rows:
        writer.writerow(csv_cells(row))
        yield line.taken()


class _Line:
    """Takes what a csv writer writes, one line at a time."""

    def __init__(self) -> None:
        self._text = ""

    def write(self, text: str) -> int:
        self._text += text
        return len(text)

    def taken(self) -> bytes:
        text, self._text = self._text, ""
        return text.encode()

"""What was looked for and not found: the other side of a package made for disclosure."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from workbench.audit.canonical import Row
from workbench.domain.event import LOOKS, EventKind
from workbench.domain.period import Period
from workbench.retention.evidence.payload import Making
from workbench.retention.evidence.read_keys import ReadKeys
from workbench.retention.evidence.tables import CsvTable, write_table

LOOKS_FILE = "looks_without_result.csv"
CAMERAS_FILE = "cameras_without_packed_reads.csv"

_COLUMNS = (
    "seq",
    "recorded_at",
    "kind",
    "username",
    "purpose",
    "case_number",
    "reason",
    "plate",
    "criteria",
)
_LOOKS = frozenset(kind.value for kind in LOOKS)


class NegativeLooks:
    """Writes looks for the packed plates, or in the package's case, that brought nothing.

    Parameters
    ----------
    making
        The package.
    names_plate
        Says whether a plate or pattern means one of the packed plates.
    """

    def __init__(self, making: Making, names_plate: Callable[[str | None], bool]) -> None:
        self._table = CsvTable(making.folder / LOOKS_FILE, _COLUMNS, making.order.recipient)
        self._names_plate = names_plate
        self._case = making.record.case_number
        self._waiting: dict[int, list[Any]] = {}

    @property
    def tables(self) -> dict[str, int]:
        """How many rows the file has."""
        return {LOOKS_FILE: self._table.rows}

    def see(self, row: Row) -> None:
        """Look at a record of the log; to be given all of them in their order."""
        if row["kind"] in _LOOKS:
            same_case = self._case is not None and row["case_number"] == self._case
            if same_case or self._names_plate(row["plate"]):
                self._waiting[row["seq"]] = [row[name] for name in _COLUMNS]
        elif row["kind"] == EventKind.LOOK_OUTCOME.value:
            asked = self._waiting.pop(row["access_id"], None)
            if asked and json.loads(row["details"]).get("rows") == 0:
                self._table.write(asked)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._table.__exit__(kind, error, trace)


def write_silent_cameras(making: Making, keys: ReadKeys) -> Period:
    """Write which cameras made none of the packed reads in their window, and what they did make.

    A camera with other reads and none of these saw traffic and not this car; one without any says
    nothing at all.

    Returns
    -------
    Period
        The window: the one that was asked for, or from the first packed read to the last.
    """
    search = making.order.reads.search if making.order.reads else None
    window = search.period if search and search.period else keys.seen
    made = making.gathering.reads_by_camera(window)
    packed = set(keys.counts("camera_id"))
    known = {row["id"]: row for row in making.gathering.cameras()}
    names = sorted((set(known) | set(made)) - packed)
    rows = (
        (
            name,
            known[name]["name"] if name in known else None,
            name in known,
            known[name]["active"] if name in known else None,
            made.get(name, 0),
        )
        for name in names
    )
    columns = ("camera_id", "name", "known", "active", "reads_of_other_plates_in_window")
    making.tables[CAMERAS_FILE] = write_table(
        making.folder / CAMERAS_FILE, columns, rows, making.order.recipient
    )
    return window

"""Who looked at the packed reads, when and why, and the signed head of the log that proves it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.audit.canonical import Row, canonical_text
from workbench.audit.chain import Verification
from workbench.audit.checkpoint import sign_head, write_checkpoint
from workbench.audit.csv_cells import CSV_COLUMNS
from workbench.domain.criteria_text import criteria_text
from workbench.domain.read_set import read_set_from_json
from workbench.retention.evidence.accesses import Picking, walk_log
from workbench.retention.evidence.negative import NegativeLooks
from workbench.retention.evidence.order import Order, order_from_json, order_text
from workbench.retention.evidence.page import PageFile, link, paragraph, table
from workbench.retention.evidence.payload import Making
from workbench.retention.evidence.tables import CsvTable, write_sidecar

LINES = "accesses.jsonl"
CSV = "accesses.csv"
CHECKPOINT = "checkpoint.json"
PER_PAGE = 500

_SHOWN = ("When", "Who", "What", "Purpose and case", "Reason given", "Asked for", "Record", "Why")


@dataclass(frozen=True, slots=True)
class Accesses:
    """What the log says about the reads.

    Attributes
    ----------
    records
        How many records of it concern them.
    verification
        Of the whole log, on this occasion.
    """

    records: int
    verification: Verification


def write_accesses(making: Making, picking: Picking) -> Accesses:
    """Write every record of the log that concerns the reads, and sign the log's head.

    The whole chain is verified on the way. If it does not hold, that is said on the first page,
    and no head is signed.
    """
    with ExitStack() as stack:
        writer = _Writer(making, stack)
        if making.order.two_sided:
            negative = stack.enter_context(NegativeLooks(making, picking.names_plate))
            picking.watch = negative.see
        found = walk_log(
            making.sources.log_engine, picking, writer.write, signed=making.sources.signed()
        )
    making.tables |= {LINES: writer.records, CSV: writer.records}
    if making.order.two_sided:
        making.tables |= negative.tables
    making.pages += writer.pages
    write_sidecar(making.folder / LINES, making.order.recipient)
    _sign(making, found)
    return Accesses(writer.records, found)


def _sign(making: Making, found: Verification) -> None:
    if found.broken:
        making.notes.append(
            f"The department's audit log does not hold: {found.broken.explanation}. What is packed "
            "of it comes from before that place; its head was not signed."
        )
        return
    head = making.sources.audit.read(found.last_seq)
    signed = sign_head(head, making.key, signed_at=making.begun_at)
    write_checkpoint(signed, making.folder / CHECKPOINT)
    write_sidecar(making.folder / CHECKPOINT, making.order.recipient)


class _Writer:
    """Writes records in three forms: to be verified, for spreadsheets, to be read."""

    def __init__(self, making: Making, stack: ExitStack) -> None:
        self._making = making
        self._stack = stack
        folder = making.folder
        self._lines = stack.enter_context((folder / LINES).open("x", encoding="ascii", newline=""))
        columns = (*CSV_COLUMNS, "why_it_is_here")
        self._csv = stack.enter_context(CsvTable(folder / CSV, columns, making.order.recipient))
        self._rows: list[Sequence[str]] = []
        self.pages: list[str] = []
        self.records = 0
        stack.callback(self._page)

    def write(self, row: Row, why: str) -> None:
        """Write a record; the line is the hashed text itself with the hash behind it."""
        self._lines.write(f'{canonical_text(row)[:-1]},"hash":"{row["hash"]}"}}\n')
        self._csv.write([*(row[name] for name in CSV_COLUMNS), why])
        self._rows.append(self._told(row, why))
        self.records += 1
        if len(self._rows) == PER_PAGE:
            self._page()

    def _page(self) -> None:
        if not self._rows and self.pages:
            return
        number = len(self.pages) + 1
        name = f"pages/accesses-{number:05}.html"
        with PageFile(
            self._making.folder / name, self._making.frame, f"Who looked, and why, page {number}"
        ) as page:
            before = f"accesses-{number - 1:05}.html"
            back = link(before, "Page before") if number > 1 else ""
            page.write(f"<nav>{link('../../index.html', 'First page')}{back}</nav>")
            page.write(paragraph(_WHAT), table(_SHOWN, self._rows))
        self.pages.append(name)
        self._rows = []

    def _told(self, row: Row, why: str) -> list[str]:
        frame = self._making.frame
        at = frame.time(datetime.fromisoformat(row["recorded_at"]))
        who = " · ".join(filter(None, (row["display_name"], row["username"], row["organisation"])))
        purpose = " · ".join(filter(None, (row["purpose"], row["case_number"])))
        asked = self._asked(json.loads(row["criteria"])) if row["criteria"] else ""
        what = f"{row['kind']} {row['outcome'] or ''}"
        return [at, who, what, purpose, row["reason"] or "", asked, str(row["seq"]), why]

    def _asked(self, logged: dict[str, Any]) -> str:
        zone = self._making.frame.zone
        if logged.get("look") == "evidence":
            order = order_from_json(logged)
            whom = f"; {order.recipient.line}" if order.recipient else ""
            return f"evidence package: {order_text(order, zone)}{whom}"
        if "look" in logged:
            return criteria_text(logged, zone)
        held = set(logged) == {"search", "detections"}
        return order_text(Order(reads=read_set_from_json(logged)), zone) if held else ""


_WHAT = (
    "Every record of the department's audit log that concerns the packed reads: looks that asked "
    "for something that a packed read fits and that it could have brought, everything that names "
    "one of the plates, and what names a hold, hit or delivery of the reads, with the outcomes. "
    "Which rows each look brought is not stored; what it asked for is, to the letter."
)

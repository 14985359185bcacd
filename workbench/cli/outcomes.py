"""What became of the files that a command took in, as a table, as JSON and as an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from workbench.cli.terminal import PlainTable, say
from workbench.detections.receipt import Receipt
from workbench.errors import WorkbenchError

Outcome = tuple[Path, Receipt | WorkbenchError]


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Return 0: all taken in; 1: some of it is in quarantine; 2: a file cannot be read."""
    receipts = [outcome for _, outcome in outcomes if isinstance(outcome, Receipt)]
    if len(receipts) < len(outcomes):
        return 2
    return int(any(r.refused or (r.counts.quarantined and not r.already) for r in receipts))


def outcomes_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what became of each file and the sums over all, JSON-ready."""
    receipts = [outcome for _, outcome in outcomes if isinstance(outcome, Receipt)]
    now = [receipt.counts for receipt in receipts if not receipt.already]
    return {
        "files": [
            outcome.as_dict()
            if isinstance(outcome, Receipt)
            else {"name": file.name, "state": "unread", "error": outcome.as_dict()}
            for file, outcome in outcomes
        ],
        "stored": sum(counts.stored for counts in now),
        "duplicate": sum(counts.duplicate for counts in now),
        "quarantined": sum(counts.quarantined for counts in now),
        "already": sum(receipt.already for receipt in receipts),
    }


def show_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Print a line per file, and every error on standard error."""
    table = PlainTable("file", "format", "reads", "new", "known", "quarantined", "")
    for file, outcome in outcomes:
        if not isinstance(outcome, Receipt):
            table.add_row(file.name, "", "", "", "", "", "not read")
            continue
        counts = outcome.counts
        numbers = (counts.reads, counts.stored, counts.duplicate, counts.quarantined)
        state = "taken in before" if outcome.already else outcome.state
        table.add_row(file.name, outcome.format or "unknown", *map(str, numbers), state)
    Console().print(table)
    for _, outcome in outcomes:
        error = outcome.error if isinstance(outcome, Receipt) else outcome
        if error:
            say(f"{type(error).__name__}: {error}", err=True)
    if exit_code(outcomes) == 1:
        say("See `workbench ingest quarantine list`.", err=True)

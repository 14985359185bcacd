"""The page of what each way into the workbench is, from the register `docs/looks.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

REGISTER = Path(__file__).parents[1] / "docs" / "looks.toml"
CLASSES = {
    "look": "Computed from reads under criteria that the caller chose: needs a stated purpose "
    "(an inquiry, or that of a hit), training and a role; a record is written before anything "
    "is read, and its outcome after.",
    "aggregate": "Counts of fixed shape: whole hours, whole days, whole cameras, all reads "
    "together. A count under `aggregates.min_cell` of the policy is not told.",
    "none": "Tells nothing that is computed from stored reads.",
}
"""What each class promises."""

_TITLES = {
    "routes": "HTTP routes",
    "commands": "Commands",
    "pages": "Pages",
    "page_acts": "What pages ask the server",
    "handlers": "Other requests to the pages' server",
    "reports": "Reports",
    "watchers": "What runs when reads come in",
}


def register() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Return class and sentence of every entry, by the kind of entry and its name."""
    read = tomllib.loads(REGISTER.read_text(encoding="utf-8"))
    return {
        kind: {name: (said[0], said[1]) for name, said in entries.items()}
        for kind, entries in read.items()
        if kind in _TITLES
    }


def aggregate_sources() -> Mapping[str, str]:
    """Return the modules in which aggregates may touch reads, each with a sentence."""
    read = tomllib.loads(REGISTER.read_text(encoding="utf-8"))
    return dict(read["aggregate_sources"])


def looks(note: str) -> Iterator[str]:
    """Yield the lines of the page."""
    yield from ("# What is a look", "", note, "")
    yield "Whether something is a look decides what it needs. Every way in has its class here."
    yield from ("", "| class | what it promises |", "|---|---|")
    yield from (f"| {name} | {promise} |" for name, promise in CLASSES.items())
    entries = register()
    for kind, title in _TITLES.items():
        yield from ("", f"## {title}", "", "| name | class | what it does |", "|---|---|---|")
        for name, (is_a, says) in sorted(entries[kind].items()):
            yield f"| `{name}` | {is_a} | {says} |"
    yield from (
        "",
        "## Where aggregates are counted",
        "",
        "| module | what it counts |",
        "|---|---|",
    )
    for module, says in sorted(aggregate_sources().items()):
        yield f"| `{module}` | {says} |"

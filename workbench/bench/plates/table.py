"""The figures of a run as tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

from workbench.bench.plates.figures import key_of

_ROWS = {
    # figure: what it is called
    "exact": "exact",
    "exact_top": "exact, most confident of the picture",
    "any": "exact, any read of the picture",
    "folded": "exact after folding look-alikes",
    "top5": "truth in the first five candidates",
    "characters": "characters",
    "found": "found",
    "calibration_error": "expected calibration error",
    "chance_error": "the same of perfect confidences, by chance",
    "ms_p50": "ms a picture, median",
    "ms_p95": "ms a picture, 95 %",
    "decode_ms_p50": "ms decoding, median",
    "find_ms_p50": "ms finding, median",
    "cut_ms_p50": "ms cutting out, median",
    "read_ms_p50": "ms reading, median",
    "load_ms": "ms to load",
    "memory_mb": "most memory, MB",
    "unread_pictures": "pictures that failed",
}
_GROUPS = {"by_height": "height of the plate", "by_darkness": "mean luminance of the picture"}


def tables(told: Mapping[str, Any], engines: Sequence[str]) -> Iterator[Table]:
    """Yield the tables of a run: all plates, by height, by darkness, with errors of the set mended.

    Parameters
    ----------
    told
        Of `figures`.
    engines
        In the order of their columns.
    """
    title = f"{told['plates']} plates on {told['pictures']} pictures, {told['threads']} threads"
    table = Table("figure", *engines, title=title)
    for figure, name in _ROWS.items():
        values = [told.get(f"{key_of(engine)}_{figure}") for engine in engines]
        if any(value is not None for value in values):
            table.add_row(name, *map(_shown, values))
    yield table
    for group, title in _GROUPS.items():
        yield _by_group(told[group], engines, title)
    if "corrected" in told:
        table = Table("figure", *engines, title="Known errors of the set mended")
        for figure in ("plates", "exact", "exact_top", "top5", "calibration_error"):
            values = [told["corrected"][engine][figure] for engine in engines]
            table.add_row(_ROWS.get(figure, figure), *map(_shown, values))
        yield table


def _by_group(groups: Mapping[str, Any], engines: Sequence[str], title: str) -> Table:
    table = Table("group", "plates", *engines, title=f"Exact (found), by {title}")
    for name, first in groups[engines[0]].items():
        cells = [groups[engine].get(name) for engine in engines]
        shown = [f"{each['exact']:.3f} ({each['found']:.3f})" if each else "" for each in cells]
        table.add_row(name.replace("_", " "), str(first["plates"]), *shown)
    return table


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3f}" if value <= 1 else f"{value:,.1f}"

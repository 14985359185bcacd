"""A read-only table of rows known by our own number, with pages and sorting done on the server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

_CSS = """
:host { font: 13px/1.4 Roboto, "Segoe UI", Arial, sans-serif; color: #17202b; }
* { box-sizing: border-box; }
.scroll { overflow-x: auto; border: 1px solid #d5dae1; border-radius: 6px; background: #fff; }
table { width: 100%; border-collapse: collapse; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th { text-align: left; font-weight: 600; background: #f4f6f9; border-bottom: 1px solid #d5dae1;
     padding: 7px 8px; white-space: nowrap; }
th button { all: unset; cursor: pointer; } th button:hover { color: #1a5ea8; }
td { padding: 5px 8px; border-bottom: 1px solid #edf0f4; white-space: nowrap;
     max-width: 136px; overflow: hidden; text-overflow: ellipsis; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.wide { max-width: 420px; }
td.time { font-variant-numeric: tabular-nums; max-width: none; }
tbody tr { cursor: pointer; } tbody tr:last-child td { border-bottom: 0; }
tbody tr:hover { background: #f2f7fc; }
tbody tr[aria-selected=true] { background: #e1eefb; box-shadow: inset 3px 0 #1a5ea8; }
button.plate { font: 600 13.5px/1.2 "Roboto Mono", "DejaVu Sans Mono", monospace;
     letter-spacing: .05em; padding: 2px 6px; border: 1.5px solid #2f3b4a; border-radius: 4px;
     background: #fbfbf7; color: inherit; cursor: pointer; }
.soft { color: #55616f; margin-left: 6px; }
.chip { font-size: 11.5px; padding: 1px 7px; border-radius: 10px; background: #fdefd2;
     color: #6d4606; margin-right: 4px; }
button:focus-visible { outline: 3px solid #8fc0f2; outline-offset: 1px; }
.foot { display: flex; gap: 8px; align-items: center; justify-content: flex-end; padding: 8px 2px;
     color: #55616f; }
.foot span { margin-right: auto; }
.foot button { font: inherit; padding: 4px 12px; border: 1px solid #b6bfca; border-radius: 6px;
     background: #fff; color: #17202b; cursor: pointer; }
.foot button:disabled { color: #9aa5b1; border-color: #d5dae1; cursor: default; }
"""

PAGE_ROWS = 50

Column = dict[str, Any]
"""Keys ``key``, ``label``, ``kind`` (plate, time, number, chips or none) and ``sortable``."""


class RowTable(JSComponent):
    """Shows one page of rows; what was asked of it is told to the functions given.

    Each row is a dictionary with ``key`` and the columns' values, all JSON-ready.
    """

    columns = param.List(default=[], item_type=dict)
    rows = param.List(default=[], item_type=dict)
    selected = param.String(default="")
    caption = param.String(default="")
    note = param.String(default="")
    page = param.Integer(default=0)
    pages = param.Integer(default=1)
    order = param.String(default="")
    descending = param.Boolean(default=True)

    _esm = Path(__file__).with_name("rows.js").read_text(encoding="utf-8")
    _stylesheets = (_CSS,)

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        on_select: Callable[[str], Any],
        on_sort: Callable[[str], Any] = lambda _key: None,
        on_page: Callable[[int], Any] = lambda _page: None,
        **params: Any,
    ) -> None:
        self._uses = {"select": (str, on_select), "sort": (str, on_sort), "page": (int, on_page)}
        super().__init__(columns=list(columns), **params)

    def _handle_msg(self, data: Any) -> None:
        # A browser can send anything; what is not one of ours is not answered.
        for name, value in data.items() if isinstance(data, dict) else ():
            expected, use = self._uses.get(name, (None, None))
            if use is not None and type(value) is expected:
                use(value)


def page_of(count: int, page: int, noun: str) -> tuple[int, int, str]:
    """Return the page that exists nearest to the one asked for, how many there are, and a note.

    Examples
    --------
    >>> page_of(120, 7, "reads")
    (2, 3, '101-120 of 120 reads')
    >>> page_of(0, 0, "reads")
    (0, 1, 'No reads')
    """
    pages = max(1, -(-count // PAGE_ROWS))
    page = min(page, pages - 1)
    first, last = page * PAGE_ROWS + 1, min(count, (page + 1) * PAGE_ROWS)
    return page, pages, f"{first:,}-{last:,} of {count:,} {noun}" if count else f"No {noun}"

"""The parts of the page that live in the browser: the list, the clocks and the bell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

_FOLDER = Path(__file__).parent
_FONT = """
:host { font: 13px/1.4 Roboto, "Segoe UI", Arial, sans-serif; color: #17202b; }
* { box-sizing: border-box; }
ul { list-style: none; margin: 0; padding: 0; }
.soft { color: #55616f; }
button { font: inherit; color: inherit; }
button:focus-visible { outline: 3px solid #8fc0f2; outline-offset: 1px; }
"""
_LIST_CSS = """
li { margin: 0 0 6px; }
.hit { display: block; width: 100%; text-align: left; cursor: pointer; padding: 7px 10px 6px;
       border: 1px solid #d5dae1; border-left: 5px solid #8b96a5; border-radius: 6px;
       background: #fff; }
.hit.high { border-left-color: #a3211b; } .hit.medium { border-left-color: #c98a1b; }
.hit:hover { background: #f2f7fc; }
.hit[aria-current=true] { background: #e1eefb; border-top-color: #1a5ea8;
       border-right-color: #1a5ea8; border-bottom-color: #1a5ea8; }
.hit[aria-current=true] .chip:not(.new, .warn, .due, .bad, .overdue) { background: #fff; }
.head { display: flex; align-items: center; gap: 7px; }
.plate { font: 600 15px/1.2 "Roboto Mono", "DejaVu Sans Mono", monospace; letter-spacing: .05em;
         padding: 1px 6px; border: 1.5px solid #2f3b4a; border-radius: 4px; background: #fbfbf7;
         max-width: 150px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.level { font-size: 11px; font-weight: 600; letter-spacing: .04em; text-transform: uppercase;
         color: #55616f; }
.high .level { color: #a3211b; } .medium .level { color: #7a4f06; }
.time { margin-left: auto; font-variant-numeric: tabular-nums; color: #36424f;
        white-space: nowrap; }
.about { display: block; margin: 4px 0 0; overflow: hidden; text-overflow: ellipsis;
         white-space: nowrap; }
.chips { display: flex; flex-wrap: wrap; gap: 4px; margin-top: 4px; }
.chip { font-size: 11.5px; line-height: 1.3; padding: 2px 7px; border-radius: 10px;
        background: #e8ecf2; color: #36424f; font-variant-numeric: tabular-nums; }
.chip.new { background: #1a5ea8; color: #fff; }
.chip.warn, .chip.due { background: #fdefd2; color: #6d4606; }
.chip.bad, .chip.overdue { background: #a3211b; color: #fff; }
.note { color: #55616f; margin: 8px 2px; }
"""
_DUE_CSS = """
li { display: flex; align-items: baseline; gap: 10px; padding: 5px 0;
     border-bottom: 1px solid #edf0f4; }
li:last-child { border-bottom: 0; }
.what { flex: 1; } .what b { font-weight: 500; margin-right: 8px; }
.clock { font-variant-numeric: tabular-nums; font-weight: 600; padding: 1px 8px;
         border-radius: 10px; white-space: nowrap; }
.clock.due { background: #fdefd2; color: #6d4606; }
.clock.overdue { background: #a3211b; color: #fff; }
"""
_BELL_CSS = """
:host { width: 100%; }
.line { margin: 0; font-size: 13px; line-height: 1.35; }
.line i { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 7px;
          background: #2c7d43; }
.line.dead { border: 1px solid #a3211b; border-left-width: 4px; border-radius: 6px;
             padding: 8px 10px; background: #fdf4f3; color: #7c1712; font-weight: 600; }
.line.dead i { background: #a3211b; }
button { margin-top: 6px; padding: 3px 12px; border: 1px solid #b6bfca; border-radius: 6px;
         background: #fff; cursor: pointer; }
button[aria-pressed=true] { background: #e1eefb; border-color: #1a5ea8; color: #154d8a; }
.told { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""


def _script(name: str) -> str:
    return "\n".join((_FOLDER / part).read_text(encoding="utf-8") for part in ("clock.js", name))


def milliseconds(at: datetime) -> int:
    """Return an instant as browsers count: milliseconds since 1970."""
    return int(at.timestamp() * 1000)


class HitList(JSComponent):
    """Hits one under the other; which was chosen is told to a function.

    Each row is a dictionary with ``key``, ``plate``, ``region``, ``level``, ``level_text``,
    ``time``, ``seen``, ``about`` and ``chips``: dictionaries with ``text``, ``kind`` and, for a
    clock, ``by_ms``.
    """

    rows = param.List(default=[], item_type=dict)
    selected = param.String(default="")
    note = param.String(default="")
    now_ms = param.Number(default=0)

    _esm = _script("hit_list.js")
    _stylesheets = (_FONT + _LIST_CSS,)

    def __init__(self, *, on_select: Callable[[str], Any], **params: Any) -> None:
        self._on_select = on_select
        super().__init__(**params)

    def _handle_msg(self, data: Any) -> None:
        # A browser can send anything; what is not ours is not answered.
        if isinstance(data, dict) and type(data.get("select")) is str:
            self._on_select(data["select"])


class DueList(JSComponent):
    """What a hit waits for; rows have ``what``, ``section`` and ``by_ms``, which may be empty."""

    rows = param.List(default=[], item_type=dict)
    now_ms = param.Number(default=0)

    _esm = _script("due_list.js")
    _stylesheets = (_FONT + _DUE_CSS,)


class Bell(JSComponent):
    """Says whether the page is live, rings for new alerts, and counts them in the title.

    Attributes
    ----------
    why
        Why it is not live; empty while it is, and before it was ever.
    beat
        Changes every few seconds; without it the browser says that the server is silent.
    alert
        ``level`` to ring, or none for silence, and ``text`` for those who do not see the page.
    """

    live = param.Boolean(default=False)
    since = param.String(default="")
    why = param.String(default="")
    looked = param.String(default="")
    beat = param.Integer(default=0)
    alert = param.Dict(default={})
    unopened = param.Integer(default=0)

    _esm = _script("bell.js")
    _stylesheets = (_FONT + _BELL_CSS,)

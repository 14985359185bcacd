"""HTML made from values; every value is escaped here, because sources can write anything."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from typing import Any

import panel as pn

from apps.parts.look import CSS
from workbench.domain.character import Character
from workbench.domain.harmless_text import escaped
from workbench.errors import WorkbenchError

_RIVALS_SHOWN = 3
_NEARLY = 0.995


def html(markup: str = "", **options: Any) -> pn.pane.HTML:
    """Return a pane for markup made by the functions here."""
    options.setdefault("sizing_mode", "stretch_width")
    options.setdefault("margin", 0)
    return pn.pane.HTML(markup, stylesheets=[CSS], **options)


def text(value: object) -> str:
    """Return a value as text that cannot become markup."""
    return escaped(value)


def plate(value: str, *, big: bool = False) -> str:
    """Return a plate that looks like one."""
    return f'<span class="plate{" big" if big else ""}">{text(value)}</span>'


def chip(label: str, kind: str = "") -> str:
    """Return a small label."""
    return f'<span class="chip {text(kind)}">{text(label)}</span>'


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """Return names and values as a list; what is missing is left out."""
    rows = "".join(
        f"<dt>{text(name)}</dt><dd>{text(value)}</dd>"
        for name, value in pairs
        if value is not None and value != ""
    )
    return f"<dl>{rows}</dl>"


def message(kind: str, what: str, *lines: str) -> str:
    """Return a box that says something; kind is error, warn, info or good."""
    role = "alert" if kind == "error" else "status"
    rest = "".join(f'<p class="small">{text(line)}</p>' for line in lines if line)
    return f'<div class="box {text(kind)}" role="{role}"><p><b>{text(what)}</b></p>{rest}</div>'


def error_message(error: WorkbenchError) -> str:
    """Return what happened, what was given, what is allowed and what to do next."""
    given = None if error.given is None else _sentence("Given", error.given)
    allowed = error.allowed and _sentence("Allowed", error.allowed)
    following = error.next_step and _sentence("Next", error.next_step)
    return message("error", error.what, given or "", allowed or "", following or "")


def candidates(read: Sequence[tuple[str, float | None]]) -> str:
    """Return the readings of a plate with the source's own confidence in each."""
    rows = "".join(f"{plate(said)}<span>{confidence(value)}</span>" for said, value in read)
    return f'<div class="candidates">{rows}</div>'


def characters(seen: Sequence[Character]) -> str:
    """Return a plate's characters one by one: the less sure, the more marked, with its rivals."""
    return f'<div class="characters">{"".join(map(_character, seen))}</div>'


def _character(seen: Character) -> str:
    rivals = ", ".join(
        f"{rival or 'nothing'} {share:.0%}" for rival, share in seen.rivals[:_RIVALS_SHOWN]
    )
    # As many decimals as it takes to never call a disputed one certain.
    sure = f"{seen.share:.0%}" if not seen.rivals or seen.share < _NEARLY else "99%"
    described = f"{seen.text}: {sure}" + (f", or {rivals}" if rivals else "")
    return (
        f'<span class="character" title="{text(described)}" aria-label="{text(described)}" '
        f'role="img" style="--doubt:{1 - seen.share:.3f}">'
        f"<b>{text(seen.text)}</b><i>{sure}</i></span>"
    )


def confidence(value: float | None) -> str:
    """Return a confidence from 0 to 1 as a bar and a number."""
    if value is None:
        return '<span class="soft">not given</span>'
    share = round(100 * min(1.0, max(0.0, value)), 1)
    return (
        f'<span class="meter" aria-hidden="true"><i style="width:{share}%"></i></span> '
        f'<span class="number">{value:.2f}</span>'
    )


def picture(content: bytes, media_type: str, described: str) -> str:
    """Return a picture that travels inside the page, so that no address of it exists."""
    data = base64.b64encode(content).decode("ascii")
    return f'<img alt="{text(described)}" src="data:{text(media_type)};base64,{data}">'


def _sentence(name: str, value: object) -> str:
    said = value if isinstance(value, str) else repr(value)
    return f"{name}: {said if len(said) <= 200 else said[:200] + '…'}"

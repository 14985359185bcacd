"""The fields of one act's form; shows them, decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import panel as pn
import panel_material_ui as pmui

from apps.hits.form import Asks, Field, Form
from apps.parts.choice import Choice
from apps.parts.markup import html, text
from workbench.hotlists.hits.acts import LONGEST_TEXT
from workbench.hotlists.hits.handling import HitFile

_UNCHOSEN = "(unchosen)"
"""Stands in menus for no choice, which the browser would draw as an empty line."""


class ActFields:
    """The fields of a form, and when it was done.

    They stay in the page and are only hidden: what a browser says of a field that was taken out
    of the page a moment ago would be of something that the server does not know any more.

    Parameters
    ----------
    form
        What is asked for.
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        self._inputs = {asked.name: _input(asked) for asked in form.fields}
        self.when = pmui.TextInput(
            label="When, if not just now", placeholder="YYYY-MM-DD HH:MM:SS, local", **_LOOK
        )
        hint = f'<p class="small soft">{text(form.hint)}</p>' if form.hint else ""
        self.panel = pn.Column(
            html(f"<h3>{text(form.label)}</h3>{hint}"), *self._inputs.values(), self.when,
            sizing_mode="stretch_width", margin=0, visible=False,
        )  # fmt: skip

    def begin(self, file: HitFile) -> None:
        """Show the fields with nothing typed."""
        self.when.value = ""
        for asked in self.form.fields:
            if asked.choices_of is not None:
                self._inputs[asked.name].options = _with_none(asked.choices_of(file))
            first = asked.first(file.hit)
            empty = {Asks.LINE: "", Asks.WORDS: "", Asks.TICK: False, Asks.PICK: _UNCHOSEN}.get(
                asked.asks
            )
            self._inputs[asked.name].value = empty if first is None else first
        self.panel.visible = True

    def values(self) -> dict[str, Any]:
        """Return what is typed and chosen, by name."""
        said = {name: shown.value for name, shown in self._inputs.items()}
        return {name: None if value == _UNCHOSEN else value for name, value in said.items()}


_LOOK: dict[str, Any] = {"size": "small", "sizing_mode": "stretch_width", "margin": (4, 0)}


def _with_none(choices: Mapping[str, Any]) -> dict[str, Any]:
    return {"Choose …": _UNCHOSEN, **choices}


def _input(asked: Field) -> Any:
    match asked.asks:
        case Asks.CHOICE:
            return Choice(
                label=asked.label, options=dict(asked.choices), size="small",
                sizing_mode="stretch_width", margin=(4, 0, 6, 0),
            )  # fmt: skip
        case Asks.PICK:
            return pmui.Select(label=asked.label, options=_with_none(asked.choices), **_LOOK)
        case Asks.TICK:
            return pmui.Checkbox(label=asked.label, size="small", margin=(2, 0))
        case Asks.WORDS:
            return pmui.TextAreaInput(
                label=asked.label, rows=3, max_rows=8, max_length=LONGEST_TEXT, **_LOOK
            )
        case Asks.LINE:
            return pmui.TextInput(label=asked.label, **_LOOK)

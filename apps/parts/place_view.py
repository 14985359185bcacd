"""Typing an area, or drawing it by clicks on the map; shows the place, decides nothing."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from apps.parts.markup import html
from apps.parts.place_state import ANYWHERE, CIRCLE, POLYGON, PlaceState

_LABELS = {"Anywhere": ANYWHERE, "Circle": CIRCLE, "Polygon": POLYGON}
_HINTS = {
    ANYWHERE: "",
    CIRCLE: '<p class="small soft">Click the map for the centre, or type it.</p>',
    POLYGON: '<p class="small soft">Click the map for each corner, or type them.</p>',
}


class PlaceView:
    """The fields of a `PlaceState`.

    Parameters
    ----------
    place
        What is shown.
    anywhere
        Whether one may look without naming a place.
    """

    def __init__(self, place: PlaceState, *, anywhere: bool) -> None:
        self._place = place
        labels = _LABELS if anywhere else {k: v for k, v in _LABELS.items() if v != ANYWHERE}
        self.shape = pmui.RadioButtonGroup.from_param(
            place.param.shape, label="Place", options=labels, size="small",
            sizing_mode="stretch_width",
        )  # fmt: skip
        self._hint = html(margin=(0, 10))
        self._centre = pmui.TextInput.from_param(
            place.param.centre, label="Centre: lon, lat", placeholder="-121.2810, 38.7460",
            size="small", sizing_mode="stretch_width",
        )  # fmt: skip
        self._radius = pmui.IntInput.from_param(
            place.param.radius_m,
            label="Radius in metres",
            start=1,
            step=100,
            size="small",
            sizing_mode="stretch_width",
        )
        self._corners = pmui.TextAreaInput.from_param(
            place.param.corners, label="Corners: lon, lat on each line", rows=3, max_rows=6,
            size="small", sizing_mode="stretch_width",
        )  # fmt: skip
        self._undo = pmui.Button(
            label="Undo corner", on_click=lambda _e: place.undo_corner(), variant="text",
            size="small",
        )  # fmt: skip
        self._clear = pmui.Button(
            label="Clear", on_click=lambda _e: place.clear(), variant="text", size="small"
        )
        self.widgets = [
            self.shape, self._centre, self._radius, self._corners, self._undo, self._clear,
        ]  # fmt: skip
        self.panel = pn.Column(
            self.shape, self._hint, self._centre, self._radius, self._corners,
            pn.Row(self._undo, self._clear, margin=0),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        place.param.watch(self._draw, "shape")
        self._draw()

    def _draw(self, *_events: Any) -> None:
        shape = self._place.shape
        self._hint.object = _HINTS[shape]
        self._centre.visible = self._radius.visible = shape == CIRCLE
        self._corners.visible = self._undo.visible = shape == POLYGON
        self._clear.visible = shape != ANYWHERE

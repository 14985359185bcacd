"""Putting plots into pages."""

from __future__ import annotations

from typing import Any

import panel as pn

TILES = "/tiles/{Z}/{X}/{Y}.png"


def hidden(element: Any) -> pn.Column:
    """Return a plot that is not seen yet.

    A map that is seen while the page loads can keep it loading for ever: Bokeh waits for tiles
    that a change of layout has moved out of view. So maps are shown once the page has loaded.
    """
    pane = pn.pane.HoloViews(element, sizing_mode="stretch_width", margin=0, linked_axes=False)
    return pn.Column(pane, visible=False, sizing_mode="stretch_width", margin=0)

"""The optional packages that draw; loaded when the first map or plot is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from workbench.errors import DependencyError


def load_holoviews() -> Any:
    """Return HoloViews with its Bokeh backend chosen.

    The scripts travel inside the page or notebook, so that a chart is there without a network.

    Raises
    ------
    DependencyError
        If the extra ``maps`` is not installed.
    """
    hv = load_optional("holoviews")
    if "bokeh" not in hv.Store.renderers:
        hv.extension("bokeh", inline=True)
    return hv


def load_optional(name: str) -> Any:
    """Return a module of the extra ``maps``.

    Raises
    ------
    DependencyError
        If it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise DependencyError(
            "Maps and plots need packages that are not installed",
            given=error.name or name,
            allowed="the extra `maps`",
            next_step="pip install 'alpr-workbench[maps]'",
        ) from error

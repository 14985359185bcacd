"""A few choices side by side, none of which is chosen until somebody chooses."""

from __future__ import annotations

from typing import Any

import panel_material_ui as pmui

_PLAIN = {"& .MuiToggleButton-root": {"textTransform": "none", "padding": "3px 6px"}}


class Choice(pmui.RadioButtonGroup):
    """Choices of which people have to take one.

    Panel shows the first choice as chosen when there is none, and a form would say what nobody
    has said.
    """

    _allows_none = True  # Panel's own switch for it, which its button groups do not set

    def __init__(self, **look: Any) -> None:
        super().__init__(sx=_PLAIN, **look)

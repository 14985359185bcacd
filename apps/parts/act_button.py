"""A button that starts an act and shows that it is under way."""

from __future__ import annotations

from typing import Any

import panel_material_ui as pmui
import param


class ActButton(pmui.Button):
    """A button that cannot be pressed while `busy`; the server has the last word on that.

    The page tells the server of each state of `loading` that it has drawn. When an act is short,
    it tells that the button is busy after the server said that it is not, and Panel believes
    it: the button would stay busy for ever. So what the page says of `loading` is undone.
    """

    busy = param.Boolean(default=False, doc="Whether the act is under way.")

    def __init__(self, **look: Any) -> None:
        super().__init__(**({"size": "small", "variant": "outlined"} | look))
        self.param.watch(self._say, ["busy", "loading"])

    def _say(self, *_events: Any) -> None:
        if self.loading != self.busy:
            self.loading = self.busy

"""The part of the inquiry's card in which more reads are asked for; decides nothing."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from apps.inquiry.state import InquiryDesk
from apps.parts.act_button import ActButton
from apps.parts.markup import html, message
from apps.parts.telling import telling
from apps.site import Site


class ReadsView:
    """Asks for a number of reads under the chosen inquiry."""

    def __init__(self, site: Site, desk: InquiryDesk) -> None:
        self._site = site
        self._desk = desk
        wide = {"size": "small", "sizing_mode": "stretch_width"}
        rule = desk.policy.search.reads_per_look.value
        self._told = html(margin=(4, 10))
        self._reads = pmui.TextInput(label="How many reads", placeholder=f"{rule * 2}", **wide)
        self._why = pmui.TextAreaInput(label="What so many are needed for", rows=2, **wide)
        self._ask = ActButton(label="Ask", on_click=self._asked)
        self._form = pn.Column(self._reads, self._why, self._ask, visible=False, margin=0)
        self._more = ActButton(label="Ask for more reads", variant="text", on_click=self._opened)
        self.panel = pn.Column(
            self._more, self._form, self._told, sizing_mode="stretch_width", margin=0
        )

    def _opened(self, _event: Any) -> None:
        self._form.visible = not self._form.visible

    async def _asked(self, _event: Any) -> None:
        async with telling(self._told, self._ask):
            made = await self._site.in_background(
                self._desk.asked_for_reads, self._reads.value, self._why.value
            )
            self._form.visible = False
            self._told.object = message(
                "info",
                f"{made.reads:,} reads are asked for",
                "A supervisor or ALPR administrator finds it under Approvals.",
            )

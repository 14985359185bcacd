"""The Approvals page as it looks; shows the desk, decides nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import panel as pn
import panel_material_ui as pmui

from apps.inquiry.approvals_state import ApprovalDesk, WaitingLine
from apps.parts.act_button import ActButton
from apps.parts.markup import facts, html, message, text
from apps.parts.rows import RowTable
from apps.parts.telling import telling
from apps.site import Site
from workbench.views.labels import local_label

_COLUMNS = [
    {"key": "opened", "label": "Opened", "kind": "time"},
    {"key": "who", "label": "By"},
    {"key": "what", "label": "What"},
    {"key": "case", "label": "Case"},
    {"key": "reason", "label": "Reason", "kind": "wide"},
]
_CHOOSE = message("info", "Nothing is chosen", "Choose a row to read all of it and decide.")


class ApprovalsView:
    """The parts of the Approvals page of one session."""

    def __init__(self, site: Site, desk: ApprovalDesk) -> None:
        self._site = site
        self._desk = desk
        self._told = html()
        self._status = html()
        self._shown = html(_CHOOSE)
        self._table = RowTable(
            _COLUMNS, on_select=desk.select, caption="What waits for approval",
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self._refresh = ActButton(label="Look again", on_click=self._looked)
        self._note = pmui.TextAreaInput.from_param(
            desk.param.note, label="Reason of the decision", rows=2, size="small",
            sizing_mode="stretch_width", margin=(12, 0, 0, 0),
        )  # fmt: skip
        self._approve = self._decision("Approve", "contained", approve=True)
        self._refuse = self._decision("Refuse", "outlined", approve=False)
        self._form = pn.Column(
            self._note, pn.Row(self._approve, self._refuse, margin=(4, 0)),
            visible=False, sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        desk.param.watch(self._draw, ["waiting", "selected"])

    @property
    def main(self) -> list[Any]:
        """The list beside the chosen inquiry."""
        left = pn.Column(
            self._status, self._table, self._refresh,
            sizing_mode="stretch_width", margin=(10, 8, 10, 24),
        )  # fmt: skip
        right = pn.Column(self._shown, self._form, self._told, width=380, margin=(10, 24, 10, 8))
        return [pn.Row(left, right, sizing_mode="stretch_width", margin=0)]

    async def load(self) -> None:
        """Fetch what waits."""
        await self._looked(None)

    async def _looked(self, _event: Any) -> None:
        async with telling(self._told, self._refresh):
            self._desk.take(await self._site.in_background(self._desk.listed))
            self._draw()

    def _decision(self, label: str, variant: str, *, approve: bool) -> ActButton:
        button = ActButton(label=label, variant=variant)

        async def decided(_event: Any) -> None:
            chosen = self._desk.selected
            async with telling(self._told, button):
                if chosen is None:
                    return
                done = await self._site.in_background(self._desk.decided, chosen, approve=approve)
                self._desk.take(await self._site.in_background(self._desk.listed))
                word = "Approved" if approve else "Refused"
                self._told.object = message("good", f"{word}: {done}")

        button.on_click(decided)
        return button

    def _draw(self, *_events: Any) -> None:
        desk, zone = self._desk, self._site.zone
        count = len(desk.waiting)
        told = f"{count} thing{' waits' if count == 1 else 's wait'} for approval"
        self._status.object = message("warn" if count else "good", told)
        self._table.rows = [
            {
                "key": line.key,
                "opened": local_label(_since(line), zone),
                "who": line.inquiry.username,
                "what": self._what(line),
                "case": line.inquiry.case_number or "",
                "reason": line.asked.allowance.why if line.asked else line.inquiry.reason,
            }
            for line in desk.waiting
        ]
        chosen = desk.selected
        self._table.selected = "" if chosen is None else chosen.key
        self._form.visible = chosen is not None
        self._shown.object = _CHOOSE if chosen is None else self._described(chosen)

    def _described(self, chosen: WaitingLine) -> str:
        inquiry, zone = chosen.inquiry, self._site.zone
        told = [
            ("By", inquiry.username),
            ("Opened", local_label(inquiry.opened_at, zone)),
            ("Purpose", self._title(inquiry.purpose)),
            ("Case", inquiry.case_number or "none given"),
            ("Reason", inquiry.reason),
        ]
        if chosen.asked is not None:
            told += [
                ("Reads asked for", f"{chosen.asked.allowance.reads:,}"),
                ("What for", chosen.asked.allowance.why),
                ("Reads brought out in 24 hours", f"{chosen.asked.out_today:,}"),
            ]
        return f"<h2>{text(self._what(chosen))}</h2>" + facts(told)

    def _what(self, line: WaitingLine) -> str:
        if line.asked is not None:
            return f"{line.asked.allowance.reads:,} reads"
        return self._title(line.inquiry.purpose)

    def _title(self, purpose: str) -> str:
        rules = self._site.runtime.policy.purposes
        return next((rule.title for rule in rules if rule.code == purpose), purpose)


def _since(line: WaitingLine) -> datetime:
    return line.asked.allowance.asked_at if line.asked else line.inquiry.opened_at

"""The card in which a purpose is stated or chosen; shows the desk, decides nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import panel as pn
import panel_material_ui as pmui

from apps.inquiry.reads_view import ReadsView
from apps.inquiry.state import InquiryDesk
from apps.parts.act_button import ActButton
from apps.parts.markup import chip, facts, html, message, text
from apps.parts.telling import telling
from apps.site import Site
from workbench.domain.inquiry import Inquiry, InquiryState
from workbench.views.labels import local_label

_STATE_CHIPS = {
    InquiryState.OPEN: chip("open", "good"),
    InquiryState.WAITING: chip("waiting for approval", "wait"),
    InquiryState.REFUSED: chip("refused", "warn"),
    InquiryState.CLOSED: chip("closed"),
}
_CHOOSE = {"Choose a purpose": ""}
_NONE = {"Open another one": ""}


class InquiryView:
    """The first card of every page that looks at detections."""

    def __init__(self, site: Site, desk: InquiryDesk) -> None:
        self._site = site
        self._desk = desk
        self._told = html(margin=(4, 10))
        self._shown = html(margin=(4, 10))
        self._purpose, self._case, self._reason = _fields(desk)
        self._state = ActButton(label="Open inquiry", on_click=self._opened, variant="contained")
        self._again = ActButton(label="Check again", on_click=self._checked)
        self._close = ActButton(label="Close inquiry", on_click=self._closed)
        self._other = ActButton(label="Use another", on_click=self._left)
        self._mine = pmui.Select(
            label="Your open inquiries", options=_NONE, size="small", sizing_mode="stretch_width"
        )
        self._mine.param.watch(self._chosen, "value")
        self._approval = html(visible=False, margin=(4, 10))
        self._form = pn.Column(
            self._mine, self._purpose, self._case, self._reason, self._approval, self._state,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self._reads = ReadsView(site, desk)
        self._card = pn.Column(
            self._shown, pn.Row(self._again, self._other, self._close, margin=0),
            self._reads.panel,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self.panel = pn.Column(
            html("<h2>1 &nbsp;Inquiry</h2>", margin=(0, 10)), self._form, self._card, self._told,
            sizing_mode="stretch_width", margin=(8, 6),
        )  # fmt: skip
        # Panel loses what is changed before a page has loaded; until then nothing can be begun.
        self._enable(enabled=False)
        desk.param.watch(self._draw, ["current", "mine"])
        desk.param.watch(self._warn, "purpose")
        self._draw()

    async def load(self, inquiry: str | None) -> None:
        """Fetch the person's inquiries, and choose one that the address names."""
        self._enable(enabled=True)
        async with telling(self._told, self._state):
            self._desk.mine = await self._site.in_background(self._desk.listed)
            if inquiry:
                await self._choose(inquiry)

    def _enable(self, *, enabled: bool) -> None:
        for widget in (self._purpose, self._case, self._reason, self._state):
            widget.disabled = not enabled

    async def _opened(self, _event: Any) -> None:
        async with telling(self._told, self._state):
            self._desk.take(await self._site.in_background(self._desk.stated))

    async def _checked(self, _event: Any) -> None:
        current = self._desk.current
        async with telling(self._told, self._again):
            if current is not None:
                self._desk.take(await self._site.in_background(self._desk.seen, current.id))

    async def _closed(self, _event: Any) -> None:
        async with telling(self._told, self._close):
            await self._site.in_background(self._desk.closed)
            await self._relist()

    async def _left(self, _event: Any) -> None:
        async with telling(self._told, self._other):
            await self._relist()

    async def _relist(self) -> None:
        self._desk.take(None)
        self._desk.mine = await self._site.in_background(self._desk.listed)

    async def _chosen(self, event: Any) -> None:
        if event.new:
            async with telling(self._told, self._state):
                await self._choose(event.new)

    async def _choose(self, inquiry: str) -> None:
        try:
            number = UUID(inquiry)
        except ValueError:
            return  # the address was edited by hand
        self._desk.take(await self._site.in_background(self._desk.seen, number))

    def _warn(self, *_events: Any) -> None:
        needed = self._desk.needs_approval(self._desk.purpose)
        told = "A supervisor or ALPR administrator has to approve it before rows show."
        self._approval.param.update(object=message("warn", told) if needed else "", visible=needed)

    def _draw(self, *_events: Any) -> None:
        current = self._desk.current
        self._form.visible = current is None
        self._card.visible = current is not None
        self._mine.param.update(
            options=_NONE | {_line(self._desk, found): str(found.id) for found in self._desk.mine},
            value="",
            visible=bool(self._desk.mine),
        )
        if current is not None:
            self._again.visible = current.state is InquiryState.WAITING
            self._reads.panel.visible = current.state is InquiryState.OPEN
            self._close.visible = current.state in {InquiryState.OPEN, InquiryState.WAITING}
            self._shown.object = self._described(current)

    def _described(self, current: Inquiry) -> str:
        opened = local_label(current.opened_at, self._site.zone)
        told = {
            InquiryState.WAITING: message(
                "warn",
                "Rows show once this is approved",
                "A supervisor or ALPR administrator finds it under Approvals.",
            ),
            InquiryState.REFUSED: message("error", "This inquiry was refused"),
        }.get(current.state, "")
        return (
            f"<p><b>{text(self._desk.title_of(current.purpose))}</b><br>"
            f"{_STATE_CHIPS[current.state]}</p>"
            + facts(
                [
                    ("Case", current.case_number),
                    ("Reason", current.reason),
                    ("Opened", opened),
                    ("Decided by", current.decided_by),
                    ("Note", current.decision_note),
                ]
            )
            + told
        )


def _line(desk: InquiryDesk, found: Inquiry) -> str:
    about = found.case_number or found.reason[:28]
    waits = " (waiting)" if found.state is InquiryState.WAITING else ""
    return f"{desk.title_of(found.purpose)} - {about}{waits} · {str(found.id)[:4]}"


def _fields(desk: InquiryDesk) -> tuple[Any, Any, Any]:
    wide = {"size": "small", "sizing_mode": "stretch_width"}
    return (
        pmui.Select.from_param(
            desk.param.purpose, label="Purpose", options=_CHOOSE | desk.purposes, **wide
        ),
        pmui.TextInput.from_param(
            desk.param.case_number, label="Case number", placeholder="26-014532", **wide
        ),
        pmui.TextAreaInput.from_param(
            desk.param.reason, label="Reason, in your own words", rows=2, max_rows=4, **wide
        ),
    )

"""The Canvass page as it looks; shows the state, decides nothing."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from apps.canvass.rows import PLATE_COLUMNS, READ_COLUMNS, plate_rows, read_rows
from apps.canvass.state import CanvassState
from apps.inquiry.view import InquiryView
from apps.parts.act_button import ActButton
from apps.parts.detail import DetailView
from apps.parts.markup import html, message
from apps.parts.place_view import PlaceView
from apps.parts.plots import TILES, hidden
from apps.parts.rows import PAGE_ROWS, RowTable, page_of
from apps.parts.telling import telling
from apps.site import Site
from workbench.analysis.frames import DETECTION_SCHEMA, detection_frame
from workbench.views.detections_map import DetectionsMap

_NO_PURPOSE = message(
    "info",
    "State a purpose first",
    "Nothing can be canvassed without an open inquiry (Civil Code 1798.90.52).",
)
_READY = message(
    "info", "Where and when did it happen?", "Click the scene on the map, then type the time."
)


class CanvassView:
    """The parts of the Canvass page of one session."""

    def __init__(self, site: Site, state: CanvassState, inquiry: InquiryView) -> None:
        self._site = site
        self._state = state
        self._inquiry = inquiry
        self._told = html(margin=(4, 10))
        self._status = html()
        self._place = PlaceView(state.place, anywhere=False)
        self._fields = self._typed()
        self._go = ActButton(
            label="Canvass", on_click=self._canvassed, variant="contained", size="medium",
            sizing_mode="stretch_width",
        )  # fmt: skip
        self._map = DetectionsMap(site.ground.home, tiles_url=TILES, height=390)
        self._ground = hidden(self._map.element)
        self._plates = RowTable(
            PLATE_COLUMNS, on_select=state.choose,
            on_page=lambda page: state.param.update(page=max(0, page)),
            caption="Plates that passed", sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self._reads = RowTable(
            READ_COLUMNS, on_select=state.select, caption="Reads of the chosen plate",
            sizing_mode="stretch_width", margin=(0, 0, 10, 0), visible=False,
        )  # fmt: skip
        self._detail = DetailView(site, state.open_picture, zone=site.zone)
        self._connect()

    @property
    def sidebar(self) -> list[Any]:
        """Inquiry first, then the scene."""
        form = pn.Column(
            html("<h2>2 &nbsp;Scene</h2>", margin=(0, 10)), self._place.panel,
            *self._fields, self._go, self._told, sizing_mode="stretch_width", margin=(8, 6),
        )  # fmt: skip
        return [self._inquiry.panel, pmui.Divider(margin=(4, 16)), form]

    @property
    def main(self) -> list[Any]:
        """Map and plates beside the chosen one."""
        left = pn.Column(
            self._status, self._ground, self._plates,
            sizing_mode="stretch_width", margin=(10, 8, 10, 16), min_width=420,
        )  # fmt: skip
        right = pn.Column(self._reads, self._detail.panel, width=284, margin=(10, 12, 10, 4))
        return [pn.Row(left, right, sizing_mode="stretch_width", margin=0)]

    async def load(self, inquiry: str | None) -> None:
        """Show the map, fetch the person's inquiries, choose one that the address names."""
        self._ground.visible = True
        await self._inquiry.load(inquiry)

    def _typed(self) -> list[Any]:
        param, small = self._state.param, {"size": "small", "sizing_mode": "stretch_width"}
        margins = pn.Row(
            pmui.IntInput.from_param(param.before_min, label="Minutes before", start=0, **small),
            pmui.IntInput.from_param(param.after_min, label="Minutes after", start=0, **small),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        return [
            pmui.TextInput.from_param(
                param.at, label="When it happened", placeholder="YYYY-MM-DD HH:MM", **small
            ),
            margins,
            pmui.IntInput.from_param(param.limit, label="Reads at most", start=1, **small),
        ]

    def _connect(self) -> None:
        state = self._state
        state.desk.param.watch(self._inquiry_changed, "current")
        state.place.param.watch(self._outlined, ["shape", "centre", "radius_m", "corners"])
        state.param.watch(self._found, ["passed", "page"])
        state.param.watch(self._chosen, ["plate"])
        state.param.watch(self._selected, ["selected"])
        self._map.on_click(state.place.click)
        self._inquiry_changed()

    async def _canvassed(self, _event: Any) -> None:
        state = self._state
        async with telling(self._told, self._go, when_ended=state.clear):
            criteria = state.criteria()
            async with self._site.look_turn():
                state.take(await self._site.in_background(state.look, criteria))

    def _inquiry_changed(self, *_events: Any) -> None:
        usable = self._state.desk.usable
        at, margins, limit = self._fields
        for widget in (at, *margins, limit, *self._place.widgets, self._go):
            widget.disabled = not usable
        self._state.clear()
        self._status.object = _READY if usable else _NO_PURPOSE

    def _outlined(self, *_events: Any) -> None:
        self._map.outline(self._state.place.outline())

    def _found(self, *events: Any) -> None:
        state = self._state
        if any(event.name == "passed" for event in events):
            self._show_map()
            self._status.object = self._told_status()
        passed = state.passed
        rows = [] if passed is None else passed
        page, pages, note = page_of(len(rows), state.page, "plates")
        shown = rows[page * PAGE_ROWS :][:PAGE_ROWS]
        self._plates.param.update(
            rows=plate_rows(shown, self._site.zone) if len(shown) else [],
            page=page, pages=pages, note=note if passed is not None else "",
        )  # fmt: skip

    def _show_map(self) -> None:
        frame, outline = self._state.frame, self._state.place.outline()
        if frame is None:
            self._map.show(detection_frame(DETECTION_SCHEMA.empty_table()))
            return
        self._map.show(frame, fit=not outline)
        if outline:
            lons, lats = zip(*outline, strict=True)
            self._map.fit((min(lons), min(lats), max(lons), max(lats)))

    def _told_status(self) -> str:
        found = self._state.found
        if found is None:
            return _READY if self._state.desk.usable else _NO_PURPOSE
        access = f"Recorded as access {found.access_id}."
        plates = f"{len(self._state.passed):,} plates passed, {found.rows:,} reads"
        if found.truncated:
            told = f"More than the {found.rows:,} reads shown fit; the earliest are shown"
            return message("warn", told, f"Make the scene or the time smaller. {access}")
        return message("good" if found.rows else "info", plates, access)

    def _chosen(self, *_events: Any) -> None:
        state = self._state
        reads = state.reads_of(state.plate) if state.plate else None
        self._plates.selected = state.plate
        self._reads.visible = reads is not None
        self._reads.rows = [] if reads is None else read_rows(reads, self._site.zone)
        placed = [] if reads is None else reads[["lon", "lat"]].dropna().to_numpy().tolist()
        self._map.mark([(lon, lat) for lon, lat in placed])

    def _selected(self, *_events: Any) -> None:
        row = self._state.selected_row()
        self._reads.selected = "" if row is None else str(row["detection_id"])
        self._detail.show(row)

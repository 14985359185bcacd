"""The Search page as it looks; shows the state, decides nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import panel as pn
import panel_material_ui as pmui

from apps.inquiry.view import InquiryView
from apps.parts.act_button import ActButton
from apps.parts.detail import DetailView
from apps.parts.markup import html, message
from apps.parts.place_view import PlaceView
from apps.parts.plots import TILES, hidden
from apps.parts.rows import PAGE_ROWS, RowTable, page_of
from apps.parts.telling import telling
from apps.search.rows import COLUMNS, table_rows
from apps.search.state import SearchState
from apps.site import Site
from workbench.analysis.frames import DETECTION_SCHEMA, detection_frame
from workbench.views.detections_map import DetectionsMap
from workbench.views.labels import local_input
from workbench.views.timeline import Timeline

_HELP = (
    '<p class="small soft"><b>?</b> one character &nbsp; <b>*</b> up to seven &nbsp; '
    "<b>@</b> a letter<br><b>#</b> a digit &nbsp; <b>[38B]</b> one of these</p>"
)
_PERIODS = {
    "Any time, or as typed": 0.0,
    "Last hour": 1.0,
    "Last 24 hours": 24.0,
    "Last 7 days": 168.0,
    "Last 30 days": 720.0,
}
_NO_PURPOSE = message(
    "info",
    "State a purpose first",
    "Nothing can be searched without an open inquiry (Civil Code 1798.90.52).",
)
_READY = message("info", "Nothing has been searched yet", "Every search is recorded.")


class SearchView:
    """The parts of the Search page of one session."""

    def __init__(self, site: Site, state: SearchState, inquiry: InquiryView) -> None:
        self._site = site
        self._state = state
        self._inquiry = inquiry
        self._told = html(margin=(4, 10))
        self._status = html()
        self._place = PlaceView(state.place, anywhere=True)
        self._fields = self._typed()
        self._go = ActButton(
            label="Search", on_click=self._searched, variant="contained", size="medium",
            sizing_mode="stretch_width",
        )  # fmt: skip
        self._map = DetectionsMap(site.ground.home, tiles_url=TILES, height=390)
        self._timeline = Timeline(site.zone, height=96)
        self._table = RowTable(
            COLUMNS, on_select=state.select, on_sort=state.sort,
            on_page=lambda page: state.param.update(page=max(0, page)),
            caption="Reads that were found", sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        self._all = pmui.Button(
            label="List all rows again", on_click=lambda _e: state.param.update(box=None),
            variant="text", size="small", visible=False,
        )  # fmt: skip
        self._ground = hidden(self._map.element)
        self._times = hidden(self._timeline.element)
        self._detail = DetailView(site, state.open_picture, zone=site.zone)
        self._connect()

    @property
    def sidebar(self) -> list[Any]:
        """Inquiry first, then what to search for."""
        form = pn.Column(
            html("<h2>2 &nbsp;Search</h2>", margin=(0, 10)), *self._fields.values(),
            self._place.panel, self._go, self._told, sizing_mode="stretch_width", margin=(8, 6),
        )  # fmt: skip
        return [self._inquiry.panel, pmui.Divider(margin=(4, 16)), form]

    @property
    def main(self) -> list[Any]:
        """Map, timeline and table beside the selected read."""
        left = pn.Column(
            self._status, self._ground, self._times, self._all, self._table,
            sizing_mode="stretch_width", margin=(10, 8, 10, 16), min_width=420,
        )  # fmt: skip
        right = pn.Column(self._detail.panel, width=284, margin=(10, 12, 10, 4))
        return [pn.Row(left, right, sizing_mode="stretch_width", margin=0)]

    async def load(self, inquiry: str | None) -> None:
        """Show the map, fetch the person's inquiries, choose one that the address names."""
        self._ground.visible = True
        await self._inquiry.load(inquiry)

    def _typed(self) -> dict[str, Any]:
        param, small = self._state.param, {"size": "small", "sizing_mode": "stretch_width"}
        recent = pmui.Select(label="Period", options=_PERIODS, **small)
        recent.param.watch(self._recent, "value")
        typed = "YYYY-MM-DD HH:MM"
        ends = pn.Row(
            pmui.TextInput.from_param(param.start, label="From", placeholder=typed, **small),
            pmui.TextInput.from_param(param.end, label="To", placeholder=typed, **small),
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip
        return {
            "plate": pmui.TextInput.from_param(
                param.plate, label="Plate", placeholder="7AB?1*", **small
            ),
            "help": html(_HELP, margin=(0, 10)),
            "recent": recent,
            "ends": ends,
            "cameras": pmui.TextInput.from_param(
                param.cameras, label="Cameras", placeholder="all; or names, with commas", **small
            ),
            "confidence": pmui.FloatSlider.from_param(
                param.min_confidence, label="Confidence at least", step=0.05, **small
            ),
            "limit": pmui.IntInput.from_param(param.limit, label="Rows at most", **small),
        }

    def _connect(self) -> None:
        state = self._state
        state.desk.param.watch(self._inquiry_changed, "current")
        state.place.param.watch(self._outlined, ["shape", "centre", "radius_m", "corners"])
        state.param.watch(self._found, ["found"])
        state.param.watch(self._listed, ["frame", "box", "order", "descending", "page"])
        state.param.watch(self._selected, ["selected"])
        self._map.on_box(lambda box: state.param.update(box=box, page=0))
        self._map.on_click(state.place.click)
        self._inquiry_changed()

    async def _searched(self, _event: Any) -> None:
        state = self._state
        async with telling(self._told, self._go, when_ended=state.clear):
            criteria = state.criteria()
            async with self._site.look_turn():
                state.take(await self._site.in_background(state.look, criteria))

    def _recent(self, event: Any) -> None:
        now = self._site.runtime.clock()
        start = now - timedelta(hours=event.new)
        texts = [local_input(at, self._site.zone) for at in (start, now + timedelta(minutes=1))]
        start_text, end_text = texts if event.new else ("", "")
        self._state.param.update(start=start_text, end=end_text)

    def _inquiry_changed(self, *_events: Any) -> None:
        usable = self._state.desk.usable
        ends = list(self._fields["ends"])
        fields = [self._fields[name] for name in self._fields if name not in ("help", "ends")]
        for widget in (*fields, *ends, *self._place.widgets, self._go):
            widget.disabled = not usable
        self._state.clear()
        self._status.object = _READY if usable else _NO_PURPOSE

    def _outlined(self, *_events: Any) -> None:
        self._map.outline(self._state.place.outline())

    def _found(self, *_events: Any) -> None:
        found = self._state.found
        if found is None:
            self._status.object = _READY if self._state.desk.usable else _NO_PURPOSE
            return
        reads = f"{found.rows:,} read{'' if found.rows == 1 else 's'}"
        access = f"Recorded as access {found.access_id}."
        if found.truncated:
            told = f"More than the {found.rows:,} reads shown fit; the newest are shown"
            self._status.object = message("warn", told, f"Narrow the search. {access}")
        else:
            self._status.object = message("good" if found.rows else "info", reads, access)

    def _listed(self, *events: Any) -> None:
        state = self._state
        rows = state.listed()
        if any(event.name == "frame" for event in events):
            frame = (
                detection_frame(DETECTION_SCHEMA.empty_table())
                if state.frame is None
                else state.frame
            )
            self._map.show(frame)
            self._timeline.show(frame["seen_at"])
            self._times.visible = bool(len(frame))
        self._all.visible = state.box is not None
        noun = "reads in the box" if state.box is not None else "reads"
        page, pages, note = page_of(0 if rows is None else len(rows), state.page, noun)
        shown = None if rows is None else rows.iloc[page * PAGE_ROWS :][:PAGE_ROWS]
        self._table.param.update(
            rows=[] if shown is None else table_rows(shown, self._site.zone),
            page=page, pages=pages, order=state.order, descending=state.descending,
            note=note if rows is not None else "",
        )  # fmt: skip

    def _selected(self, *_events: Any) -> None:
        row = self._state.selected_row()
        self._table.selected = "" if row is None else str(row["detection_id"])
        self._detail.show(row)
        placed = row is not None and row["lon"] == row["lon"]
        self._map.mark([(row["lon"], row["lat"])] if placed else [])

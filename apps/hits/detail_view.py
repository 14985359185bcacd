"""The opened hit as it looks: what it is, its pictures, what it waits for and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import panel as pn

from apps.hits import detail_markup
from apps.hits.acts_view import ActsView
from apps.hits.parts import DueList, milliseconds
from apps.hits.pictures_view import PicturesView
from apps.hits.state import HitsState, OpenedHit
from apps.hits.wording import worded
from apps.parts.markup import html, message
from apps.site import Site
from workbench.access import Action
from workbench.hotlists.alerts.levels import level_of
from workbench.hotlists.lists.standing import stale_after

_NOTHING = message("info", "No hit is open", "Choose one from the list; each opening is logged.")
PANE_HEIGHT = "calc(100vh - 72px)"
"""Of the list and of the hit, below the header: each scrolls by itself, the page does not."""
_STAYS = {
    "position": "sticky", "top": "0", "align-self": "flex-start",
    "max-height": "calc(100vh - 94px)", "overflow-y": "auto",
}  # fmt: skip
"""What can be done stays in sight however long the hit's story is."""


class DetailView:
    """The hit that one session has opened.

    Parameters
    ----------
    may
        What the person was allowed to do when the page opened.
    done
        Called after an act was recorded.
    """

    def __init__(
        self, site: Site, state: HitsState, *, may: frozenset[Action], done: Callable[[], None]
    ) -> None:
        self._site = site
        self._state = state
        self._number: int | None = None
        self._head = html(_NOTHING)
        self._warned = html()
        self._beside = html()
        self._pictures = PicturesView(site, state)
        self._likely = html()
        self._entry = html()
        self._history = html()
        self._acts = ActsView(site, state, may=may, done=done)
        self._due = DueList(sizing_mode="stretch_width", margin=0)
        self._waits = pn.Column(
            html("<h3>Waiting for</h3>"), self._due, sizing_mode="stretch_width", margin=0,
            visible=False,
        )  # fmt: skip
        self.told = html()
        self._columns = self._laid_out()
        self.panel = pn.Column(
            self.told, self._head, self._columns, sizing_mode="stretch_width",
            margin=0, styles={"height": PANE_HEIGHT, "overflow-y": "auto", "padding": "10px 16px"},
        )  # fmt: skip
        state.param.watch(self._show, ["opened"])

    def _laid_out(self) -> pn.Row:
        left = pn.Column(
            self._warned, self._beside, self._pictures.panel, self._likely, self._entry,
            self._history,
            sizing_mode="stretch_width", margin=(0, 14, 0, 0),
        )  # fmt: skip
        right = pn.Column(self._waits, self._acts.panel, width=318, margin=0, styles=_STAYS)
        return pn.Row(left, right, sizing_mode="stretch_width", margin=0, visible=False)

    def _show(self, *_events: Any) -> None:
        opened: OpenedHit | None = self._state.opened
        number = None if opened is None else opened.file.hit.id
        if number != self._number:
            self._number = number
            self._pictures.show(opened)
        self._acts.show(opened)
        self._columns.visible = opened is not None
        if opened is None:
            self._head.object = _NOTHING
            return
        self._draw(opened)

    def _draw(self, opened: OpenedHit) -> None:
        hit, steps, zone = opened.file.hit, opened.file.steps, self._site.zone
        policy, at = self._state.policy, self._state.clock()
        level = level_of(hit.category, policy.hits, informational=hit.informational)
        self._head.object = detail_markup.head(hit, level.value, zone)
        self._warned.object = detail_markup.warnings(
            opened, at=at, oldest_list=stale_after(hit.list_kind, policy)
        )
        self._beside.object = detail_markup.side_by_side(opened)
        self._likely.object = detail_markup.likely(hit)
        self._entry.object = detail_markup.entry(hit, at, zone)
        self._history.object = detail_markup.history(opened.file.events, steps.violations, zone)
        self._waits.visible = bool(steps.due)
        self._due.param.update(
            now_ms=milliseconds(at),
            rows=[
                {
                    "what": worded(due.kind),
                    "section": due.section,
                    "by_ms": None if due.by is None else milliseconds(due.by),
                }
                for due in steps.due
            ],
        )

"""The Hits page as it looks: the list on the left, the opened hit beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import panel as pn
import panel_material_ui as pmui

from apps.hits.detail_view import PANE_HEIGHT, DetailView
from apps.hits.lines import list_row
from apps.hits.parts import Bell, HitList, milliseconds
from apps.hits.state import ANY, HitsState, OpenedHit, Shown, came, loudest
from apps.hits.watcher import PageWatcher
from apps.hits.wording import worded
from apps.parts.act_button import ActButton
from apps.parts.markup import html, message
from apps.parts.telling import telling
from apps.site import Site
from workbench.access import Action
from workbench.domain.alert import Level
from workbench.domain.hit import HitState
from workbench.hotlists.hits.board import Board

_LIST_PX = 372
_SHOWN = {
    "Open hits": Shown.OPEN,
    "Not opened": Shown.NEW,
    "Overdue": Shown.OVERDUE,
    "Closed hits": Shown.CLOSED,
}
_LEVELS = {"All levels": ANY, "High": Level.HIGH, "Medium": Level.MEDIUM, "Low, quiet": Level.LOW}
_ALL_LISTS = "All lists"


class HitsView:
    """The parts of the Hits page of one session.

    Parameters
    ----------
    username
        Of the person at the page: hot plates of theirs ring for them.
    may
        What they were allowed to do when the page opened.
    """

    def __init__(
        self, site: Site, state: HitsState, *, username: str, may: frozenset[Action]
    ) -> None:
        self._site = site
        self._state = state
        self._username = username
        self._own_act = False
        self._wanted: int | None = None
        self._bell = Bell(sizing_mode="stretch_width", margin=(0, 0, 8, 0))
        self._status = html(margin=(0, 0, 8, 0))
        self._list = HitList(on_select=self._chosen, sizing_mode="stretch_width", margin=0)
        self._busy = ActButton(visible=False)
        self._filters = self._made_filters()
        self._watcher = PageWatcher(site, state, self._bell, look=self._look, draw=self._draw)
        self._detail = DetailView(site, state, may=may, done=self._acted)
        state.param.watch(self._draw, ["board", "closed", "opened", "level", "list_code"])
        state.param.watch(self._narrowed, ["shown", "possible"])

    @property
    def main(self) -> list[Any]:
        """The list beside the opened hit; each scrolls by itself."""
        left = pn.Column(
            self._bell, self._status, self._filters, self._list, width=_LIST_PX, margin=0,
            styles={
                "height": PANE_HEIGHT, "overflow-y": "auto", "padding": "10px 12px",
                "border-right": "1px solid #d5dae1", "background": "#f4f6f9", "flex": "none",
            },
        )  # fmt: skip
        return [pn.Row(left, self._detail.panel, sizing_mode="stretch_width", margin=0)]

    async def load(self, hit_id: int | None) -> None:
        """Begin to watch, and open the hit that the address names."""
        self._watcher.start()
        if hit_id is not None:
            await self._open(hit_id)

    def _made_filters(self) -> pn.Column:
        param, look = self._state.param, {"size": "small", "margin": (0, 0, 6, 0)}
        shown = pmui.Select.from_param(
            param.shown, label="Show", options=_SHOWN, sizing_mode="stretch_width", **look
        )
        level = pmui.Select.from_param(
            param.level,
            label="Level",
            options=_LEVELS,
            width=110,
            **look | {"margin": (0, 0, 6, 6)},
        )
        self._lists = pmui.Select.from_param(
            param.list_code, label="List", options={_ALL_LISTS: ANY}, width=110,
            **look | {"margin": (0, 0, 6, 6)},
        )  # fmt: skip
        possible = pmui.Switch.from_param(
            param.possible, label="Possible hits too", size="small", margin=(0, 0, 6, 2)
        )
        return pn.Column(
            pn.Row(shown, level, self._lists, sizing_mode="stretch_width", margin=0), possible,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    async def _look(self) -> None:
        """Look at the board again, and at the opened hit if something was done about it."""
        state, before = self._state, self._state.board
        board, closed = await self._site.in_background(state.look)
        new = came(before, board)
        state.param.update(board=board, closed=closed)
        self._count(board)
        if new:
            self._announce(new)
        opened = state.opened
        if opened is not None and (self._own_act or _has_moved(opened, board, closed)):
            self._own_act = False
            again = await self._site.in_background(state.open_again, opened)
            if state.opened is opened:
                state.opened = again

    def _acted(self) -> None:
        # What was recorded shows with the next look, which the database's own change brings.
        self._own_act = True

    def _count(self, board: Board) -> None:
        looked = f"{board.at.astimezone(self._site.zone):%H:%M:%S}"
        self._bell.param.update(
            unopened=self._state.unopened(),
            looked=f"Last change {looked}, access {board.access_id}.",
        )

    def _announce(self, new: list[Any]) -> None:
        level = loudest(new, self._username)
        first = new[0]
        more = f", and {len(new) - 1} more" if len(new) > 1 else ""
        said = f"New hit, {first.level}: {worded(first.hit.category)}, {first.hit.listed_plate}"
        number = max(line.hit.id for line in new)
        self._bell.alert = {"number": number, "level": level or "", "text": f"{said}{more}"}

    def _narrowed(self, *_events: Any) -> None:
        # What was not looked at yet is looked at by the watcher, which also tells of failures.
        if self._state.shown is not Shown.CLOSED:
            self._state.closed = None
        self._watcher.look_anyway()
        self._draw()

    def _chosen(self, key: str) -> None:
        if key.isascii() and key.isdigit():
            pn.state.execute(lambda: self._open(int(key)), schedule=True)

    async def _open(self, hit_id: int) -> None:
        state = self._state
        async with telling(self._detail.told, self._busy, when_ended=state.forget):
            self._wanted = hit_id
            opened = await self._site.in_background(state.open, hit_id)
            if self._wanted == hit_id:  # else somebody has gone on to another meanwhile
                state.take(opened)

    def _draw(self, *_events: Any) -> None:
        state, at = self._state, self._state.clock()
        if state.board is not None:
            codes = sorted({line.hit.list_code for line in state.board.lines} | {state.list_code})
            self._lists.options = {_ALL_LISTS: ANY} | {code: code for code in codes if code}
        listed = state.listed()
        zone = self._site.zone
        opened = "" if state.opened is None else str(state.opened.file.hit.id)
        self._list.param.update(
            now_ms=milliseconds(at),
            rows=[list_row(line, zone, at=at) for line in listed],
            selected=opened,
            note=self._note(len(listed)),
        )
        self._status.object = self._summary(at)

    def _note(self, count: int) -> str:
        board = self._state.board
        if board is None:
            return ""
        shown = self._state.closed if self._state.shown is Shown.CLOSED else board
        cut = (
            f"; only the newest {len(shown.lines)} were looked at"
            if shown and shown.truncated
            else ""
        )
        return (f"{count} hit{'' if count == 1 else 's'}" if count else "No hits here") + cut

    def _summary(self, _at: datetime) -> str:
        state = self._state
        if state.board is None:
            return ""
        unopened, overdue = state.unopened(), state.overdue()
        said = f"{unopened} not opened · {overdue} overdue"
        if state.board.truncated:
            said += " of those in sight"
        return message("warn" if unopened or overdue else "good", said, self._hidden())

    def _hidden(self) -> str:
        state = self._state
        shown = {line.hit.id for line in state.listed()}
        hidden = [
            line for line in state.board.lines
            if line.hit.id not in shown and line.hit.state is HitState.NEW and not line.hit.possible
        ]  # fmt: skip
        return f"{len(hidden)} of the unopened are not in the list below" if hidden else ""


def _has_moved(opened: OpenedHit, *boards: Board | None) -> bool:
    """Return whether something was done about a hit since it was shown, as far as it is listed."""
    events = opened.file.events
    shown = events[-1].id if events else 0
    lines = [line for board in boards if board for line in board.lines]
    line = next((line for line in lines if line.hit.id == opened.file.hit.id), None)
    if line is not None:
        return line.last_event != shown
    # One that has left the list was closed just now; what was never on it does not move.
    return opened.file.hit.state is not HitState.CLOSED and not opened.file.hit.possible

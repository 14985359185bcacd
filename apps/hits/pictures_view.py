"""The pictures of an opened hit, each shown only when asked for and logged as a look."""

from __future__ import annotations

from typing import Any

import panel as pn

from apps.hits.form import Seen
from apps.hits.state import HitsState, OpenedHit
from apps.parts.act_button import ActButton
from apps.parts.markup import html, message, picture, text
from apps.parts.telling import telling
from apps.site import Site

_NAMES = {"plate_picture": "Plate picture", "vehicle_picture": "Vehicle picture"}
_GONE = message("info", "The read is not kept any more", "There are no pictures to compare.")
_NONE = message("info", "This read came without a picture", "It can be closed as not scored.")


class PicturesView:
    """Shows the pictures of the hit that one session has opened."""

    def __init__(self, site: Site, state: HitsState) -> None:
        self._site = site
        self._state = state
        self._told = html()
        self._shown = html(margin=(6, 0))
        self._markup: dict[str, str] = {}
        self._open = ActButton(
            label="Open the pictures", on_click=self._opened, variant="contained", margin=(6, 0),
            visible=False,
        )  # fmt: skip
        self.panel = pn.Column(
            self._open, self._shown, self._told, sizing_mode="stretch_width", margin=0
        )

    def show(self, opened: OpenedHit | None) -> None:
        """Begin anew with another hit."""
        self._markup = {}
        self._told.object = ""
        hashes = picture_hashes(opened)
        self._open.visible = bool(hashes)
        if opened is None or hashes:
            self._shown.object = ""
        else:
            self._shown.object = _GONE if opened.read is None else _NONE

    async def _opened(self, _event: Any) -> None:
        opened = self._state.opened
        async with telling(self._told, self._open, when_ended=self._state.forget):
            if opened is None:
                return
            for name, sha256 in picture_hashes(opened).items():
                await self._fetch(opened, name, sha256)
            self._open.visible = False

    async def _fetch(self, opened: OpenedHit, name: str, sha256: str) -> None:
        hit_id = opened.file.hit.id
        found = await self._site.in_background(self._state.open_picture, hit_id, sha256)
        current = self._state.opened
        if current is None or current.file.hit.id != hit_id:
            return  # somebody has gone on to another hit meanwhile
        shown = picture(found.content, found.media_type, f"{_NAMES[name]} of the read")
        self._markup[name] = (
            f"<figure><h3>{_NAMES[name]}</h3>{shown}"
            f'<figcaption class="small soft">Access {found.access_id} · {text(sha256[:12])}…'
            "</figcaption></figure>"
        )
        self._shown.object = f'<div class="pair">{"".join(self._markup.values())}</div>'
        self._state.seen = [*self._state.seen, sha256]


def picture_hashes(opened: OpenedHit | None) -> dict[str, str]:
    """Return the hashes of the pictures that a hit's read has, by column."""
    if opened is None or opened.read is None:
        return {}
    (row,) = opened.read.table.to_pylist()
    return {name: row[name] for name in _NAMES if row[name]}


def seen_pictures(opened: OpenedHit | None, seen: list[str]) -> Seen:
    """Return which kinds of pictures were opened; one picture may stand for both."""
    hashes = picture_hashes(opened)
    return Seen(**{name: sha256 in seen for name, sha256 in hashes.items()})

"""Everything known about one read; its pictures only when asked for, each a look of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import panel as pn

from apps.parts.act_button import ActButton
from apps.parts.markup import (
    candidates,
    characters,
    chip,
    confidence,
    facts,
    html,
    message,
    picture,
    plate,
    text,
)
from apps.parts.telling import telling
from apps.site import Site
from workbench.detections.result import Picture
from workbench.domain.character import characters as weigh_characters
from workbench.views.labels import local_label

FLAG_TEXT = {
    "no_plate": "no plate",
    "no_plate_picture": "no plate picture",
    "no_vehicle_picture": "no vehicle picture",
    "no_position": "no position",
    "no_time": "no time",
    "no_confidence": "no confidence",
    "pseudonym": "pseudonym",
    "uncertain": "uncertain",
    "outside_area": "outside the area",
    "camera_unknown": "unknown camera",
    "position_of_camera": "position of the camera",
    "time_of_container": "time from the video file alone",
}
_PICTURES = {"vehicle_picture": "Vehicle picture", "plate_picture": "Plate picture"}
_NOTHING = message("info", "No read is selected", "Choose a row of the table to see its read.")


class DetailView:
    """Shows the selected read of one session.

    Parameters
    ----------
    site
        Whose workers fetch pictures.
    open_picture
        Fetches a picture through the door.
    zone
        In whose local time the read is shown.
    """

    def __init__(
        self, site: Site, open_picture: Callable[[str], Picture], *, zone: ZoneInfo
    ) -> None:
        self._site = site
        self._open_picture = open_picture
        self._zone = zone
        self._row: dict[str, Any] | None = None
        self._read = html(_NOTHING)
        self._told = html()
        self._shown = {name: html(visible=False) for name in _PICTURES}
        self._buttons = {name: self._button(name) for name in _PICTURES}
        parts = [part for name in _PICTURES for part in (self._buttons[name], self._shown[name])]
        self.panel = pn.Column(
            self._read, *parts, self._told, sizing_mode="stretch_width", margin=0
        )

    def show(self, row: dict[str, Any] | None) -> None:
        """Show a row of a frame of detections, or that none is selected."""
        self._row = row
        self._told.object = ""
        self._read.object = _NOTHING if row is None else _described(row, self._zone)
        for name, button in self._buttons.items():
            self._shown[name].param.update(object="", visible=False)
            button.visible = row is not None and isinstance(row[name], str)

    def _button(self, name: str) -> ActButton:
        button = ActButton(
            label=f"Open {_PICTURES[name].lower()}",
            visible=False,
            sizing_mode="stretch_width",
            margin=(8, 0, 0, 0),
        )

        async def opened(_event: Any) -> None:
            row = self._row
            async with telling(self._told, button):
                if row is None:
                    return
                found = await self._site.in_background(self._open_picture, row[name])
                if self._row is row:
                    self._reveal(name, found, row)

        button.on_click(opened)
        return button

    def _reveal(self, name: str, found: Picture, row: dict[str, Any]) -> None:
        shown = picture(found.content, found.media_type, f"{_PICTURES[name]} of {row['plate']}")
        under = f'<p class="small soft">Access {found.access_id} · {text(found.sha256[:12])}…</p>'
        self._buttons[name].visible = False
        self._shown[name].param.update(
            object=f"<h3>{_PICTURES[name]}</h3>{shown}{under}", visible=True
        )


def _described(row: dict[str, Any], zone: ZoneInfo) -> str:
    said = {name: None if _missing(value) else value for name, value in row.items()}
    flags = "".join(chip(FLAG_TEXT.get(flag, flag), "warn") for flag in said["flags"] or ())
    seen = local_label(said["seen_at"].to_pydatetime(), zone)
    vehicle = " ".join(
        str(said[part]) for part in ("color", "year", "make", "model", "body_type") if said[part]
    )
    engine = " ".join(str(said[part]) for part in ("engine", "engine_version") if said[part])
    read = [(each["text"], each["confidence"]) for each in said["candidates"] or ()]
    weighed = weigh_characters(read)
    return "".join(
        (
            f"<p>{plate(str(said['plate']), big=True)}</p><p>{flags}</p>",
            facts(
                [
                    ("Seen", seen),
                    ("In view", _in_view(said)),
                    ("Camera", said["camera_id"]),
                    ("Region", said["region"]),
                    ("Vehicle", vehicle),
                    ("Heading", _heading(said["heading_deg"], said["direction"])),
                    ("Position", _position(said["lon"], said["lat"])),
                ]
            ),
            f"<h3>Confidence</h3><p>{confidence(said['confidence'])}</p>",
            f"<h3>Characters</h3>{characters(weighed)}" if len(read) > 1 and weighed else "",
            f"<h3>Candidates</h3>{candidates(read)}" if read else "",
            "<h3>Origin</h3>",
            facts(
                [
                    ("Source", said["source"]),
                    ("Engine", engine),
                    ("Detection", said["detection_id"]),
                ]
            ),
        )
    )


def _missing(value: Any) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _position(lon: float | None, lat: float | None) -> str | None:
    return None if lon is None or lat is None else f"{lon:.6f}, {lat:.6f}"


def _in_view(said: dict[str, Any]) -> str | None:
    """Return how long a passage of a video lasted; nothing for a read of one picture."""
    if said["first_seen_at"] is None:
        return None
    lasted_s = (said["last_seen_at"] - said["first_seen_at"]).total_seconds()
    return f"{lasted_s:.1f} s, {said['frames']} frames"


def _heading(degrees: float | None, direction: str | None) -> str | None:
    known = [direction, None if degrees is None else f"{degrees:.0f}°"]
    return " ".join(part for part in known if part) or None

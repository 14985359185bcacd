"""Names written along roads: placed once per cell of four tiles, so that no tile cuts one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from PIL import Image, ImageDraw, ImageFont

from workbench.views.mercator import TILE_PX, Tile
from workbench.views.road_style import CLASSES, HALO, INK, STYLES

_BEND_PX = 3.0
_ROOM_PX = 10.0
_HALO_PX = 2


@dataclass(frozen=True, slots=True)
class RoadName:
    """A name with the middle of its text in pixels of the tile, and its slope."""

    text: str
    text_px: int
    x: float
    y: float
    angle_deg: float


def place_names(
    cell: tuple[float, float, float, float],
    tile: Tile,
    found: dict[str, tuple[Any, Any]],
) -> list[RoadName]:
    """Return the names of a cell that touch one of its tiles.

    Parameters
    ----------
    cell
        Web-mercator box; every name lies wholly inside it.
    tile
        The tile whose pixels are meant.
    found
        Class of road to its lines (mercator) and their names.
    """
    pixel_m = tile.side_m / TILE_PX
    inside = shapely.box(*cell).buffer(-_ROOM_PX * pixel_m, join_style="mitre")
    placed: list[RoadName] = []
    taken: list[Any] = []
    for road_class in reversed(CLASSES):
        style = STYLES[road_class]
        if road_class not in found or tile.zoom < style.named_from_zoom:
            continue
        font = ImageFont.load_default(style.text_px)
        lines, names = found[road_class]
        for name in sorted(set(names.tolist()) - {""}):
            run = _longest_run(lines[names == name], inside, pixel_m)
            label = run and _fit(name, style.text_px, font, run, tile)
            if label and not any(label[1].intersects(other) for other in taken):
                placed.append(label[0])
                taken.append(label[1])
    return [name for name, room in zip(placed, taken, strict=True) if _touches(room)]


def write_names(image: Image.Image, tile: Tile, names: list[RoadName]) -> None:
    """Write names onto a tile, each along its road with a light edge around the letters."""
    del tile
    for name in names:
        font = ImageFont.load_default(name.text_px)
        left, top, right, bottom = font.getbbox(name.text, stroke_width=_HALO_PX)
        size = (math.ceil(right - left) + 2, math.ceil(bottom - top) + 2)
        text = Image.new("RGBA", size, (*HALO, 0))
        ImageDraw.Draw(text).text(
            (1 - left, 1 - top), name.text, (*INK, 255), font,
            stroke_width=_HALO_PX, stroke_fill=(*HALO, 230),
        )  # fmt: skip
        turned = text.rotate(name.angle_deg, Image.Resampling.BICUBIC, expand=True)
        corner = (round(name.x - turned.width / 2), round(name.y - turned.height / 2))
        image.paste(turned, corner, turned)


def _longest_run(lines: Any, inside: Any, pixel_m: float) -> tuple[Any, Any] | None:
    merged = shapely.line_merge(shapely.multilinestrings(_line_parts(lines)))
    parts = _line_parts(shapely.intersection(merged, inside))
    best, length = None, 0.0
    for part in shapely.simplify(parts, _BEND_PX * pixel_m):
        corners = shapely.get_coordinates(part)
        steps = np.hypot(*np.diff(corners, axis=0).T)
        longest = int(steps.argmax())
        if steps[longest] > length:
            best, length = (corners[longest], corners[longest + 1]), float(steps[longest])
    return best


def _line_parts(geometries: Any) -> Any:
    parts = shapely.get_parts(geometries)
    return parts[(shapely.get_type_id(parts) == 1) & ~shapely.is_empty(parts)]


def _fit(
    name: str, text_px: int, font: Any, run: tuple[Any, Any], tile: Tile
) -> tuple[RoadName, Any] | None:
    west, _, _, north = tile.bounds()
    per_m = TILE_PX / tile.side_m
    (x0, y0), (x1, y1) = (((x - west) * per_m, (north - y) * per_m) for x, y in run)
    width = font.getlength(name) + 2 * _HALO_PX
    if math.hypot(x1 - x0, y1 - y0) < width + _ROOM_PX:
        return None
    slope = math.degrees(math.atan2(y0 - y1, x1 - x0))
    slope = (slope + 90) % 180 - 90
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    half_x = math.cos(math.radians(slope)) * width / 2
    half_y = -math.sin(math.radians(slope)) * width / 2
    line = shapely.LineString([(x - half_x, y - half_y), (x + half_x, y + half_y)])
    return RoadName(name, text_px, x, y, slope), line.buffer(text_px * 0.9, cap_style="flat")


def _touches(room: Any) -> bool:
    return bool(room.intersects(shapely.box(0, 0, TILE_PX, TILE_PX)))

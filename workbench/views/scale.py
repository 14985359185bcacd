"""Grid of degrees and scale for a map without roads, so that places can still be judged."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw, ImageFont

from workbench.views.mercator import TILE_PX, Tile, ground_metres, to_degrees, to_mercator
from workbench.views.road_style import GRID, HALO, INK

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_STEPS_DEG = tuple(
    digit * 10.0**power for power in range(-5, 2) for digit in (1, 2, 5) if digit * 10**power <= 45
)
_TEXT_PX = 10
_LONGEST_BAR_PX = 96


def draw_grid_and_scale(image: Image.Image, tile: Tile) -> None:
    """Draw lines of round degrees with their values, and a scale, onto a tile."""
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(_TEXT_PX)
    west, south, east, north = tile.bounds()
    lons, lats = to_degrees((west, east), (south, north))
    step = next((s for s in _STEPS_DEG if s >= (lons[1] - lons[0]) / 2), _STEPS_DEG[-1])
    for lon in _round_values(float(lons[0]), float(lons[1]), step):
        x = float((to_mercator(lon, 0)[0] - west) / tile.side_m * TILE_PX)
        pen.line((x, 0, x, TILE_PX), fill=GRID)
        _write(pen, font, (x + 3, 2), _degrees(lon, step, "E", "W"))
    for lat in _round_values(float(lats[0]), float(lats[1]), step):
        y = float((north - to_mercator(0, lat)[1]) / tile.side_m * TILE_PX)
        pen.line((0, y, TILE_PX, y), fill=GRID)
        _write(pen, font, (3, y + 2), _degrees(lat, step, "N", "S"))
    if not (tile.column % 2 or tile.row % 2):
        _draw_scale(pen, font, tile.side_m / TILE_PX * ground_metres(float(lats.mean())))


def scale_bar(metres_per_px: float, longest_px: float = _LONGEST_BAR_PX) -> tuple[float, str]:
    """Return length in pixels and text of the longest round distance that fits.

    Examples
    --------
    >>> scale_bar(10.0)
    (50.0, '500 m')
    >>> scale_bar(40.0)
    (50.0, '2 km')
    """
    longest_m = longest_px * metres_per_px
    power = 10.0 ** math.floor(math.log10(longest_m))
    metres = max(digit * power for digit in (1, 2, 5) if digit * power <= longest_m)
    text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    return metres / metres_per_px, text


def _write(pen: ImageDraw.ImageDraw, font: Font, at: tuple[float, float], text: str) -> None:
    if max(pen.textbbox(at, text, font=font)) < TILE_PX:
        pen.text(at, text, fill=INK, font=font)


def _draw_scale(pen: ImageDraw.ImageDraw, font: Font, m_per_px: float) -> None:
    length, text = scale_bar(m_per_px)
    left, base = 24, TILE_PX - 24
    pen.line((left, base, left + length, base), fill=INK, width=2)
    for x in (left, left + length):
        pen.line((x, base - 4, x, base + 1), fill=INK, width=1)
    pen.text(
        (left + length / 2, base - 6),
        text,
        fill=INK,
        font=font,
        anchor="ms",
        stroke_width=2,
        stroke_fill=HALO,
    )


def _round_values(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step), math.floor(high / step)
    return [index * step for index in range(first, last + 1)]


def _degrees(value: float, step: float, positive: str, negative: str) -> str:
    digits = max(0, -math.floor(math.log10(step)))
    return f"{abs(value):.{digits}f}° {positive if value >= 0 else negative}"

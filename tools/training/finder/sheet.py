"""A sheet of scenes with what was found drawn in, because people look before they read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tools.training.finder.measure import Scene

_TILE_PX = (480, 320)
_COLUMNS = 4


def draw_sheet(scenes: list[Scene], file: Path) -> None:
    """Write a picture of the scenes: the truth in red, places in green with their scores."""
    rows = -(-len(scenes) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * _TILE_PX[0], max(rows, 1) * _TILE_PX[1]))
    for number, scene in enumerate(scenes):
        at = number % _COLUMNS * _TILE_PX[0], number // _COLUMNS * _TILE_PX[1]
        sheet.paste(_tile(scene), at)
    sheet.save(file)


def _tile(scene: Scene) -> Image.Image:
    image = Image.fromarray(scene.pixels)
    image.thumbnail(_TILE_PX)
    share = image.width / scene.pixels.shape[1]
    pen = ImageDraw.Draw(image)
    for box in scene.truth:
        pen.rectangle((box * share).tolist(), outline="red")
    for place in scene.places:
        quad = [tuple(np.multiply(corner, share)) for corner in place.corners]
        pen.line([*quad, quad[0]], fill="lime")
        pen.line(quad[:2], fill="yellow")
        pen.text(quad[3], f"{place.score:.2f}", fill="lime")
    pen.text((2, 2), scene.name, fill="white", stroke_width=1, stroke_fill="black")
    return image

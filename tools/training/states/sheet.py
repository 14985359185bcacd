"""A sheet of cut-outs with what was told of them, because people look before they read."""

from __future__ import annotations

from pathlib import Path

import cv2
from PIL import Image, ImageDraw

from tools.training.states.measure import Answer, Case
from workbench.recognition.geometry import cut_out

_CELL_PX = (232, 132)
_COLUMNS = 7


def draw_sheet(shown: list[tuple[Case, Answer]], file: Path) -> None:
    """Write a picture of cut-outs, each with its state, what the network says and how surely."""
    width, height = _CELL_PX
    rows = -(-len(shown) // _COLUMNS)
    sheet = Image.new("RGB", (width * _COLUMNS, height * max(1, rows)))
    pen = ImageDraw.Draw(sheet)
    for number, (case, answer) in enumerate(shown):
        x, y = number % _COLUMNS * width, number // _COLUMNS * height
        crop = cut_out(case.pixels, case.corners)
        crop = cv2.resize(crop, (width - 4, height - 18), interpolation=cv2.INTER_CUBIC)
        sheet.paste(Image.fromarray(crop), (x, y))
        said = f"{case.state or '-'}  told {answer.state or 'none'} {answer.probability:.2f}"
        pen.text((x, y + height - 15), said, fill="white")
    sheet.save(file)

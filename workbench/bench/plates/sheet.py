"""A contact sheet of what was not read right: each plate enlarged, its truth, and what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from workbench.bench.plates.outcomes import Outcome
from workbench.domain.read import Box

MOST_CELLS = 240
"""Those after it are left out; nobody looks at more, and the picture stays openable."""

_COLUMNS, _CELL_WIDTH, _CUT_HEIGHT, _LINE_HEIGHT, _GAP = 4, 330, 120, 18, 10
_MARGIN = 0.25
_PAPER, _INK, _WRONG, _RIGHT = "#ffffff", "#202020", "#b01818", "#1c6b2a"


def failures(found: Mapping[str, Sequence[Outcome]]) -> list[dict[str, Outcome]]:
    """Return the plates that an engine did not read, by engine; those most failed at come first.

    Parameters
    ----------
    found
        The outcomes of each engine, all in the same order of plates.
    """
    plates = [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]
    missed = [(sum(not each.exact for each in row.values()), row) for row in plates]
    chosen = [(count, row) for count, row in missed if count]
    return [row for _, row in sorted(chosen, key=lambda item: -item[0])]


def make_sheet(rows: Sequence[dict[str, Outcome]], file: Path) -> int:
    """Write the sheet as PNG.

    Parameters
    ----------
    rows
        Of `failures`.

    Returns
    -------
    int
        How many plates are on it; at most `MOST_CELLS`.
    """
    shown = rows[:MOST_CELLS]
    lines = 1 + max((len(row) for row in shown), default=0)
    height = _CUT_HEIGHT + (lines + 1) * _LINE_HEIGHT + _GAP
    down = max(1, -(-len(shown) // _COLUMNS))
    sheet = Image.new("RGB", (_COLUMNS * _CELL_WIDTH + _GAP, down * height + _GAP), _PAPER)
    for number, row in enumerate(shown):
        across, below = number % _COLUMNS, number // _COLUMNS
        _paint(sheet, row, (_GAP + across * _CELL_WIDTH, _GAP + below * height))
    sheet.save(file, "PNG")
    return len(shown)


def _paint(sheet: Image.Image, row: dict[str, Outcome], at: tuple[int, int]) -> None:
    plate = next(iter(row.values())).plate
    size = (_CELL_WIDTH - _GAP, _CUT_HEIGHT)
    sheet.paste(ImageOps.contain(_cut_out(plate.picture, plate.box), size), at)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
    x, y = at[0], at[1] + _CUT_HEIGHT + 2
    pen.text((x, y), f"{plate.text or 'unreadable'}  {plate.picture.name[:28]}", _INK, font=font)
    for number, (engine, each) in enumerate(row.items(), start=1):
        said = f"{each.read.text} {each.read.confidence:.2f}" if each.read else "nothing there"
        colour = _RIGHT if each.exact else _WRONG
        pen.text((x, y + number * _LINE_HEIGHT), f"{engine}: {said}", colour, font=font)


def _cut_out(picture: Path, box: Box | None) -> Image.Image:
    with Image.open(picture) as opened:
        whole = ImageOps.exif_transpose(opened).convert("RGB")
    if box is None:
        return whole
    margin = round(_MARGIN * box.height)
    edges = (
        box.x - margin,
        box.y - margin,
        box.x + box.width + margin,
        box.y + box.height + margin,
    )
    return whole.crop(edges)

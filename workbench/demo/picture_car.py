"""The back of a made-up car with its plate, drawn flat; `pictures` puts it on the road."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Paint = tuple[int, int, int]

CAR_PX = (1_200, 900)
PLATE_PX = (360, 180)
PLATE_AT = (420, 520)
"""Top left corner of the plate on the car."""

_STATES = {
    "CA": "CALIFORNIA",
    "NV": "NEVADA",
    "OR": "OREGON",
    "AZ": "ARIZONA",
    "WA": "WASHINGTON",
    "ID": "IDAHO",
}
_PAPER: dict[str, tuple[Paint, Paint]] = {
    "CA": ((244, 245, 246), (28, 44, 110)),
    "NV": ((226, 232, 240), (30, 40, 70)),
    "OR": ((236, 240, 226), (24, 60, 50)),
    "AZ": ((228, 236, 240), (40, 40, 60)),
    "WA": ((236, 240, 246), (20, 40, 90)),
    "ID": ((240, 234, 226), (90, 20, 30)),
}
_GLASS, _RUBBER, _TRIM = (38, 46, 54), (18, 18, 20), (54, 56, 60)


def draw_plate(text: str, region: str = "CA") -> Image.Image:
    """Return a plate that looks like a state's at a glance and says DEMO at its foot."""
    scale = 3
    width, height = PLATE_PX[0] * scale, PLATE_PX[1] * scale
    paper, ink = _PAPER.get(region, _PAPER["CA"])
    plate = Image.new("RGB", (width, height), paper)
    pen = ImageDraw.Draw(plate)
    pen.rounded_rectangle((4, 4, width - 5, height - 5), 40, outline=ink, width=8)
    _write(plate, _STATES.get(region, region), (0.30, 0.04, 0.70, 0.17), (170, 40, 50))
    _write(plate, text, (0.06, 0.24, 0.94, 0.82), ink)
    _write(plate, "DEMO", (0.44, 0.87, 0.56, 0.96), (120, 124, 130))
    return plate.resize(PLATE_PX, Image.Resampling.LANCZOS)


def draw_car(plate: Image.Image, paint: Paint, *, night: bool) -> Image.Image:
    """Return the back of a car, transparent around it."""
    car = Image.new("RGBA", CAR_PX, (0, 0, 0, 0))
    pen = ImageDraw.Draw(car)
    dark = _shade(paint, 0.6)
    for left in (110, 900):
        pen.rounded_rectangle((left, 640, left + 190, 890), 40, fill=_RUBBER)
    pen.polygon([(300, 60), (900, 60), (1_030, 330), (170, 330)], fill=dark)
    pen.polygon([(330, 90), (870, 90), (975, 310), (225, 310)], fill=_GLASS)
    pen.polygon([(400, 100), (520, 100), (420, 300), (280, 300)], fill=_shade(_GLASS, 1.5))
    pen.rounded_rectangle((90, 310, 1_110, 760), 60, fill=paint)
    pen.rectangle((110, 440, 1_090, 446), fill=dark)
    pen.rounded_rectangle((80, 720, 1_120, 850), 40, fill=_TRIM)
    _draw_lights(pen, night=night)
    pen.rounded_rectangle((390, 495, 810, 725), 18, fill=dark)
    car.paste(plate, PLATE_AT)
    return car


def _draw_lights(pen: ImageDraw.ImageDraw, *, night: bool) -> None:
    lit = (255, 70, 50) if night else (170, 22, 24)
    for left in (110, 930):
        pen.rounded_rectangle((left, 350, left + 160, 490), 24, fill=lit)
        pen.rounded_rectangle((left + 20, 440, left + 140, 478), 12, fill=(236, 214, 190))


def _write(
    plate: Image.Image, text: str, box: tuple[float, float, float, float], ink: Paint
) -> None:
    """Write text so that it fills a box, given in parts of the plate, as narrow type does."""
    left, top, right, bottom = (
        round(part * side) for part, side in zip(box, plate.size * 2, strict=True)
    )
    font = _font(bottom - top)
    ends = font.getbbox(text, stroke_width=0)
    width, height = round(ends[2] - ends[0]), round(ends[3] - ends[1])
    line = Image.new("L", (width, height), 0)
    ImageDraw.Draw(line).text((-ends[0], -ends[1]), text, font=font, fill=255)
    fitted = line.resize((right - left, bottom - top), Image.Resampling.LANCZOS)
    plate.paste(ink, (left, top), fitted)


def _font(height_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return DejaVu Sans Bold where matplotlib is installed, else the font within Pillow."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        return ImageFont.load_default(height_px * 1.3)
    fonts = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    return ImageFont.truetype(fonts / "DejaVuSans-Bold.ttf", round(height_px * 1.35))


def _shade(paint: Paint, factor: float) -> Paint:
    red, green, blue = (min(255, round(part * factor)) for part in paint)
    return red, green, blue

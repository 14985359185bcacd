"""Rendered pictures of made-up cars on a made-up road, with the truth about each plate."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageDraw, ImageFilter, ImageFont

from workbench.demo.names import MADE_UP
from workbench.demo.picture_car import CAR_PX, PLATE_AT, PLATE_PX, Paint, draw_car, draw_plate
from workbench.demo.plates import REGIONS, make_plates, plate_texts
from workbench.domain.read import Box

WATERMARK = "DEMO"
SIZES = ((1_280, 720), (960, 540), (1_920, 1_080), (1_024, 768))
_PAINTS: dict[str, Paint] = {
    "white": (228, 230, 232),
    "black": (36, 38, 42),
    "gray": (120, 124, 128),
    "silver": (176, 180, 184),
    "blue": (44, 74, 128),
    "red": (140, 36, 36),
    "green": (44, 84, 62),
}


@dataclass(frozen=True, slots=True)
class ScenePicture:
    """A picture and what is really on it.

    Attributes
    ----------
    jpeg
        The encoded picture, marked DEMO.
    plate, region, color
        The truth.
    box
        Around the plate, in pixels.
    """

    jpeg: bytes
    plate: str
    region: str
    color: str
    box: Box
    size: tuple[int, int]
    night: bool


def render_scene(
    plate: str,
    seed: int,
    *,
    region: str = "CA",
    size: tuple[int, int] = SIZES[0],
    night: bool = False,
    plate_share: float = 0.12,
    taken_at: datetime | None = None,
    color: str | None = None,
) -> ScenePicture:
    r"""Return a picture of the back of a car on a road.

    Parameters
    ----------
    plate
        Text of the plate.
    seed
        Chooses colour, position, angle, light and noise; the same seed gives the same picture.
    region
        State of the plate.
    size
        Width and height in pixels.
    night
        Dark, with the plate lit.
    plate_share
        Width of the plate in parts of the picture's width.
    taken_at
        Aware; written into the picture's EXIF as cameras do.
    color
        Of the car, where a paint of that name is known; chosen by the seed otherwise.

    Examples
    --------
    >>> made = render_scene("7QAB123", 1)
    >>> made.jpeg[:3], made.box.width > made.box.height
    (b'\xff\xd8\xff', True)
    """
    rng = np.random.default_rng(seed)
    scene = _road(size, rng, night=night)
    drawn = list(_PAINTS)[int(rng.integers(len(_PAINTS)))]
    color = color if color in _PAINTS else drawn
    car = draw_car(draw_plate(plate, region), _PAINTS[color], night=night)
    corners = _car_corners(size, plate_share, rng)
    forward = _homography(_flat_corners(CAR_PX), corners)
    _paste(scene, _lit(car, rng, night=night), forward)
    scene = _as_a_camera_sees(scene, rng, night=night)
    _mark(scene)
    encoded = io.BytesIO()
    quality = int(rng.integers(72, 93))
    scene.save(encoded, "JPEG", quality=quality, exif=_exif(taken_at))
    return ScenePicture(encoded.getvalue(), plate, region, color, _plate_box(forward), size, night)


def sample_pictures(
    seed: int,
    count: int = 24,
    *,
    sizes: Sequence[tuple[int, int]] = SIZES,
    first_at: datetime | None = None,
) -> list[ScenePicture]:
    """Return pictures of made-up plates: all sizes, day and night, near and far.

    Parameters
    ----------
    seed
        The same seed gives the same pictures.
    count
        How many.
    sizes
        Taken in turn.
    first_at
        When the first was taken; the others follow a minute apart.

    Examples
    --------
    >>> len({picture.plate for picture in sample_pictures(1, 4)})
    4
    """
    rng = np.random.default_rng([seed, 24])
    rows, regions = make_plates(count, rng)
    return [
        render_scene(
            plate,
            int(rng.integers(2**31)),
            region=REGIONS[regions[number]],
            size=sizes[number % len(sizes)],
            night=number % 3 == 2,
            plate_share=float(rng.uniform(0.09, 0.19)),
            taken_at=first_at and first_at + timedelta(minutes=number),
        )
        for number, plate in enumerate(plate_texts(rows))
    ]


def _exif(taken_at: datetime | None) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = MADE_UP
    if taken_at is not None:
        offset = f"{taken_at:%z}"
        exif.get_ifd(ExifTags.IFD.Exif).update(
            {
                ExifTags.Base.DateTimeOriginal: f"{taken_at:%Y:%m:%d %H:%M:%S}",
                ExifTags.Base.OffsetTimeOriginal: f"{offset[:3]}:{offset[3:]}",
            }
        )
    return exif


def _road(size: tuple[int, int], rng: np.random.Generator, *, night: bool) -> Image.Image:
    """Return sky, verge and road with lanes that meet at the horizon."""
    width, height = size
    horizon = round(height * rng.uniform(0.24, 0.36))
    sky, verge, tar = ((14, 18, 30), (16, 20, 16), (30, 31, 33))
    if not night:
        sky, verge, tar = ((150, 180, 210), (104, 116, 82), (92, 93, 95))
    scene = Image.new("RGB", size, sky)
    pen = ImageDraw.Draw(scene)
    pen.rectangle((0, horizon, width, height), fill=verge)
    meet = width * rng.uniform(0.4, 0.6)
    pen.polygon(
        [(meet - 8, horizon), (meet + 8, horizon), (width * 1.15, height), (-width * 0.15, height)],
        fill=tar,
    )
    for lane in (0.28, 0.72):
        for near, far in ((1.0, 0.72), (0.6, 0.46), (0.4, 0.32)):
            ends = [
                (meet + (width * lane - meet) * part, horizon + (height - horizon) * part)
                for part in (near, far)
            ]
            pen.line(ends, fill=(210, 208, 196), width=max(2, round(width / 160 * near)))
    return scene


def _car_corners(
    size: tuple[int, int], plate_share: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return where the car's corners lie, turned a little to one side and seen from above."""
    width, height = size
    scale = width * plate_share / PLATE_PX[0]
    car = np.array(CAR_PX) * scale
    room = np.maximum(np.array([width, height]) - car, 0.0)
    left, top = room * (rng.uniform(0.15, 0.85), rng.uniform(0.6, 0.95))
    corners: NDArray[np.float64] = _flat_corners(CAR_PX) * scale + (left, top)
    turn, lean = rng.uniform(-0.09, 0.09), rng.uniform(-0.05, 0.05)
    corners[[1, 2], 1] += (turn * car[1], -turn * car[1])
    corners[:2, 0] += lean * car[0]
    return corners


def _flat_corners(size: tuple[int, int]) -> NDArray[np.float64]:
    width, height = size
    return np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])


def _homography(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the 3 x 3 matrix that takes four points to four others."""
    rows, values = [], []
    for (x, y), (u, v) in zip(start, end, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved = np.linalg.solve(np.array(rows), np.array(values))
    return np.append(solved, 1.0).reshape(3, 3)


def _paste(scene: Image.Image, car: Image.Image, forward: NDArray[np.float64]) -> None:
    back = np.linalg.inv(forward)
    terms = (back / back[2, 2]).ravel()[:8].tolist()
    bent = car.transform(scene.size, Image.Transform.PERSPECTIVE, terms, Image.Resampling.BICUBIC)
    scene.paste(bent, (0, 0), bent)


def _plate_box(forward: NDArray[np.float64]) -> Box:
    corners = _flat_corners(PLATE_PX) + PLATE_AT
    placed = np.column_stack([corners, np.ones(4)]) @ forward.T
    xy = placed[:, :2] / placed[:, 2:]
    left, top = np.floor(xy.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(xy.max(axis=0)).astype(int).tolist()
    return Box(left, top, right - left, bottom - top)


def _lit(car: Image.Image, rng: np.random.Generator, *, night: bool) -> Image.Image:
    """Return the car in the light of the hour; at night its plate lamp lights the plate."""
    if not night:
        return car
    light = np.full((CAR_PX[1], CAR_PX[0]), 0.24)
    x, y = PLATE_AT
    light[y - 20 : y + PLATE_PX[1] + 20, x - 40 : x + PLATE_PX[0] + 40] = rng.uniform(0.62, 0.8)
    light[340:500, 100:280] = light[340:500, 920:1_100] = 0.9
    soft = Image.fromarray((light * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(14))
    shaded = np.asarray(car).astype(np.float64)
    shaded[..., :3] *= (np.asarray(soft) / 255.0)[..., None]
    return Image.fromarray(shaded.astype(np.uint8), "RGBA")


def _as_a_camera_sees(scene: Image.Image, rng: np.random.Generator, *, night: bool) -> Image.Image:
    """Return the scene slightly out of focus and with the noise of a sensor."""
    soft = scene.filter(ImageFilter.GaussianBlur(scene.width / 2_600))
    noise = rng.normal(0.0, 7.0 if night else 3.5, (scene.height, scene.width, 1))
    values = np.asarray(soft).astype(np.float64) + noise
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def _mark(scene: Image.Image) -> None:
    """Write DEMO up the left edge: people see it, and readers of plates do not read upwards."""
    height = scene.height
    line = Image.new("L", (round(height * 0.5), round(height * 0.16)), 0)
    font = ImageFont.load_default(height * 0.15)
    ImageDraw.Draw(line).text((0, 0), WATERMARK, 255, font)
    upwards = line.rotate(90, expand=True).point(lambda ink: ink * 0.24)
    scene.paste((255, 255, 255), (round(scene.width * 0.015), round(height * 0.04)), upwards)

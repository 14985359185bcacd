"""Bad and odd pictures in one batch: an answer or a clear error for each, and the rest goes on."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from PIL import ExifTags, Image, ImageDraw, ImageFont

from tests.pictures import PLATE_BOX, car_picture, encoded
from workbench.cli import main
from workbench.resources import resource_root

ENGINES = ("rapidocr",)
"""Those whose packages and models every test run has, and that read the drawn plate."""

PLATE = "4BCD567"


def nothing() -> bytes:
    return encoded(Image.new("RGB", (640, 480), "#86898c"))


def fifty_plates() -> bytes:
    image = Image.new("RGB", (1_500, 1_000), "#404448")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(38)
    for number in range(50):
        left, top = 20 + 300 * (number % 5), 15 + 98 * (number // 5)
        pen.rectangle((left, top, left + 200, top + 70), fill="#f4f4f2")
        text = f"{2 + number % 7}KLM{120 + 7 * number}"
        pen.text((left + 100, top + 35), text, "#1c2c6e", font=font, anchor="mm")
    return encoded(image, "PNG")


def picture_of_a_picture() -> bytes:
    desk = Image.new("RGB", (1_200, 900), "#b8a58c")
    ImageDraw.Draw(desk).rectangle((250, 180, 950, 740), fill="#15171a")
    desk.paste(car_picture(PLATE), (280, 210))
    return encoded(desk.rotate(3, fillcolor="#b8a58c"), quality=85)


def sixteen_bit() -> bytes:
    grey = np.asarray(car_picture(PLATE).convert("L"), np.uint16) * 257
    return encoded(Image.fromarray(grey), "PNG")


def sixteen_bit_colour() -> bytes:
    """Write what Pillow cannot: a PNG with 16 bits a channel."""
    deep = np.asarray(car_picture(PLATE), np.uint16) * 257
    rows = b"".join(b"\x00" + row.astype(">u2").tobytes() for row in deep)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 640, 480, 16, 2, 0, 0, 0))]
    parts += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def turned() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    return encoded(car_picture(PLATE).transpose(Image.Transpose.ROTATE_90), exif=exif)


def small() -> bytes:
    return encoded(car_picture(PLATE).resize((64, 48)))


def huge() -> bytes:
    return encoded(Image.new("1", (20_000, 10_000)), "PNG")


def halved() -> bytes:
    whole = encoded(car_picture(PLATE))
    return whole[: len(whole) // 2]


READ = "read"
KINDS: dict[str, tuple[Callable[[], bytes], str | None]] = {
    # name: (what makes it, "read" if the plate is read, the error, or None where anything is)
    "01-plain.jpg": (lambda: encoded(car_picture(PLATE)), READ),
    "02-halved.jpg": (halved, "PictureUnreadableError"),
    "03-grey.jpg": (lambda: encoded(car_picture(PLATE).convert("L")), READ),
    "04-huge.png": (huge, "PictureTooLargeError"),
    "05-cmyk.jpg": (lambda: encoded(car_picture(PLATE).convert("CMYK")), READ),
    "06-sixteen.png": (sixteen_bit, READ),
    "07-sixteen-colour.png": (sixteen_bit_colour, READ),
    "08-turned.jpg": (turned, READ),
    "09-small.jpg": (small, None),
    "10-empty.jpg": (lambda: b"", "PictureUnreadableError"),
    "11-nothing.jpg": (nothing, None),
    "12-of-a-picture.jpg": (picture_of_a_picture, READ),
    "13-fifty.png": (fifty_plates, None),
    "14-plain-again.jpg": (lambda: encoded(car_picture(PLATE)), READ),
}


@pytest.fixture(scope="module", params=ENGINES)
def lines(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict]:
    """Return the line of each picture, read in one call."""
    folder: Path = tmp_path_factory.mktemp("bad")
    for name, (make, _) in KINDS.items():
        (folder / name).write_bytes(make())
    with redirect_stdout(StringIO()) as written, pytest.raises(SystemExit) as ended:
        main(["recognise", str(folder), "--json", "--engine", request.param])
    assert ended.value.code == 1
    told = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [Path(line["image"]).name for line in told] == sorted(KINDS)
    return {Path(line["image"]).name: line for line in told}


def test_every_line_is_as_its_schema_says(lines):
    schema = resource_root() / "data_schema" / "recognition" / "picture_line.schema.json"
    validator = Draft202012Validator(json.loads(schema.read_text()))
    for line in lines.values():
        validator.validate(line)


@pytest.mark.parametrize("name", [name for name, (_, what) in KINDS.items() if what == READ])
def test_a_picture_of_any_kind_is_read(lines, name):
    assert lines[name]["reads"][0]["plate"] == PLATE


@pytest.mark.parametrize(
    ("name", "error"), [(n, what) for n, (_, what) in KINDS.items() if what not in {READ, None}]
)
def test_a_bad_picture_is_a_clear_error_of_its_own(lines, name, error):
    line = lines[name]
    assert (line["error"]["error"], line["reads"], line["width"]) == (error, [], None)
    assert name in str(line["error"]["where"])


def test_a_turned_picture_is_told_upright(lines):
    line = lines["08-turned.jpg"]
    assert (line["width"], line["height"]) == (640, 480)
    x, y, width, height = line["reads"][0]["box"]
    middle = PLATE_BOX.x + PLATE_BOX.width / 2, PLATE_BOX.y + PLATE_BOX.height / 2
    assert x < middle[0] < x + width
    assert y < middle[1] < y + height


def test_fifty_plates_are_fifty_reads(lines):
    expected = {f"{2 + number % 7}KLM{120 + 7 * number}" for number in range(50)}
    reads = lines["13-fifty.png"]["reads"]
    assert len({read["plate"] for read in reads} & expected) >= 45
    assert len(reads) <= 60


def test_a_picture_without_a_plate_is_an_answer(lines):
    for name in ("09-small.jpg", "11-nothing.jpg"):
        assert "error" not in lines[name]
    assert lines["11-nothing.jpg"]["reads"] == []

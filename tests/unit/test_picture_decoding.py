"""Pictures of every kind become upright RGB pixels or a clear refusal, quickly and in bounds."""

from __future__ import annotations

import struct
import time
import tracemalloc
import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from workbench.domain.place import Point
from workbench.errors import PictureTooLargeError, PictureUnreadableError
from workbench.policy import Policy
from workbench.recognition.exif import Shot, _position
from workbench.recognition.pictures import DecodedPicture, PictureLimits, decode_picture

LIMITS = PictureLimits(megapixels=80, size_bytes=50_000_000)


def made(
    mode: str = "RGB", extent: tuple[int, int] = (40, 20), kind: str = "PNG", **how: Any
) -> bytes:
    """Return an encoded picture, left half bright and right half dark."""
    grey = Image.new("L", extent, 250)
    grey.paste(10, (extent[0] // 2, 0, *extent))
    buffer = BytesIO()
    grey.convert(mode).save(buffer, kind, **how)
    return buffer.getvalue()


def decoded(content: bytes, limits: PictureLimits = LIMITS) -> DecodedPicture:
    return decode_picture(content, name="car.jpg", limits=limits)


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that promises an extent and then nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b""))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize(
    ("mode", "kind", "media_type"),
    [
        ("RGB", "JPEG", "image/jpeg"),
        ("L", "JPEG", "image/jpeg"),
        ("CMYK", "JPEG", "image/jpeg"),
        ("RGB", "PNG", "image/png"),
        ("L", "PNG", "image/png"),
        ("1", "PNG", "image/png"),
        ("P", "PNG", "image/png"),
        ("RGBA", "PNG", "image/png"),
        ("LA", "PNG", "image/png"),
        ("P", "GIF", "image/gif"),
        ("RGB", "WEBP", "image/webp"),
        ("RGB", "BMP", "image/bmp"),
        ("CMYK", "TIFF", "image/tiff"),
        ("RGB", "MPO", "image/jpeg"),
    ],
)
def test_every_kind_becomes_upright_rgb(mode: str, kind: str, media_type: str) -> None:
    picture = decoded(made(mode, kind=kind))
    assert picture.pixels.shape == (20, 40, 3)
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels[10, 5].min() > 230
    assert picture.pixels[10, 35].max() < 30
    assert picture.media_type == media_type


@pytest.mark.parametrize("brightest", [255, 4_095, 65_535])
def test_deeper_grey_is_scaled_by_the_bits_it_uses(brightest: int) -> None:
    deep = np.zeros((20, 40), np.uint16)
    deep[:, :20] = brightest
    buffer = BytesIO()
    Image.fromarray(deep).save(buffer, "PNG")
    pixels = decoded(buffer.getvalue()).pixels
    assert (pixels[10, 5, 0], pixels[10, 35, 0]) == (255, 0)


def test_transparent_parts_are_white() -> None:
    buffer = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(buffer, "PNG")
    assert decoded(buffer.getvalue()).pixels.min() == 255


def test_a_palette_with_a_transparent_colour_is_taken() -> None:
    picture = Image.new("P", (8, 8), 1)
    picture.putpalette([255, 0, 0, 0, 128, 0])
    buffer = BytesIO()
    picture.save(buffer, "PNG", transparency=b"\x00\xff")
    assert tuple(decoded(buffer.getvalue()).pixels[4, 4]) == (0, 128, 0)


def test_fractions_are_refused() -> None:
    buffer = BytesIO()
    Image.new("F", (8, 8)).save(buffer, "TIFF")
    with pytest.raises(PictureUnreadableError, match="car.jpg: The pixels are fractions"):
        decoded(buffer.getvalue())


def test_pixels_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        decoded(made()).pixels[0, 0] = 0


@pytest.mark.parametrize("extent", [(1, 1), (64, 48), (3_000, 1)])
def test_small_and_thin_pictures_are_taken(extent: tuple[int, int]) -> None:
    picture = decoded(made(extent=extent))
    assert (picture.width, picture.height) == extent


@pytest.mark.parametrize(
    ("orientation", "bright_at"),
    [
        (1, "left"), (2, "right"), (3, "right"), (4, "left"),
        (5, "top"), (6, "top"), (7, "bottom"), (8, "bottom"),
    ],
)  # fmt: skip
def test_a_picture_is_turned_as_its_exif_says(orientation: int, bright_at: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    pixels = decoded(made(kind="JPEG", exif=exif)).pixels
    halves = {
        "left": pixels[:, :3], "right": pixels[:, -3:], "top": pixels[:3], "bottom": pixels[-3:],
    }  # fmt: skip
    assert max(halves, key=lambda side: halves[side].mean()) == bright_at
    assert pixels.shape == ((20, 40, 3) if bright_at in {"left", "right"} else (40, 20, 3))


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\x00" * 4096, b"[" * 10_000])
def test_what_is_no_picture_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(PictureUnreadableError) as caught:
        decoded(content)
    assert str(caught.value).startswith("file car.jpg: ")
    assert "allowed: a whole picture as JPEG, PNG" in str(caught.value)
    assert f"{len(content)} bytes" in str(caught.value)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP"])
def test_half_a_picture_is_refused(kind: str) -> None:
    whole = made(extent=(400, 300), kind=kind)
    with pytest.raises(PictureUnreadableError):
        decoded(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    "brand", [b"%PDF-1.7", b"\x00\x00\x00\x18ftypheic", b"%!PS-Adobe-3.0 EPSF"]
)
def test_formats_that_run_code_or_are_unknown_are_not_opened(brand: bytes) -> None:
    with pytest.raises(PictureUnreadableError):
        decoded(brand + b"\x00" * 500)


@pytest.mark.parametrize(("surplus", "refused"), [(-1, False), (0, False), (1, True)])
def test_the_limit_on_bytes_is_the_policys(surplus: int, refused: bool) -> None:
    content = made()
    limits = PictureLimits(megapixels=1, size_bytes=len(content) - surplus)
    if refused:
        with pytest.raises(PictureTooLargeError, match=f"at most {len(content) - 1} bytes"):
            decoded(content, limits)
    else:
        assert decoded(content, limits).width == 40


@pytest.mark.parametrize(("width", "refused"), [(999, False), (1_000, False), (1_001, True)])
def test_the_limit_on_pixels_is_the_policys(width: int, refused: bool) -> None:
    content = made("1", extent=(width, 1_000))
    limits = PictureLimits(megapixels=1, size_bytes=10**6)
    if refused:
        with pytest.raises(PictureTooLargeError, match="at most 1 megapixels"):
            decoded(content, limits)
    else:
        assert decoded(content, limits).width == width


@pytest.mark.parametrize("extent", [(16_000, 5_001), (20_000, 10_000), (2**31 - 1, 2**31 - 1)])
def test_a_huge_picture_is_refused_before_it_is_decoded(
    extent: tuple[int, int], policy: Policy
) -> None:
    content = png_header(*extent)
    tracemalloc.start()
    began = time.perf_counter()
    try:
        with pytest.raises(PictureTooLargeError) as caught:
            decoded(content, PictureLimits.of(policy))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 5_000_000
    assert time.perf_counter() - began < 2
    assert f"{extent[0] * extent[1] / 1e6:.1f} megapixels" in str(caught.value)
    assert "car.jpg" in str(caught.value)


def test_a_text_chunk_that_expands_without_end_is_refused() -> None:
    bomb = b"note\x00\x00" + zlib.compress(b"\x00" * 80_000_000, 9)
    content = made()
    with pytest.raises(PictureUnreadableError):
        decoded(content[:33] + _chunk(b"zTXt", bomb) + content[33:])


def test_time_and_place_are_read_as_written() -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {
            ExifTags.Base.DateTimeOriginal: "2026:11:01 20:15:30",
            ExifTags.Base.SubsecTimeOriginal: "25",
            ExifTags.Base.OffsetTimeOriginal: "-07:00",
        }
    )
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({
        ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (38.0, 45.0, 0.0),
        ExifTags.GPS.GPSLongitudeRef: "W", ExifTags.GPS.GPSLongitude: (121.0, 15.0, 36.0),
    })  # fmt: skip
    shot = decoded(made(kind="JPEG", exif=exif)).shot
    assert shot.taken_at == "2026-11-01T20:15:30.250000-07:00"
    assert shot.position == Point(-121.26, 38.75)


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {ExifTags.Base.DateTimeOriginal: "    :  :     :  :  "},
        {ExifTags.Base.DateTimeOriginal: "yesterday"},
    ],
)
def test_a_time_that_is_not_there_is_not_made_up(tags: dict[int, str]) -> None:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif).update(tags)
    assert decoded(made(kind="JPEG", exif=exif)).shot == Shot()


@pytest.mark.parametrize(
    ("lon", "lat"),
    [((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), ((200.0, 0.0, 0.0), (38.0, 0.0, 0.0)), (("?",), (1.0,))],
)
def test_a_place_that_is_none_is_not_made_up(lon: tuple[Any, ...], lat: tuple[Any, ...]) -> None:
    tags = {
        ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: lat,
        ExifTags.GPS.GPSLongitudeRef: "W", ExifTags.GPS.GPSLongitude: lon,
    }  # fmt: skip
    assert _position(tags) is None


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF"]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=12),
)
def test_damage_anywhere_gives_a_picture_or_an_error_of_ours(
    kind: str, damage: list[tuple[int, int]]
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    content = bytearray(made("P" if kind == "GIF" else "RGB", kind=kind, exif=exif))
    for place, value in damage:
        content[place % len(content)] = value
    with suppress(PictureUnreadableError, PictureTooLargeError):
        picture = decoded(bytes(content), PictureLimits(megapixels=1, size_bytes=10**6))
        assert picture.pixels.ndim == 3

"""Encoded bytes into pixels, bounded; no engine and no store here."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from workbench.errors import PictureTooLargeError, PictureUnreadableError
from workbench.policy import Policy
from workbench.recognition.base import Pixels
from workbench.recognition.exif import Shot, read_shot

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")
"""What is taken, in Pillow's names; of several pictures in one file, the first."""

_ALLOWED = "a whole picture as " + ", ".join(FORMATS)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError,
    ArithmeticError, MemoryError,
)  # fmt: skip
"""Everything that Pillow's decoders raise at damaged content."""


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """The largest picture that is taken.

    Attributes
    ----------
    megapixels
        Millions of pixels, as the header says, before anything is decoded.
    size_bytes
        Of the encoded picture.
    """

    megapixels: int
    size_bytes: int

    @classmethod
    def of(cls, policy: Policy) -> PictureLimits:
        """Return the limits of a policy."""
        rules = policy.recognition
        return cls(rules.max_megapixels.value, rules.max_picture_bytes.value)


@dataclass(frozen=True, slots=True, eq=False)
class DecodedPicture:
    """A picture that stands upright.

    Attributes
    ----------
    pixels
        RGB, height x width x 3, 8 bits, read-only; turned as its EXIF says, transparent parts
        on white, deeper grey scaled down to 8 bits.
    media_type
        Such as ``image/jpeg``, from the content.
    shot
        When and where it says it was taken.
    """

    pixels: Pixels = field(repr=False)
    media_type: str
    shot: Shot

    @property
    def width(self) -> int:
        """In pixels, upright."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """In pixels, upright."""
        return int(self.pixels.shape[0])


def decode_picture(content: bytes, *, name: str, limits: PictureLimits) -> DecodedPicture:
    """Return the pixels of an encoded picture.

    Parameters
    ----------
    content
        The whole file.
    name
        What people call it; stands in every error.
    limits
        Checked against size and header before anything is decoded.

    Returns
    -------
    DecodedPicture

    Raises
    ------
    PictureTooLargeError
        If it has more bytes or pixels than the limits.
    PictureUnreadableError
        If it is empty, truncated, damaged, or no picture of a known format.

    Examples
    --------
    >>> decode_picture(b"GIF", name="a.gif", limits=PictureLimits(80, 1_000))
    Traceback (most recent call last):
    workbench.errors.PictureUnreadableError: file a.gif: This is no picture that can be read; ...
    """
    check_size(len(content), name=name, limits=limits)
    if not content:
        raise PictureUnreadableError(
            "The file is empty", given="0 bytes", allowed=_ALLOWED, where={"file": name}
        )
    try:
        with warnings.catch_warnings():
            # Pillow's own bound on pixels warns; ours, from the policy, is checked below.
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(content), formats=FORMATS) as image:
                _check_pixels(image.size, name, limits)
                return _decoded(image, name)
    except Image.DecompressionBombError as error:
        # Raised by Pillow before we can look at the header; its message says how many pixels.
        found = re.search(r"\d+", str(error))
        raise _too_many(int(found[0]) if found else 0, name, limits) from error
    except _BROKEN as error:
        known = not isinstance(error, UnidentifiedImageError)
        raise PictureUnreadableError(
            "This is no picture that can be read",
            given=f"{len(content)} bytes; {_first_line(error) if known else 'no known format'}",
            allowed=_ALLOWED,
            where={"file": name},
        ) from error


def check_size(size_bytes: int, *, name: str, limits: PictureLimits) -> None:
    """Refuse a file that is larger than a picture may be, before it is read.

    Raises
    ------
    PictureTooLargeError
    """
    if size_bytes > limits.size_bytes:
        raise PictureTooLargeError(
            "The picture has too many bytes",
            given=size_bytes,
            allowed=f"at most {limits.size_bytes} bytes (recognition.max_picture_bytes)",
            where={"file": name},
        )


def _check_pixels(size: tuple[int, int], name: str, limits: PictureLimits) -> None:
    if size[0] * size[1] > limits.megapixels * 1_000_000:
        raise _too_many(size[0] * size[1], name, limits)


def _too_many(pixels: int, name: str, limits: PictureLimits) -> PictureTooLargeError:
    return PictureTooLargeError(
        "The picture has too many pixels",
        given=f"{pixels} pixels, {pixels / 1_000_000:.1f} megapixels",
        allowed=f"at most {limits.megapixels} megapixels (recognition.max_megapixels)",
        next_step="make it smaller, or change the policy file if the camera really takes these",
        where={"file": name},
    )


def _decoded(image: Image.Image, name: str) -> DecodedPicture:
    kind = "JPEG" if image.format == "MPO" else image.format or ""  # a JPEG with more behind it
    media_type = Image.MIME.get(kind, "application/octet-stream")
    image.load()
    shot = read_shot(image)  # after loading: some formats carry it behind the pixels
    upright = _as_rgb(image, name)
    if shot.orientation in _TURNS:
        upright = upright.transpose(_TURNS[shot.orientation])
    pixels = np.array(upright, dtype=np.uint8)
    pixels.flags.writeable = False
    return DecodedPicture(pixels, media_type, shot)


def _as_rgb(image: Image.Image, name: str) -> Image.Image:
    if image.mode.startswith("I"):
        return _from_deep_grey(image)
    if image.mode == "F":
        raise PictureUnreadableError(
            "The pixels are fractions, which no camera writes",
            given=f"mode {image.mode}",
            allowed="8 or 16 bits a pixel and channel",
            where={"file": name},
        )
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, clear).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """Scale by whole bits: 12-bit cameras store their greys in the lower part of 16."""
    deep = np.asarray(image).clip(min=0)
    surplus_bits = max(0, int(deep.max(initial=0)).bit_length() - 8)
    return Image.fromarray((deep >> surplus_bits).astype(np.uint8)).convert("RGB")


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

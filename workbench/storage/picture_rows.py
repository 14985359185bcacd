"""Keeping a picture together with its row; the bytes go first, so that no row names nothing."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from PIL import Image
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from workbench.storage.picture_tables import picture
from workbench.storage.pictures import PictureStore

UNKNOWN_MEDIA_TYPE = "application/octet-stream"

_MAX_SIDE = 2**31 - 1
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")
_HEADER_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What the header of a picture says; the pixels are not decoded.

    Attributes
    ----------
    media_type
        ``application/octet-stream`` for what is no picture that is known.
    width, height
        Pixels as encoded, before any rotation; ``None`` where unknown.
    """

    media_type: str
    width: int | None = None
    height: int | None = None


def picture_facts(content: bytes) -> PictureFacts:
    """Return what the content's own header says; never fails, for evidence is kept as it came.

    Examples
    --------
    >>> picture_facts(b"no picture")
    PictureFacts(media_type='application/octet-stream', width=None, height=None)
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nothing is decoded, so its size does no harm
            with Image.open(BytesIO(content), formats=_FORMATS) as image:
                media_type = Image.MIME.get(image.format or "", UNKNOWN_MEDIA_TYPE)
                if all(1 <= side <= _MAX_SIDE for side in image.size):
                    return PictureFacts(media_type, *image.size)
                return PictureFacts(media_type)
    except _HEADER_ERRORS:
        return PictureFacts(UNKNOWN_MEDIA_TYPE)


def keep_picture(
    store: PictureStore, connection: Connection, content: bytes, stored_at: datetime
) -> str:
    """Keep a picture and its row; the same picture twice is kept once.

    Parameters
    ----------
    connection
        The row is part of its transaction. A rollback leaves at most bytes that no row names.

    Returns
    -------
    str
        The SHA-256 that a detection names.

    Raises
    ------
    StorageError
        If the store cannot be written.
    """
    sha256 = store.put(content)
    facts = picture_facts(content)
    connection.execute(
        insert(picture)
        .values(
            sha256=sha256,
            media_type=facts.media_type,
            width=facts.width,
            height=facts.height,
            size_bytes=len(content),
            stored_at=stored_at,
        )
        .on_conflict_do_nothing()
    )
    return sha256

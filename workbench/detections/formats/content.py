"""From a delivery's bytes to its text: bounded, unzipped, decoded; nothing is interpreted here."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from gzip import BadGzipFile, GzipFile
from io import BufferedIOBase
from typing import BinaryIO, cast

from workbench.detections.formats.base import Delivery
from workbench.errors import DeliveryError

CHUNK_BYTES = 1 << 18
HEAD_BYTES = 1 << 20
"""How much of a delivery is looked at to recognise its format."""

_GZIP = b"\x1f\x8b"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def head_of(delivery: Delivery) -> bytes:
    """Return the first bytes of a delivery, unzipped, for recognising it.

    Raises
    ------
    DeliveryError
        If it is empty, or its compression is damaged from the start.
    """
    head = next(byte_chunks(delivery, HEAD_BYTES), b"")
    if not head.strip(b"\x00 \t\r\n"):
        raise DeliveryError(
            "The file is empty",
            allowed="at least one record",
            where={"file": delivery.name},
        )
    return head


def byte_chunks(delivery: Delivery, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Give a delivery's bytes, unzipped, up to the policy's limit.

    Raises
    ------
    DeliveryError
        Beyond the limit, or where the compression is damaged or ends early; what was good before
        has been given by then.
    """
    left = delivery.context.limits.file_bytes
    with delivery.open() as raw:
        for block in _blocks(_unzipped(raw), size, delivery):
            if len(block) > left:
                yield block[:left]
                raise _too_large(delivery)
            left -= len(block)
            yield block


def _blocks(stream: BufferedIOBase, size: int, delivery: Delivery) -> Iterator[bytes]:
    held = bytearray()
    try:
        while piece := stream.read1(size):
            held += piece
            if len(held) >= size:
                yield bytes(held)
                held.clear()
    except (EOFError, BadGzipFile, zlib.error) as error:
        if held:
            yield bytes(held)
        raise DeliveryError(
            "The compressed file is truncated or damaged",
            given=str(error),
            next_step="ask for the file again",
            where={"file": delivery.name},
        ) from None
    if held:
        yield bytes(held)


def text_chunks(delivery: Delivery) -> Iterator[str]:
    """Give a delivery's text; bytes that are not UTF-8 become lone surrogates.

    A record with a surrogate is refused by itself (see `is_whole`), so one bad byte does not cost
    the file.

    Raises
    ------
    DeliveryError
        As `byte_chunks`; also for UTF-16 that breaks, and for UTF-16 or -32 without its mark.
    """
    chunks = byte_chunks(delivery)
    first = next(chunks, b"")
    encoding, skip = _encoding(first, delivery)
    errors = "surrogateescape" if encoding == "utf-8" else "strict"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    try:
        yield decoder.decode(first[skip:])
        for chunk in chunks:
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise DeliveryError(
            "The file is not in the encoding that its first bytes announce",
            given=f"{encoding}: {error.reason}",
            allowed="UTF-8, or UTF-16 with its byte order mark",
            where={"file": delivery.name},
        ) from None


def plain(head: bytes) -> bytes:
    """Return the head of a text as bytes of UTF-8 without a byte order mark."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "ignore").encode("utf-8", "ignore")
    return head


def is_whole(text: str) -> bool:
    """Return whether every byte behind the text was UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def original_bytes(text: str) -> bytes:
    """Return the bytes that a text came from (UTF-8 also for what came as UTF-16)."""
    return text.encode("utf-8", "surrogateescape")


def _encoding(first: bytes, delivery: Delivery) -> tuple[str, int]:
    for mark, encoding in _MARKS:
        if first.startswith(mark):
            return encoding, len(mark)
    if b"\x00" in first[:1024]:
        raise DeliveryError(
            "The file is not text in a known encoding",
            given=first[:16],
            allowed="UTF-8, or UTF-16 with its byte order mark",
            next_step="export it again as UTF-8",
            where={"file": delivery.name},
        )
    return "utf-8", 0


def _unzipped(raw: BinaryIO) -> BufferedIOBase:
    start = raw.read(len(_GZIP))
    raw.seek(0)
    return cast("BufferedIOBase", GzipFile(fileobj=raw) if start == _GZIP else raw)


def _too_large(delivery: Delivery) -> DeliveryError:
    limit = delivery.context.limits.file_bytes
    return DeliveryError(
        "The file is too large",
        given=f"more than {limit} bytes when expanded",
        allowed=f"at most {limit} bytes (ingest.max_file_bytes of the policy)",
        next_step="split the file",
        where={"file": delivery.name},
    )

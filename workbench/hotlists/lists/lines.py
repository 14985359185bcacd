"""From a list's bytes to its lines: unzipped, decoded, bounded; a wrong byte names its line."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from gzip import BadGzipFile, GzipFile
from typing import IO, NoReturn, cast

from workbench.errors import ListFileError

_CHUNK_BYTES = 1 << 18
_MOST_LINE_CHARACTERS = 1 << 16
_GZIP = b"\x1f\x8b"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BLOCK = tuple[int, list[str]]


def line_blocks(
    file: IO[bytes], *, encoding: str, whole: bool, most_bytes: int
) -> Iterator[_BLOCK]:
    """Give the lines of a file, without their ends, in blocks.

    Parameters
    ----------
    file
        Stands at its beginning; read to its end. May be compressed with gzip.
    encoding
        ``detect``, or what the file is said to be in.
    whole
        Whether the last line has to end.
    most_bytes
        Largest file taken, expanded.

    Yields
    ------
    tuple
        The number of the first line, from 1, and the lines.

    Raises
    ------
    ListFileError
        If it is empty, too large, cut off, or a byte is not in the encoding; names the line.
    """
    chunks = _chunks(file, most_bytes)
    first = next(chunks, b"")
    if not first:
        raise ListFileError("The file is empty", allowed="at least one row")
    found, skip = _encoding(first, encoding)
    decoder = codecs.getincrementaldecoder(found)("strict")
    number, rest = 1, ""
    chunk: bytes = first[skip:]
    while True:
        try:
            text = rest + decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            _wrong_byte(error, number + _lines_before(error, found, rest), found, encoding)
        *lines, rest = text.split("\n")
        if len(rest) > _MOST_LINE_CHARACTERS:
            raise ListFileError(
                "A line is too long",
                allowed=f"at most {_MOST_LINE_CHARACTERS} characters",
                where={"line": number + len(lines)},
            )
        if lines:
            yield number, [line.removesuffix("\r") for line in lines]
            number += len(lines)
        if not chunk:
            break
        chunk = next(chunks, b"")
    if rest:
        if whole:
            raise ListFileError(
                "The last line does not end, so the file may have been cut off",
                allowed="a line break at the end, or ends_with_newline = false in the template",
                next_step="fetch the list again",
                where={"line": number},
            )
        yield number, [rest.removesuffix("\r")]


def _chunks(file: IO[bytes], most_bytes: int) -> Iterator[bytes]:
    start = file.read(len(_GZIP))
    file.seek(0)
    stream = cast("IO[bytes]", GzipFile(fileobj=file)) if start == _GZIP else file
    left = most_bytes
    try:
        while chunk := stream.read(_CHUNK_BYTES):
            left -= len(chunk)
            if left < 0:
                raise ListFileError(
                    "The file is too large",
                    given=f"more than {most_bytes} bytes when expanded",
                    allowed=f"at most {most_bytes} bytes (ingest.max_file_bytes of the policy)",
                )
            yield chunk
    except (EOFError, BadGzipFile, zlib.error):
        raise ListFileError(
            "The compressed file is cut off or damaged", next_step="fetch the list again"
        ) from None


def _encoding(first: bytes, said: str) -> tuple[str, int]:
    marked = next(((name, len(mark)) for mark, name in _MARKS if first.startswith(mark)), None)
    if said in {"detect", "utf-8", "utf-16"}:
        if marked and (said == "detect" or marked[0].startswith(said)):
            return marked
        if said == "utf-16" or b"\x00" in first[:1024]:
            raise ListFileError(
                "The file is not in the encoding that it should have",
                given="no byte order mark" if said == "utf-16" else "bytes that are no text",
                allowed="UTF-8, or UTF-16 with its byte order mark",
                next_step="name its encoding in the template",
                where={"line": 1},
            )
        return "utf-8", 0
    if marked:
        raise ListFileError(
            "The file is not in the encoding that its template names",
            given=marked[0],
            allowed=said,
            where={"line": 1},
        )
    return said, 0


def _lines_before(error: UnicodeDecodeError, encoding: str, rest: str) -> int:
    good = error.object[: error.start].decode(encoding, "ignore")
    return (rest + good).count("\n")


def _wrong_byte(error: UnicodeDecodeError, line: int, found: str, said: str) -> NoReturn:
    raise ListFileError(
        f"A byte is not {found.upper()}",
        given=f"0x{error.object[error.start]:02x}",
        allowed=found.upper() if said != "detect" else "UTF-8, or UTF-16 with its byte order mark",
        next_step="name the file's encoding in the template, or have it written as UTF-8",
        where={"line": line},
    ) from None

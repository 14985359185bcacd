"""The files as they came: hashed, and kept whole beside the reads that were taken from them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import RawIOBase
from typing import Any

import pyarrow as pa

from workbench.detections.formats.base import Delivery, Item, Limits, Taken
from workbench.errors import DeliveryError
from workbench.storage.pictures import PictureStore

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a delivery's content is known by."""

    sha256: str
    size_bytes: int


def printable(name: str) -> str:
    r"""Return a file's name as text that every table holds; other bytes are written out.

    Examples
    --------
    >>> printable("gate\udcff.csv")
    'gate\\udcff.csv'
    """
    return name.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def fingerprint(delivery: Delivery) -> Fingerprint:
    """Return the hash and the size of the content as it came.

    Raises
    ------
    DeliveryError
        If the file is not there or cannot be read.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with delivery.open() as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise DeliveryError(
            "The file cannot be read",
            given=str(delivery.content),
            allowed="a file that this account may read",
            next_step=f"the system says: {error.strerror}",
        ) from None
    return Fingerprint(digest.hexdigest(), size)


def fingerprint_of_items(name: str, items: Sequence[Item]) -> Fingerprint:
    """Return what reads made here are known by: what they were made of and what they say."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass"))
    for item in items:
        said = item.read if isinstance(item, Taken) else item.raw
        digest.update(repr(said).encode("utf-8", "surrogatepass"))
    return Fingerprint(digest.hexdigest(), 0)


def fingerprint_of_table(reads: pa.Table) -> Fingerprint:
    """Return what a table is known by: the hash of its columns as Arrow writes them."""
    sink = _HashSink()
    with pa.ipc.new_stream(sink, reads.schema) as stream:
        stream.write_table(reads)
    return Fingerprint(sink.digest.hexdigest(), reads.nbytes)


class _HashSink(RawIOBase):
    """Hashes what is written to it and keeps nothing."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self.digest.update(view)
        return view.nbytes


class Originals:
    """Keeps the content of deliveries by its hash.

    Parameters
    ----------
    store
        Of their own, so that nobody takes them for pictures.
    """

    def __init__(self, store: PictureStore) -> None:
        self._store = store

    def keep(self, delivery: Delivery, known_as: Fingerprint) -> str:
        """Keep a delivery's content; one that is there is not written again.

        Raises
        ------
        DeliveryError
            If the file changed while it was read.
        StorageError
            If it cannot be written.
        """
        if self._store.exists(known_as.sha256):
            return known_as.sha256
        with delivery.open() as stream:
            kept = self._store.put_stream(stream)
        if kept != known_as.sha256:
            raise DeliveryError(
                "The file changed while it was read",
                given=kept,
                allowed=known_as.sha256,
                next_step="give it again when it is whole",
                where={"file": delivery.name},
            )
        return kept

    def keep_refused(self, delivery: Delivery, known_as: Fingerprint, limits: Limits) -> str | None:
        """Keep what could not be read at all, unless it is empty or too large to be one record."""
        if 0 < known_as.size_bytes <= limits.record_bytes:
            return self.keep(delivery, known_as)
        return None

    def content(self, sha256: str) -> bytes:
        """Return a delivery's content, checked against its hash."""
        return self._store.get(sha256)

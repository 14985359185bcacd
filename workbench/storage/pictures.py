"""The picture store: content-addressed, on any file system that fsspec knows; no tables here."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import fsspec
from fsspec.implementations.local import LocalFileSystem

from workbench.errors import PictureDamagedError, PictureMissingError, SettingsError, StorageError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_INCOMING = "incoming"
_CHUNK_BYTES = 1 << 20


class PictureStore:
    """Pictures under the SHA-256 of their content.

    A picture lies under ``ab/cd/abcd…`` below the root, so that no folder grows too large.
    What is half written lies under ``incoming`` and is never seen by `get` or `walk`.

    Parameters
    ----------
    url
        A folder, or an address that fsspec knows, such as ``s3://bucket/pictures``,
        ``sftp://host/pictures`` or ``memory://pictures``.

    Raises
    ------
    SettingsError
        If the address names a file system that is unknown or not installed.

    Examples
    --------
    >>> store = PictureStore("memory://doctest-pictures")
    >>> name = store.put(b"a picture")
    >>> store.get(name)
    b'a picture'
    """

    def __init__(self, url: str) -> None:
        try:
            self._files, self._root = fsspec.core.url_to_fs(url)
        except (ValueError, ImportError) as error:
            raise SettingsError(
                "The picture store cannot be opened",
                given=url.partition("://")[0] if "://" in url else url,  # the rest may be secret
                allowed="a folder, or s3://, sftp:// or memory:// with its package installed",
                next_step=str(error),
            ) from error
        self._local = isinstance(self._files, LocalFileSystem)

    def put(self, content: bytes) -> str:
        """Keep a picture and return the name it is kept under.

        Written beside its place and moved there whole, so that a crash leaves no half picture.
        The same content twice is kept once; a damaged copy is replaced.

        Parameters
        ----------
        content
            The encoded picture, as it came.

        Returns
        -------
        str
            Its SHA-256 as 64 hexadecimal characters.

        Raises
        ------
        StorageError
            If the content is empty or the store cannot be written.
        """
        if not content:
            raise StorageError("An empty picture cannot be kept", allowed="at least one byte")
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        try:
            if not (self._files.exists(path) and self._files.cat_file(path) == content):
                self._write(path, content)
        except OSError as error:
            raise StorageError(
                "The picture store cannot be written",
                given=str(error),
                next_step="check space and rights there; the same delivery can be given again",
                where={"path": path},
            ) from error
        return sha256

    def put_stream(self, source: BinaryIO) -> str:
        """Keep what a stream holds, however long, and return the name it is kept under.

        Parameters
        ----------
        source
            Read from where it stands to its end.

        Returns
        -------
        str
            Its SHA-256 as 64 hexadecimal characters.

        Raises
        ------
        StorageError
            If the stream is empty or the store cannot be written.
        """
        digest, length = hashlib.sha256(), 0

        def chunks() -> Iterator[bytes]:
            nonlocal length
            while chunk := source.read(_CHUNK_BYTES):
                digest.update(chunk)
                length += len(chunk)
                yield chunk

        try:
            incoming = self._incoming(chunks())
            if length == 0:
                self._files.rm_file(incoming)
                raise StorageError("Nothing cannot be kept", allowed="at least one byte")
            sha256 = digest.hexdigest()
            self._place(incoming, self.path(sha256))
        except OSError as error:
            raise StorageError("The picture store cannot be written", given=str(error)) from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return a picture after checking that it is what its name says.

        Raises
        ------
        PictureMissingError
            If there is none of that name.
        PictureDamagedError
            If its content no longer has that hash.
        StorageError
            If the name is no SHA-256, or the store cannot be read.
        """
        path = self.path(sha256)
        try:
            content: bytes = self._files.cat_file(path)
        except FileNotFoundError as error:
            raise PictureMissingError(
                "The picture is not in the store", given=sha256, where={"path": path}
            ) from error
        except OSError as error:
            raise StorageError(
                "The picture store cannot be read", given=str(error), where={"path": path}
            ) from error
        found = hashlib.sha256(content).hexdigest()
        if found != sha256:
            raise PictureDamagedError(
                "The stored picture is not the one that was kept",
                given=f"content with SHA-256 {found}",
                allowed=sha256,
                next_step="restore this file from a backup; do not use it as evidence",
                where={"path": path},
            )
        return content

    def exists(self, sha256: str) -> bool:
        """Return whether a picture of that name is kept; its content is not checked."""
        return bool(self._files.exists(self.path(sha256)))

    def delete(self, sha256: str) -> bool:
        """Delete a picture and return whether it was there, so that a purge can run twice."""
        try:
            self._files.rm_file(self.path(sha256))
        except FileNotFoundError:
            return False
        return True

    def modified_at(self, sha256: str) -> datetime:
        """Return when a picture was put there.

        Raises
        ------
        PictureMissingError
            If there is none of that name.
        """
        try:
            return _aware(self._files.modified(self.path(sha256)))
        except FileNotFoundError as error:
            raise PictureMissingError("The picture is not in the store", given=sha256) from error

    def walk(self) -> Iterator[str]:
        """Yield the names of all pictures kept, in order."""
        for path in sorted(self._found(self._root)):
            name = path.rpartition("/")[2]
            if _SHA256.fullmatch(name) and path == self.path(name):
                yield name

    def sweep(self, before: datetime) -> int:
        """Delete what crashes left half written before an instant; return how many files."""
        swept = 0
        for path in self._found(f"{self._root}/{_INCOMING}"):
            # One that became whole meanwhile has been moved to its place.
            with suppress(FileNotFoundError):
                if _aware(self._files.modified(path)) < before:
                    self._files.rm_file(path)
                    swept += 1
        return swept

    def path(self, sha256: str) -> str:
        """Return where a picture lies or would lie.

        Raises
        ------
        StorageError
            If the name is no SHA-256 in lower-case hexadecimal.
        """
        if not _SHA256.fullmatch(sha256):
            raise StorageError("Not a SHA-256", given=sha256, allowed="64 characters of 0-9a-f")
        return f"{self._root}/{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def _write(self, path: str, content: bytes) -> None:
        self._place(self._incoming((content,)), path)

    def _incoming(self, chunks: Iterable[bytes]) -> str:
        incoming = f"{self._root}/{_INCOMING}/{secrets.token_hex(16)}"
        self._make_folder(incoming.rpartition("/")[0])
        try:
            with self._files.open(incoming, "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                if self._local:
                    _flush(file)
        except BaseException:
            if self._files.exists(incoming):
                self._files.rm_file(incoming)
            raise
        return incoming

    def _place(self, incoming: str, path: str) -> None:
        try:
            self._make_folder(path.rpartition("/")[0])
            self._move(incoming, path)
        except BaseException:
            if self._files.exists(incoming):
                self._files.rm_file(incoming)
            raise

    def _make_folder(self, folder: str) -> None:
        if self._local:
            # Pictures are personal data: no other account of the machine may look.
            for part in reversed([Path(folder), *Path(folder).parents]):
                if part.is_relative_to(self._root):
                    part.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            self._files.makedirs(folder, exist_ok=True)

    def _move(self, source: str, target: str) -> None:
        if not self._local:
            self._files.mv(source, target)
            return
        Path(source).chmod(0o600)
        Path(source).replace(target)
        folder = os.open(Path(target).parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _found(self, folder: str) -> list[str]:
        try:
            return [str(path) for path in self._files.find(folder)]
        except FileNotFoundError:
            return []


def _flush(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _aware(modified: datetime) -> datetime:
    # Some file systems of fsspec say their UTC without saying so.
    return modified if modified.tzinfo else modified.replace(tzinfo=UTC)

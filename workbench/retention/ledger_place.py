"""A folder of the ledger outside the database: one signed file an entry, never written twice."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import fsspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from fsspec.implementations.local import LocalFileSystem

from workbench.audit.canonical import FIRST_PREVIOUS_HASH, json_text
from workbench.audit.keys import key_id
from workbench.errors import RetentionError

LEDGER_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """An entry as it stands in the database and, signed, outside.

    Attributes
    ----------
    number
        From 1, without gaps.
    kind
        ``purge``, ``hold:place``, ``hold:approve`` or ``hold:release``; in the ledger of heads,
        ``log:head`` or ``log:restored``.
    content
        JSON, as text: what is hashed is this text and nothing made from it.
    """

    number: int
    kind: str
    content: str
    previous_hash: str
    hash: str

    @property
    def said(self) -> dict[str, Any]:
        """Return its content."""
        return dict(json.loads(self.content))

    def holds(self, previous: str | None = None) -> bool:
        """Return whether its hash covers it and the entry before, where that one is known."""
        previous = self.previous_hash if previous is None else previous
        text = "\n".join((previous, str(self.number), self.kind, self.content))
        hashed = hashlib.sha256(text.encode()).hexdigest()
        return self.previous_hash == previous and self.hash == hashed


def signed_text(entry: LedgerEntry, key: Ed25519PrivateKey) -> str:
    """Return what is written outside; see ``data_schema/retention/ledger.v1.schema.json``."""
    stated = {
        "schema_version": LEDGER_VERSION,
        **asdict(entry),
        "key_id": key_id(key.public_key()),
    }
    signature = base64.b64encode(key.sign(json_text(stated).encode())).decode()
    return json.dumps(stated | {"signature": signature}, indent=2) + "\n"


class LedgerPlace:
    """A folder with the ledger's files.

    Parameters
    ----------
    url
        A folder or an address that fsspec knows.

    Examples
    --------
    >>> place = LedgerPlace("memory://doctest-ledger")
    >>> place.has(1)
    False
    """

    def __init__(self, url: str) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)
        self.local = isinstance(self._files, LocalFileSystem)

    @property
    def address(self) -> str:
        """Where it is, for people."""
        return str(self._root)

    def has(self, number: int) -> bool:
        """Return whether there is an entry of that number."""
        if self.local:
            return Path(self._path(number)).exists()
        return bool(self._files.exists(self._path(number)))

    def hash_of(self, number: int) -> str | None:
        """Return what an entry says of its own hash, unchecked; ``None`` where there is none."""
        try:
            return str(json.loads(self._files.cat_file(self._path(number)))["hash"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def last(self) -> int:
        """Return the highest number; 0 where there is none."""
        try:
            names = (str(path).rpartition("/")[2] for path in self._files.ls(self._root, False))  # noqa: FBT003 - fsspec's
        except FileNotFoundError:
            return 0
        numbers = (name.removesuffix(".json") for name in names if name.endswith(".json"))
        return max((int(number) for number in numbers if number.isdigit()), default=0)

    def write(self, number: int, text: str) -> None:
        """Write an entry whole, or not at all.

        Raises
        ------
        RetentionError
            If it cannot be written.
        """
        path = self._path(number)
        try:
            if not self.local:
                self._files.makedirs(self._root, exist_ok=True)
                self._files.pipe_file(path, text.encode())
                return
            Path(self._root).mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = Path(f"{path}.{secrets.token_hex(4)}.new")
            beside.write_text(text, encoding="utf-8")
            beside.chmod(0o600)
            beside.replace(path)
        except OSError as error:
            raise RetentionError(
                "The ledger of purges and holds cannot be written",
                given=str(error),
                next_step="check space and rights there; the next purge writes what is missing",
                where={"path": path},
            ) from error

    def text(self, number: int) -> str | None:
        """Return the file of an entry, unchecked; ``None`` where there is none."""
        try:
            return str(self._files.cat_file(self._path(number)).decode())
        except (OSError, UnicodeDecodeError):
            return None

    def read(
        self, number: int, keys: Sequence[Ed25519PublicKey], previous: str | None
    ) -> LedgerEntry:
        """Return an entry, its signature and its place in the chain checked.

        Parameters
        ----------
        previous
            Hash of the entry before; zeros for the first, ``None`` where it is not known.

        Raises
        ------
        RetentionError
            If it is missing, was changed, or another key signed it.
        """
        where = {"path": self._path(number)}
        try:
            stated = json.loads(self._files.cat_file(self._path(number)))
            signature = base64.b64decode(stated.pop("signature"), validate=True)
            known = {key_id(key): key for key in keys}
            known[stated["key_id"]].verify(signature, json_text(stated).encode())
            entry = LedgerEntry(
                number=stated["number"],
                kind=stated["kind"],
                content=stated["content"],
                previous_hash=stated["previous_hash"],
                hash=stated["hash"],
            )
        except (OSError, ValueError, KeyError, TypeError, InvalidSignature, binascii.Error) as e:
            raise RetentionError(
                "An entry of the ledger is missing, was changed, or another key signed it",
                given=f"{number}: {type(e).__name__}",
                next_step="restore the ledger and HOME/keys from where their copies are kept",
                where=where,
            ) from e
        if entry.number != number or not entry.holds(previous):
            raise RetentionError(
                "An entry of the ledger does not follow the one before", given=number, where=where
            )
        return entry

    def _path(self, number: int) -> str:
        return f"{self._root}/{number:012d}.json"


FIRST_PREVIOUS = FIRST_PREVIOUS_HASH
"""What stands before the first entry."""

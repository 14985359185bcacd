"""The signed head of the log, in a small file that can be kept where nobody can rewrite it."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workbench.audit.canonical import json_text, time_text
from workbench.audit.entry import Record
from workbench.audit.keys import key_id
from workbench.errors import CheckpointError

CHECKPOINT_VERSION = 1
_FIELDS = {
    "schema_version": int,
    "organisation": str,
    "seq": int,
    "hash": str,
    "recorded_at": str,
    "signed_at": str,
    "key_id": str,
    "signature": str,
}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head of the log and who vouches for it.

    Attributes
    ----------
    seq, hash, recorded_at
        The record that was the last one.
    signed_at
        UTC.
    signature
        Ed25519, base64, over the canonical JSON of the other fields.
    """

    schema_version: int
    organisation: str
    seq: int
    hash: str
    recorded_at: datetime
    signed_at: datetime
    key_id: str
    signature: str

    def as_json(self) -> dict[str, Any]:
        """Return what stands in the file; see ``data_schema/audit/checkpoint.v1.schema.json``."""
        times = {name: time_text(getattr(self, name)) for name in ("recorded_at", "signed_at")}
        return asdict(self) | times


def sign_head(head: Record, key: Ed25519PrivateKey, *, signed_at: datetime) -> Checkpoint:
    """Return the checkpoint of a record.

    Parameters
    ----------
    head
        The last record of the log, whose hash covers all before it.
    key
        The department's signing key.
    signed_at
        Aware.
    """
    stated: dict[str, Any] = {
        "schema_version": CHECKPOINT_VERSION,
        "organisation": head.organisation,
        "seq": head.seq,
        "hash": head.hash,
        "recorded_at": time_text(head.recorded_at),
        "signed_at": time_text(signed_at),
        "key_id": key_id(key.public_key()),
    }
    signature = base64.b64encode(key.sign(json_text(stated).encode())).decode()
    return stated_checkpoint(stated | {"signature": signature})


def write_checkpoint(checkpoint: Checkpoint, file: Path) -> None:
    """Write a checkpoint to a new file.

    Raises
    ------
    CheckpointError
        If the file exists already: a checkpoint is never overwritten.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(json.dumps(checkpoint.as_json(), indent=2) + "\n")
    except FileExistsError:
        raise CheckpointError(
            "A checkpoint is never overwritten", given=str(file), next_step="name another file"
        ) from None


def read_checkpoint(file: Path, *keys: Ed25519PublicKey) -> Checkpoint:
    """Return the checkpoint of a file, its signature checked.

    Parameters
    ----------
    file
        As `write_checkpoint` left it.
    keys
        The public keys, one of which must have signed it, from a place that is trusted.

    Raises
    ------
    CheckpointError
        If it cannot be read, another key signed it, or the signature is wrong.
    """
    given = _read(file)
    signature = given.pop("signature")
    key = {key_id(known): known for known in keys}.get(given["key_id"])
    if key is None:
        raise CheckpointError(
            "Another key signed this checkpoint",
            given=given["key_id"],
            allowed=", ".join(key_id(known) for known in keys),
            next_step="name the public key of that time with --public-key",
            where={"file": file},
        )
    try:
        key.verify(base64.b64decode(signature, validate=True), json_text(given).encode())
        return stated_checkpoint(given | {"signature": signature})
    except (InvalidSignature, ValueError, binascii.Error):
        raise CheckpointError(
            "The checkpoint's signature is wrong: it was changed, or is not the department's",
            where={"file": file},
        ) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
        typed = {name: type(given[name]) for name in given}
    except (OSError, ValueError, TypeError) as error:
        raise CheckpointError(
            "The checkpoint cannot be read", given=str(error), where={"file": file}
        ) from error
    if typed != _FIELDS or given["schema_version"] != CHECKPOINT_VERSION:
        raise CheckpointError(
            "This is no checkpoint",
            given=sorted(typed),
            allowed=f"the fields {sorted(_FIELDS)} of version {CHECKPOINT_VERSION}",
            where={"file": file},
        )
    return dict(given)


def stated_checkpoint(stated: dict[str, Any]) -> Checkpoint:
    """Return the checkpoint of what `Checkpoint.as_json` gave; its signature is not checked."""
    times = {n: datetime.fromisoformat(stated[n]) for n in ("recorded_at", "signed_at")}
    return Checkpoint(**(stated | times))

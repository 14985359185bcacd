"""Whether an excerpt of the audit log holds: each record's hash, their order, the signed head."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from workbench.audit.checkpoint import Checkpoint, read_checkpoint
from workbench.errors import CheckpointError
from workbench.retention.evidence.access_files import CHECKPOINT, LINES

Problems = list[tuple[str, str]]

_LINE = re.compile(r'(?P<hashed>\{.*),"hash":"(?P<hash>[0-9a-f]{64})"\}\n', re.DOTALL)


def log_problems(payload: Path, contents: Mapping[str, Any], key: Ed25519PublicKey) -> Problems:
    """Return what does not hold in the excerpt, each with its file.

    Parameters
    ----------
    payload
        The package's ``data``.
    contents
        What the package says it holds.
    key
        What the package was signed with; the head was signed with the same.
    """
    stated = contents.get("audit_log")
    if stated is None:
        return []
    found, head = _head(payload, stated, key)
    try:
        found += [(f"data/{LINES}", what) for what in _records(payload / LINES, head)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        found.append((f"data/{LINES}", f"cannot be read: {type(error).__name__}"))
    return found


def _head(
    payload: Path, stated: Mapping[str, Any], key: Ed25519PublicKey
) -> tuple[Problems, Checkpoint | None]:
    if not stated["whole"]:
        return [], None  # the first page says so, and no head was signed
    name = f"data/{CHECKPOINT}"
    try:
        head = read_checkpoint(payload / CHECKPOINT, key)
    except CheckpointError as error:
        return [(name, error.what)], None
    if (head.seq, head.hash) != (stated["last_seq"], stated["last_hash"]):
        return [(name, "is not the head that the package names")], head
    return [], head


def _records(file: Path, head: Checkpoint | None) -> Iterator[str]:
    seq, hash_ = 0, ""
    with file.open(encoding="ascii", newline="") as stream:
        for line in stream:
            met = _LINE.fullmatch(line)
            if met is None:
                yield f"the line after record {seq} is no record"
                continue
            hashed = met["hashed"] + "}"
            record = json.loads(hashed)
            if hashlib.sha256(hashed.encode("ascii")).hexdigest() != met["hash"]:
                yield f"record {record['seq']} was edited: its hash does not fit its content"
            if record["seq"] <= seq:
                yield f"record {record['seq']} stands behind record {seq}"
            if record["seq"] == seq + 1 and seq and record["previous_hash"] != hash_:
                yield f"record {record['seq']} does not follow record {seq}"
            seq, hash_ = record["seq"], met["hash"]
            if head is not None and (seq > head.seq or (seq == head.seq and hash_ != head.hash)):
                yield f"record {seq} is not covered by the signed head of record {head.seq}"

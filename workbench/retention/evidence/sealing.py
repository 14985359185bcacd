"""The signature over a package: Ed25519 over its tag manifests, which cover every other file."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workbench.audit.canonical import json_text, time_text
from workbench.audit.keys import key_id
from workbench.errors import EvidenceError
from workbench.retention.evidence.bagging import TAG_MANIFESTS
from workbench.retention.evidence.papers import SIGNATURE

SIGNATURE_VERSION = 1
_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "schema_version": int,
    "organisation": str,
    "package": int,
    "released_to": (str, type(None)),
    "signed_at": str,
    "key_id": str,
    "tag_manifests": dict,
    "signature": str,
}


@dataclass(frozen=True, slots=True)
class Seal:
    """What was signed.

    Attributes
    ----------
    sha256
        Of ``tagmanifest-sha512.txt``: one package, one seal.
    """

    sha256: str
    key_id: str


def sign_package(
    folder: Path,
    key: Ed25519PrivateKey,
    *,
    organisation: str,
    number: int,
    released_to: str | None,
    at: datetime,
) -> Seal:
    """Sign a bag whose tag manifests are written, and put the signature beside them."""
    hashes = {name: _sha256(folder / name) for name in TAG_MANIFESTS}
    stated: dict[str, Any] = {
        "schema_version": SIGNATURE_VERSION,
        "organisation": organisation,
        "package": number,
        "released_to": released_to,
        "signed_at": time_text(at),
        "key_id": key_id(key.public_key()),
        "tag_manifests": hashes,
    }
    signature = base64.b64encode(key.sign(json_text(stated).encode())).decode()
    (folder / SIGNATURE).write_text(_written({**stated, "signature": signature}), encoding="utf-8")
    return Seal(hashes[TAG_MANIFESTS[-1]], stated["key_id"])


def read_signature(folder: Path) -> dict[str, Any]:
    """Return what the signature's file says, not yet checked against anything.

    Raises
    ------
    EvidenceError
        If there is none, or it is not as it was written, to the byte.
    """
    file = folder / SIGNATURE
    try:
        content = file.read_text(encoding="utf-8")
        stated = json.loads(content)
        whole = {name: isinstance(stated[name], kind) for name, kind in _FIELDS.items()}
        plain = all(whole.values()) and set(stated) == set(_FIELDS)
        same = plain and _written(stated) == content
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise EvidenceError(
            "There is no signature that can be read", given=type(error).__name__
        ) from error
    if not same:
        raise EvidenceError("The signature's file was changed")
    return dict(stated)


def check_signature(folder: Path, key: Ed25519PublicKey) -> list[tuple[str, str]]:
    """Return what does not agree with the signature, each with its file.

    Parameters
    ----------
    key
        The key that is trusted, or the one beside it.
    """
    try:
        stated = read_signature(folder)
    except EvidenceError as error:
        return [(SIGNATURE, error.what)]
    signature = stated.pop("signature")
    if stated["key_id"] != key_id(key):
        return [(SIGNATURE, f"signed by another key ({stated['key_id']}) than {key_id(key)}")]
    if not _verified(key, signature, json_text(stated)):
        return [(SIGNATURE, "the signature is wrong")]
    wrong = []
    for name in TAG_MANIFESTS:
        file = folder / name
        if not file.is_file():
            wrong.append((name, "is missing"))
        elif _sha256(file) != stated["tag_manifests"].get(name):
            wrong.append((name, "is not the one that was signed"))
    return wrong


def _verified(key: Ed25519PublicKey, signature: str, text: str) -> bool:
    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, text.encode())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    # The last character of base64 has bits that decoding drops.
    return base64.b64encode(raw).decode() == signature


def _written(stated: dict[str, Any]) -> str:
    return json.dumps(stated, indent=2, sort_keys=True) + "\n"


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

"""The key pair that signs checkpoints: a file that only the workbench's account can read."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workbench.errors import CheckpointError

PRIVATE_NAME = "audit-signing.pem"
PUBLIC_NAME = "audit-signing.pub.pem"


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """Return the key that signs checkpoints; it is made, 0600, when there is none.

    Parameters
    ----------
    folder
        ``settings.home / "keys"``.

    Raises
    ------
    CheckpointError
        If the file is no Ed25519 key, or other accounts of the machine can read it.
    """
    file = folder / PRIVATE_NAME
    if not file.exists():
        _make(file)
    if file.stat().st_mode & 0o077:
        raise CheckpointError(
            "Others can read the key that signs checkpoints",
            given=str(file),
            allowed="mode 0600",
            next_step="make a new key and keep the old one's public part with its checkpoints",
        )
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _no_key(file) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(file)
    _publish(key, folder / PUBLIC_NAME)
    return key


def public_key(file: Path) -> Ed25519PublicKey:
    """Return the public key of a PEM file.

    Raises
    ------
    CheckpointError
        If the file is missing or is no Ed25519 public key.
    """
    try:
        key = serialization.load_pem_public_key(file.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise _no_key(file) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(file)
    return key


def known_public_keys(folder: Path) -> list[Ed25519PublicKey]:
    """Return this installation's public key and those that it had before.

    Raises
    ------
    CheckpointError
        If there is none, because nothing was signed here, or one cannot be read.
    """
    files = sorted(folder.glob("audit-signing*.pub.pem"))
    if not files:
        raise CheckpointError(
            "There is no public key here",
            given=str(folder),
            next_step="name the key that signed the checkpoint with --public-key",
        )
    return [public_key(file) for file in files]


def key_id(key: Ed25519PublicKey) -> str:
    """Return the short name of a key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def _make(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor, made = tempfile.mkstemp(dir=file.parent)  # 0600 from the start
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    try:
        os.link(made, file)  # shows the key whole or not at all
    except FileExistsError:
        return  # another process was faster; its key counts
    finally:
        Path(made).unlink()


def _publish(key: Ed25519PrivateKey, file: Path) -> None:
    content = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    if file.exists():
        if file.read_bytes() == content:
            return
        # The private key was lost and made anew: checkpoints of the old one stay verifiable.
        file.rename(file.with_name(f"audit-signing.{key_id(public_key(file))}.pub.pem"))
    descriptor, made = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    Path(made).chmod(0o644)
    Path(made).replace(file)  # shows the key whole or not at all


def _no_key(file: Path) -> CheckpointError:
    return CheckpointError("Not an Ed25519 key", given=str(file), allowed="a PEM file")

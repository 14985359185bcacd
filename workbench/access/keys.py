"""The key that protects secrets at rest, kept in a file that only its owner may read."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from workbench.errors import ConfigurationError

KEY_BYTES = 32
"""AES-256."""

PEOPLE_KEY = "people.key"


def load_or_make_key(folder: Path, name: str = PEOPLE_KEY) -> bytes:
    """Return a key, made on first use.

    Parameters
    ----------
    folder
        Made with mode 0700 if it is absent; belongs in the backup, apart from the database's.
    name
        The key's file.

    Returns
    -------
    bytes
        32 of them.

    Raises
    ------
    ConfigurationError
        If the file cannot be made or read, is open to others, or holds something else.
    """
    file = folder / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
        _refuse_open(file)
        key = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            "The key file cannot be used",
            given=str(file),
            allowed="a file that this account may read and write",
            next_step=f"the system says: {error.strerror}",
        ) from error
    if len(key) != KEY_BYTES:
        raise ConfigurationError(
            "The key file does not hold a key",
            given=f"{file} with {len(key)} bytes",
            allowed=f"{KEY_BYTES} bytes",
            next_step="restore it from the backup; without it every second factor is enrolled anew",
        )
    return key


def _make(file: Path) -> None:
    # Written aside and linked, so that two first starts agree on one whole key.
    descriptor, aside = tempfile.mkstemp(dir=file.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(secrets.token_bytes(KEY_BYTES))
            handle.flush()
            os.fsync(handle.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(aside, file)
    finally:
        Path(aside).unlink()


def _refuse_open(file: Path) -> None:
    mode = file.stat().st_mode & 0o777
    if mode & 0o077:
        raise ConfigurationError(
            "The key file is open to others",
            given=f"{file} with mode {mode:04o}",
            allowed="mode 0600",
            next_step=f"chmod 600 {file}, and think about who may have read it",
        )

"""The secrets with which webhooks are signed: files that only their owner may read."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from workbench.errors import AlertTargetError

_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
_MADE_BYTES = 32
_LEAST_CHARACTERS = 32


class SecretFiles:
    """A folder with one file for each secret; the database knows their names alone.

    A file holds a line for each secret in force, the present one first: while a secret is
    changed over, both sign.

    Parameters
    ----------
    folder
        Such as ``WORKBENCH_HOME/keys/alerts``; made with mode 0700 when the first secret is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ensure(self, name: str) -> bool:
        """Make a secret of 32 random bytes unless there is one; return whether it was made.

        Raises
        ------
        AlertTargetError
            If the name or what stands there cannot be taken.
        """
        file = self._file(name)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            self.read(name)
            return False
        except OSError as error:
            raise _unusable(file, error) from error
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_hex(_MADE_BYTES) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        return True

    def read(self, name: str) -> tuple[bytes, ...]:
        """Return the secrets of that name, the present one first.

        Raises
        ------
        AlertTargetError
            If there is no file of that name, it is open to others, or its secrets are too short.
        """
        file = self._file(name)
        try:
            mode = file.stat().st_mode & 0o777
            lines = file.read_text(encoding="ascii").split()
        except (OSError, UnicodeDecodeError) as error:
            raise _unusable(file, error) from error
        if mode & 0o077:
            raise AlertTargetError(
                "The file of a secret is open to others",
                given=f"{file} with mode {mode:04o}",
                allowed="mode 0600",
                next_step=f"chmod 600 {file}, and change the secret if somebody may have read it",
            )
        if not lines or min(map(len, lines)) < _LEAST_CHARACTERS:
            raise AlertTargetError(
                "The file does not hold a secret",
                given=str(file),
                allowed=f"lines of at least {_LEAST_CHARACTERS} characters",
            )
        return tuple(line.encode() for line in lines)

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise AlertTargetError(
                "That is no name for a secret",
                given=name,
                allowed="lower-case letters, digits and hyphens, a letter first",
            )
        return self._folder / name


def _unusable(file: Path, error: Exception) -> AlertTargetError:
    reason = error.strerror if isinstance(error, OSError) else "not plain ASCII"
    return AlertTargetError(
        "The secret of a target cannot be used",
        given=str(file),
        allowed="a file that this account may read",
        next_step=f"the system says: {reason}",
    )

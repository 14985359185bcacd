"""Files that a command is given, read up to a size."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import InputError


def read_given(file: Path, most_bytes: int) -> bytes:
    """Return what a file holds.

    Raises
    ------
    InputError
        If it cannot be read or is larger.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(most_bytes + 1)
    except OSError as error:
        raise InputError(
            "The file cannot be read", given=str(file), next_step=str(error)
        ) from error
    if len(content) > most_bytes:
        raise InputError("The file is too large", given=str(file), allowed=f"{most_bytes} bytes")
    return content

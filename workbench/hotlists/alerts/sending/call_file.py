"""Writes calls for service into a folder that CAD reads, each whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from workbench.errors import AlertNotSentError
from workbench.hotlists.alerts.sending.parcel import Parcel
from workbench.hotlists.alerts.target import Target

_MODE = 0o640


class CallFileSender:
    """Writes each parcel to a file named after its key; a repeat replaces it by the same."""

    def send(self, parcel: Parcel, target: Target) -> None:
        """Write a file, on disk when this returns.

        Raises
        ------
        AlertNotSentError
            If it could not be written; no part of it stands under its name then.
        """
        folder = Path(target.address)
        try:
            descriptor, aside = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
            try:
                with os.fdopen(descriptor, "wb") as handle:
                    os.fchmod(handle.fileno(), _MODE)
                    handle.write(parcel.body)
                    handle.flush()
                    os.fsync(handle.fileno())
                Path(aside).replace(folder / f"{parcel.about}-{parcel.number}-{parcel.key}.json")
            except BaseException:
                Path(aside).unlink(missing_ok=True)
                raise
            _sync(folder)
        except OSError as error:
            raise AlertNotSentError(
                "The file for CAD could not be written", given=error.strerror
            ) from None


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The pictures of packed reads, each once, under the name of its hash."""

from __future__ import annotations

from pathlib import Path

from workbench.detections.gathering import Gathering
from workbench.errors import StorageError

FOLDER = "pictures"

_ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tif",
}
SHOWN = frozenset({"jpg", "png", "webp", "gif", "bmp"})
"""Endings that browsers show; others are linked."""


class Pictures:
    """Writes pictures as they are met.

    Parameters
    ----------
    folder
        Of the package's payload.
    gathering
        Lets them out.
    """

    def __init__(self, folder: Path, gathering: Gathering) -> None:
        self._folder = folder / FOLDER
        self._folder.mkdir()
        self._gathering = gathering
        self._names: dict[str, str | None] = {}
        self.lost: dict[str, str] = {}
        self.bytes = 0

    @property
    def written(self) -> int:
        """How many there are."""
        return len(self._names) - len(self.lost)

    def name(self, sha256: str | None) -> str | None:
        """Return the picture's place in the payload, written now if it was not yet.

        One that the store has lost or damaged is ``None`` and stands in `lost` with the reason:
        the rest is evidence all the same, and who opens the package is told.
        """
        if sha256 is None:
            return None
        if sha256 not in self._names:
            self._names[sha256] = self._write(sha256)
        return self._names[sha256]

    def _write(self, sha256: str) -> str | None:
        try:
            media_type, content = self._gathering.picture(sha256)
        except StorageError as error:
            self.lost[sha256] = error.what
            return None
        file = f"{sha256}.{_ENDINGS.get(media_type, 'bin')}"
        (self._folder / file).write_bytes(content)
        self.bytes += len(content)
        return f"{FOLDER}/{file}"

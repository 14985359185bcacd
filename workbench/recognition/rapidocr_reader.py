"""Reads cut-outs with PP-OCR's recognition network; letters and digits only."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.recognition.base import Pixels, Reading
from workbench.recognition.ctc import readings

READER_FILE = "PP-OCRv6_rec_small.onnx"
READER_SHA256 = "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"

ALLOWED = string.digits + string.ascii_uppercase
"""What a plate can say. A lower-case letter counts as its upper case; all else is a gap."""

_HEIGHT_PX, _LEAST_WIDTH_PX, _MOST_WIDTH_PX = 48, 320, 48 * 25
_REVISION = 2
"""Raise it when the code here reads differently."""


@dataclass(frozen=True, slots=True)
class RapidOcrReader:
    """Reads one line of text per cut-out.

    Attributes
    ----------
    session
        Of onnxruntime on the recognition model, which carries its characters.
    """

    session: Any = field(repr=False)

    @property
    def version(self) -> str:
        """Names model and revision."""
        return f"rec-{READER_SHA256[:8]}.{_REVISION}"

    def read(self, crops: Sequence[Pixels]) -> list[tuple[Reading, ...]]:
        """Return the readings of each cut-out, the most probable first."""
        adds = _adds(self.session)
        return [self._one(crop, adds) if min(crop.shape[:2]) else () for crop in crops]

    def _one(self, crop: Pixels, adds: NDArray[np.float32]) -> tuple[Reading, ...]:
        # One by one: in a batch, padding to the widest changes what the others give.
        (shares,) = self.session.run(None, {self.session.get_inputs()[0].name: _line(crop)})
        letters = (shares[0] @ adds).astype(np.float64)
        blank = np.clip(1 - letters.sum(axis=1, keepdims=True), 0, 1)
        steps = np.concatenate([blank, letters], axis=1)
        found = readings(steps / steps.sum(axis=1, keepdims=True), ALLOWED)
        return tuple(each for each in found if each.text)


def _adds(session: Any) -> NDArray[np.float32]:
    """Return 1 where a column of the network adds to an allowed character, in either case."""
    written = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    adds = np.zeros((len(written) + 2, len(ALLOWED)), np.float32)  # the blank before, a space after
    for number, character in enumerate(written, start=1):
        if character.isascii() and character.upper() in ALLOWED:
            adds[number, ALLOWED.index(character.upper())] = 1
    return adds


def _line(crop: Pixels) -> NDArray[np.float32]:
    """Return a cut-out as the network wants it: blue first, from -1 to 1, 0 behind its end."""
    width = min(_MOST_WIDTH_PX, max(1, round(_HEIGHT_PX * crop.shape[1] / crop.shape[0])))
    scaled = Image.fromarray(crop).resize((width, _HEIGHT_PX), Image.Resampling.BILINEAR)
    planes = np.asarray(scaled, np.float32)[:, :, ::-1].transpose(2, 0, 1) / 127.5 - 1
    line = np.zeros((1, 3, _HEIGHT_PX, max(width, _LEAST_WIDTH_PX)), np.float32)
    line[0, :, :, :width] = planes
    return line

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
_REVISION = 1
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
        columns = _columns(self.session)
        return [self._one(crop, columns) if min(crop.shape[:2]) else () for crop in crops]

    def _one(self, crop: Pixels, columns: NDArray[np.intp]) -> tuple[Reading, ...]:
        # One by one: in a batch, padding to the widest changes what the others give.
        (shares,) = self.session.run(None, {self.session.get_inputs()[0].name: _line(crop)})
        letters = shares[0][:, columns].astype(np.float64).sum(axis=2)
        blank = np.clip(1 - letters.sum(axis=1, keepdims=True), 0, 1)
        steps = np.concatenate([blank, letters], axis=1)
        found = readings(steps / steps.sum(axis=1, keepdims=True), ALLOWED)
        return tuple(each for each in found if each.text)


def _columns(session: Any) -> NDArray[np.intp]:
    """Return the network's columns of each allowed character, in upper and lower case."""
    written = session.get_modelmeta().custom_metadata_map["character"].splitlines()
    column = {character: number + 1 for number, character in enumerate(written)}
    # A digit has no lower case; an impossible second column would count it twice.
    unused = len(written) + 1  # the space, which never is a letter
    pairs = [(column[each], column.get(each.lower(), unused)) for each in ALLOWED]
    return np.array([(one, unused if other == one else other) for one, other in pairs])


def _line(crop: Pixels) -> NDArray[np.float32]:
    """Return a cut-out as the network wants it: blue first, from -1 to 1, 0 behind its end."""
    width = min(_MOST_WIDTH_PX, max(1, round(_HEIGHT_PX * crop.shape[1] / crop.shape[0])))
    scaled = Image.fromarray(crop).resize((width, _HEIGHT_PX), Image.Resampling.BILINEAR)
    planes = np.asarray(scaled, np.float32)[:, :, ::-1].transpose(2, 0, 1) / 127.5 - 1
    line = np.zeros((1, 3, _HEIGHT_PX, max(width, _LEAST_WIDTH_PX)), np.float32)
    line[0, :, :, :width] = planes
    return line

"""Tells which state's plate a cut-out shows, by the words above and below its letters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.recognition.base import Corners, Pixels
from workbench.recognition.geometry import cut_out, grown, sides
from workbench.recognition.onnx_parts import load_session
from workbench.recognition.plate_formats import FORMS
from workbench.recognition.shipped_networks import NETWORKS, weight_record
from workbench.recognition.torch_parts import INSTALL

NETWORK = "state_reader"
"""Its name in `weights.json`."""

VERSION = "states-"
"""How its version begins."""

STATES = tuple(sorted(region for region in FORMS if region.startswith("US-")))
"""The fifty states and the District of Columbia; the network's outputs in order, then none."""

INPUT_PX = (192, 96)
"""Width and height that plates of every shape are stretched to, before the strips are taken."""

STRIP_PX = 40
"""Rows at the top and at the bottom that the network sees: names stand there, letters do not."""

LEAST_PROBABILITY = 0.9

MARGIN = 0.08
"""By how much of a plate's height the cut-out is larger than its place."""

_LEAST_PLATE_PX = 18
"""Words on lower plates are less than three pixels high."""


@dataclass(frozen=True, slots=True)
class StateReader:
    """Names the state of a plate where its words are legible, and nothing where they are not.

    Attributes
    ----------
    sha256
        Of the network.
    least_probability
        Below it no state is named.
    """

    session: Any = field(repr=False)
    sha256: str
    least_probability: float = LEAST_PROBABILITY

    @property
    def version(self) -> str:
        """Names weights and threshold."""
        return f"{VERSION}{self.sha256[:8]}>{self.least_probability:g}"

    def region(self, picture: Pixels, corners: Corners) -> str | None:
        """Return the code of the state whose plate lies within corners, such as ``US-CA``."""
        if min(sides(corners)) < _LEAST_PLATE_PX:
            return None
        return self.named(cut_out(picture, grown(corners, MARGIN)))

    def named(self, crop: Pixels) -> str | None:
        """Return the code of the state whose plate a cut-out shows, or None."""
        if min(crop.shape[:2]) < 1:
            return None
        shares = self.shares(network_input(crop)[None])[0]
        best = int(shares.argmax())
        known = best < len(STATES) and shares[best] >= self.least_probability
        return STATES[best] if known else None

    def shares(self, inputs: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return inputs x (states + none), each adding up to 1."""
        shares: NDArray[np.float32] = self.session.run(None, {"strips": inputs})[0]
        return shares


def load_state_reader() -> StateReader:
    """Load the network that ships, for one thread: it is so small that a second would wait.

    Raises
    ------
    DependencyError
        If onnxruntime is not installed, or the network file is not the one expected.
    """
    record = weight_record(NETWORK)
    sha256 = str(record["sha256"])
    session = load_session(NETWORKS / str(record["file"]), sha256, threads=1, install=INSTALL)
    return StateReader(session, sha256)


def network_input(crop: Pixels) -> NDArray[np.uint8]:
    """Return the strips of a cut-out as the network wants them: 80 x 192, grey."""
    grey = Image.fromarray(crop).convert("L").resize(INPUT_PX, Image.Resampling.BICUBIC)
    return strips(np.asarray(grey))


def strips(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the rows at the top and at the bottom, one above the other.

    Examples
    --------
    >>> strips(np.zeros((96, 192), np.uint8)).shape
    (80, 192)
    """
    return np.concatenate([grey[:STRIP_PX], grey[-STRIP_PX:]])

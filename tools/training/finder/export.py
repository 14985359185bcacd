"""From a checkpoint to the file that ships: ONNX, its SHA-256, and what is known about it."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from tools.training.finder.network import FinderNetwork

NAME = "plate_finder"
LARGEST_BYTES = 6_000_000
SOURCES = (
    {
        "name": "Google Licence Plates, Roboflow Universe",
        "licence": "CC BY 4.0",
        "used": "1,800 photos with 2,645 boxes",
    },
    {
        "name": "RobertLucian/license-plate-dataset",
        "licence": "MIT",
        "used": "534 dashcam frames with 652 boxes",
    },
    {"name": "made-up plates of tools/training/finder", "licence": "Apache-2.0", "used": "corners"},
)


class _AsShipped(nn.Module):
    """Takes pixels as they are in a picture, so that nothing is converted outside."""

    def __init__(self, network: FinderNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, picture: Tensor) -> Tensor:
        answers: Tensor = self.network(picture.permute(0, 3, 1, 2).float())
        return answers


def export(checkpoint: Path, networks: Path) -> Path:
    """Write the averaged network and its entry in `weights.json`; return the network's file."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    network = FinderNetwork()
    network.load_state_dict(state["average"])
    file = networks / f"{NAME}.onnx"
    write_onnx(network, file)
    content = file.read_bytes()
    if len(content) > LARGEST_BYTES:
        raise SystemExit(f"{file} has {len(content)} bytes; allowed: {LARGEST_BYTES}")
    entry = {
        "file": file.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": "Apache-2.0",
        "recipe": "python -m tools.training.finder train",
        "seed": state["seed"],
        "minutes": state["minutes"],
        "steps": state["steps"],
        "sources": SOURCES,
    }
    record(networks / "weights.json", NAME, entry)
    return file


def write_onnx(network: FinderNetwork, file: Path) -> None:
    """Write a network as ONNX; height and width of the picture stay open."""
    named = {0: "pictures", 1: "height", 2: "width"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older exporter is meant: it needs fewer packages
        torch.onnx.export(
            _AsShipped(network).eval(),
            (torch.zeros(1, 64, 96, 3, dtype=torch.uint8),),
            file,
            input_names=["picture"],
            output_names=["answers"],
            dynamic_axes={"picture": named, "answers": {0: "pictures", 2: "rows", 3: "columns"}},
            opset_version=17,
            dynamo=False,
        )


def record(file: Path, name: str, entry: dict[str, Any]) -> None:
    """Put an entry into `weights.json`, the others left as they are."""
    entries = json.loads(file.read_text()) if file.is_file() else {}
    entries[name] = entry
    file.write_text(json.dumps(dict(sorted(entries.items())), indent=2) + "\n")

"""From a checkpoint to the file that ships: ONNX, its SHA-256, and what is known about it."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from tools.training.states.network import StateNetwork
from tools.training.states.training import VALIDATION_PLATES, saved_weights
from workbench.recognition.shipped_networks import NETWORKS
from workbench.recognition.state_reader import INPUT_PX, NETWORK, STRIP_PX

LARGEST_BYTES = 1_000_000
_HALVED_FROM = 1_000
"""Numbers of a tensor from which it is stored in half precision."""


class _AsShipped(nn.Module):
    """Takes pixels as they are and gives probabilities, so that nothing is converted outside.

    Parameters
    ----------
    temperature
        Above 1 the probabilities are less sure than the network was.
    """

    def __init__(self, network: StateNetwork, temperature: float) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature

    def forward(self, strips: Tensor) -> Tensor:
        shares: Tensor = (self.network(strips.float()) / self.temperature).softmax(-1)
        return shares


def export(
    checkpoint: Path, *, seed: int, temperature: float = 1.0, folder: Path = NETWORKS
) -> Path:
    """Write the network and its entry in ``weights.json``; return the network's file.

    Parameters
    ----------
    checkpoint
        A ``last.pth`` with its ``log.jsonl`` beside it.
    seed
        Of the run that made it.
    """
    network = StateNetwork()
    network.load_state_dict(saved_weights(checkpoint))
    file = folder / f"{NETWORK}.onnx"
    write_onnx(network, file, temperature)
    content = file.read_bytes()
    if len(content) > LARGEST_BYTES:
        raise SystemExit(f"{file} has {len(content)} bytes; allowed: {LARGEST_BYTES}")
    last = json.loads((checkpoint.parent / "log.jsonl").read_text().splitlines()[-1])
    entry = {
        "file": file.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": "Apache-2.0",
        "recipe": "python -m tools.training.states train",
        "seed": seed,
        "temperature": temperature,
        "last_run": {name: last[name] for name in ("minutes", "steps", "made", "loss")},
        "sources": [
            {
                "name": "plates rendered by tools/training/states",
                "licence": "Apache-2.0",
                "used": "all of it; no photo",
            },
            {
                "name": "plates.pth of this folder",
                "licence": "Apache-2.0",
                "used": "the first five blocks, as where training began",
            },
        ],
        "scores": {
            "rendered": {
                "cases": VALIDATION_PLATES,
                **{name: last[name] for name in ("right", "told", "precision")},
            }
        },
    }
    record(folder / "weights.json", entry)
    return file


def write_onnx(network: StateNetwork, file: Path, temperature: float = 1.0) -> None:
    """Write a network as ONNX; how many cut-outs it takes at a time stays open."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older exporter is meant: it needs fewer packages
        torch.onnx.export(
            _AsShipped(network, temperature).eval(),
            (torch.zeros(1, 2 * STRIP_PX, INPUT_PX[0], dtype=torch.uint8),),
            file,
            input_names=["strips"],
            output_names=["shares"],
            dynamic_axes={"strips": {0: "plates"}, "shares": {0: "plates"}},
            opset_version=17,
            dynamo=False,
        )
    onnx.save(_halved(onnx.load(file)), file)


def _halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a model whose large tensors are stored as float16; it computes in float32."""
    graph, casts = model.graph, []
    for tensor in graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < _HALVED_FROM:
            continue
        name = tensor.name
        stored = f"{name}.half"
        tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), stored))
        casts.append(onnx.helper.make_node("Cast", [stored], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return model


def record(file: Path, entry: dict[str, Any]) -> None:
    """Put the network's entry into ``weights.json``, the others left as they are."""
    entries = json.loads(file.read_text()) if file.is_file() else {}
    entries[NETWORK] = entry
    file.write_text(json.dumps(dict(sorted(entries.items())), indent=2) + "\n")

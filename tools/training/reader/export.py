"""From a checkpoint to the file that ships, and what is known about it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from tools.training.reader.measure import Score
from tools.training.reader.network import PREFIX, saved_weights
from workbench.recognition.plate_reader import NAME
from workbench.recognition.shipped_networks import NETWORKS

LARGEST_BYTES = 8_000_000
CARD = NETWORKS.parents[2] / "docs" / "models" / "plate-reader.md"
_TABLE = "<!-- scores -->"
_DRAWN = {
    "name": "plates rendered by tools/training/plates",
    "licence": "Apache-2.0",
    "used": "four fifths of the cut-outs",
}
_REAL = (
    {
        "name": "Google Licence Plates, Roboflow Universe",
        "licence": "CC BY 4.0",
        "used": "plates that two readers read alike; with the next one a fifth of the cut-outs",
    },
    {
        "name": "RobertLucian/license-plate-dataset",
        "licence": "MIT",
        "used": "plates that two readers read alike",
    },
)


def export(checkpoint: Path, *, seed: int, seen: bool = False, folder: Path = NETWORKS) -> Path:
    """Write the weights for EasyOCR and their entry in ``weights.json``; return their file.

    Parameters
    ----------
    checkpoint
        A ``last.pth`` with its ``log.jsonl`` beside it.
    seed
        Of the run that made it.
    seen
        Whether it learned from real plates too.
    """
    weights = {PREFIX + name: each for name, each in saved_weights(checkpoint).items()}
    file = folder / f"{NAME}.pth"
    torch.save(weights, file)
    content = file.read_bytes()
    if len(content) > LARGEST_BYTES:
        raise SystemExit(f"{file} has {len(content)} bytes; allowed: {LARGEST_BYTES}")
    last = json.loads((checkpoint.parent / "log.jsonl").read_text().splitlines()[-1])
    entry = {
        "file": file.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": "Apache-2.0",
        "recipe": "python -m tools.training.reader train",
        "seed": seed,
        "last_run": {name: last[name] for name in ("minutes", "steps", "seen", "loss")},
        "sources": [_DRAWN, *(_REAL if seen else ())],
        "scores": {"rendered": {"cases": 1_000, "exact": last["exact"]}},
    }
    record(folder / "weights.json", entry)
    return file


def record(file: Path, entry: dict[str, Any]) -> None:
    """Put the reader's entry into ``weights.json``, the others left as they are."""
    entries = json.loads(file.read_text()) if file.is_file() else {}
    entries[NAME] = entry
    file.write_text(json.dumps(dict(sorted(entries.items())), indent=2) + "\n")


def record_scores(scores: dict[str, Score], *, folder: Path = NETWORKS, card: Path = CARD) -> None:
    """Write what was measured into ``weights.json`` and into the table of the model card."""
    file = folder / "weights.json"
    entry = json.loads(file.read_text())[NAME]
    entry["scores"] |= {
        name: {key: round(value, 4) for key, value in asdict(each).items()}
        for name, each in scores.items()
    }
    record(file, entry)
    before, _, after = card.read_text().split(_TABLE)
    card.write_text(f"{before}{_TABLE}\n{scores_table(scores)}\n{_TABLE}{after}")


def scores_table(scores: dict[str, Score]) -> str:
    """Return the scores as a Markdown table."""
    lines = ["| set | cut-outs | exact | folded | in five |", "|---|---|---|---|---|"]
    for name, each in scores.items():
        shares = f"{each.exact:.3f} | {each.folded:.3f} | {each.in_five:.3f}"
        lines.append(f"| {name} | {each.cases} | {shares} |")
    return "\n".join(lines)

"""The networks that ship, and what each must be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench.errors import DependencyError
from workbench.recognition.torch_parts import INSTALL

NETWORKS = Path(__file__).parent / "networks"
"""The networks that ship, and `weights.json` that says what each of them must be."""


def weight_record(name: str, folder: Path = NETWORKS) -> dict[str, Any]:
    """Return what `weights.json` says about a network: file, SHA-256, licence, sources, scores.

    Raises
    ------
    DependencyError
        If the file cannot be read or knows no such network.
    """
    file = folder / "weights.json"
    try:
        record: dict[str, Any] = json.loads(file.read_bytes())[name]
    except (OSError, ValueError, KeyError) as error:
        raise DependencyError(
            "The list of networks lacks one that is needed",
            given=name,
            next_step=f"install it again: {INSTALL}",
            where={"file": file},
        ) from error
    return record

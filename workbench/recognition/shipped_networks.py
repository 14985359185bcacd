"""The networks that ship: what each must be, and onnxruntime sessions of them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from workbench.errors import DependencyError
from workbench.recognition.torch_parts import INSTALL, load_package

NETWORKS = Path(__file__).parent / "networks"
"""The networks that ship, and `weights.json` that says what each of them must be."""

_PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")
_ERRORS_ONLY = 3


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


def load_network(file: Path, sha256: str, *, threads: int | None = None) -> Any:
    """Return an onnxruntime session of a network file after checking its hash.

    The bytes that were hashed are the bytes that are read. It computes on a CUDA device where
    this onnxruntime can, else on the CPU.

    Parameters
    ----------
    threads
        Most threads it computes with; as many as cores by default.

    Raises
    ------
    DependencyError
        If onnxruntime is not installed, or the file is missing or is not the one expected.
    """
    onnxruntime = load_package("onnxruntime")
    content = _checked(file, sha256)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Threads that wait for the next picture sleep, so that whatever runs beside gets the cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    there = onnxruntime.get_available_providers()
    return onnxruntime.InferenceSession(
        content, options, providers=[name for name in _PROVIDERS if name in there]
    )


def _checked(file: Path, sha256: str) -> bytes:
    where = {"file": file}
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DependencyError(
            "A network file cannot be read", given=error.strerror, next_step=INSTALL, where=where
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DependencyError(
            "A network file is not the one that this version was made for",
            given=f"SHA-256 {found}",
            allowed=sha256,
            next_step=f"install it again: {INSTALL}",
            where=where,
        )
    return content

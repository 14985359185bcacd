"""onnxruntime and checked model files; nothing is fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.errors import DependencyError
from workbench.recognition.torch_parts import load_package

CPU = ("CPUExecutionProvider",)
CUDA_OR_CPU = ("CUDAExecutionProvider", *CPU)


def session_options(*, threads: int | None, install: str) -> Any:
    """Return options for a session that computes with so many threads, and says nothing.

    Raises
    ------
    DependencyError
        If onnxruntime is not installed; `install` is the next step.
    """
    options = load_package("onnxruntime", install=install).SessionOptions()
    options.log_severity_level = 3
    # Threads that wait for the next picture sleep, so that whatever runs beside gets the cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if threads is not None:
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
    return options


def check_model(file: Path, sha256: str, *, install: str) -> bytes:
    """Return a model file's content after checking its hash.

    Raises
    ------
    DependencyError
        If the file is missing or is not the one expected; `install` is the next step.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DependencyError(
            "A model file cannot be read",
            given=error.strerror,
            next_step=install,
            where={"file": file},
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DependencyError(
            "A model file is not the one that this version was made for",
            given=f"SHA-256 {found}",
            allowed=sha256,
            next_step=f"install it again: {install}",
            where={"file": file},
        )
    return content


def load_session(
    file: Path,
    sha256: str,
    *,
    threads: int | None,
    install: str,
    providers: Sequence[str] = CPU,
) -> Any:
    """Return a session of onnxruntime on a checked model file.

    The bytes that were hashed are the bytes that are read.

    Parameters
    ----------
    threads
        Most threads it computes with; as many as cores by default.
    install
        The command that brings what is missing.
    providers
        What may compute, the first that this onnxruntime has.

    Raises
    ------
    DependencyError
        If onnxruntime or the file is missing, or the file is not the one expected.
    """
    runtime = load_package("onnxruntime", install=install)
    content = check_model(file, sha256, install=install)
    options = session_options(threads=threads, install=install)
    there = set(runtime.get_available_providers())
    chosen = [name for name in providers if name in there]
    return runtime.InferenceSession(content, options, providers=chosen)

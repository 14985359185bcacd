"""torch, its operators and checked weight files; the only place that imports torch."""

from __future__ import annotations

import contextlib
import hashlib
import sys
import warnings
from collections.abc import Mapping
from functools import cache
from importlib import import_module, util
from io import BytesIO
from pathlib import Path
from typing import Any

from workbench.errors import DependencyError

_MISSING = (
    ("nms", "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"),
    ("qnms", "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"),
)
INSTALL = 'pip install "alpr-workbench[recognition]"'


def load_torch(*, threads: int | None = None) -> Any:
    """Return the torch module, ready for torchvision to be imported.

    Parameters
    ----------
    threads
        Most threads that torch works with in this process; as many as cores by default.

    Raises
    ------
    DependencyError
        If it is not installed.
    """
    torch = load_package("torch")
    if threads is not None:
        torch.set_num_threads(threads)
    declare_missing_operators(torch)
    return torch


def load_package(name: str, *, install: str = INSTALL) -> Any:
    """Return an optional package's module, its import warnings kept to itself.

    Parameters
    ----------
    install
        The command that brings it, for the error.

    Raises
    ------
    DependencyError
        If it is not installed; names what to install.
    """
    if name in sys.modules:
        return sys.modules[name]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of old constructs within the package
            return import_module(name)
    except ImportError as error:
        raise DependencyError(
            "Reading pictures needs a package that is not installed",
            given=error.name or name,
            next_step=install,
        ) from error


@cache
def declare_missing_operators(torch: Any) -> tuple[Any, ...]:
    """Declare torchvision's operators where its compiled part does not load.

    A torchvision built for CUDA beside a torch built for the CPU cannot load its compiled
    operators, and then even its Python parts do not import. Recognition needs those parts only,
    so the operators are declared without a body. Where the real ones load, nothing is done.

    Returns
    -------
    tuple
        The torch libraries that hold the declarations; they last as long as the process.
    """
    found = util.find_spec("torchvision")
    for folder in (found.submodule_search_locations or ()) if found else ():
        for compiled in Path(folder).glob("_C*.so"):
            with contextlib.suppress(OSError):
                torch.ops.load_library(str(compiled))
    missing = [schema for name, schema in _MISSING if not hasattr(torch.ops.torchvision, name)]
    if not missing:
        return ()
    library = torch.library.Library("torchvision", "FRAGMENT")
    for schema in missing:
        library.define(schema)
    return (library,)


def load_weights(torch: Any, file: Path, sha256: str) -> Mapping[str, Any]:
    """Return the tensors of a weight file after checking its hash.

    The bytes that were hashed are the bytes that are read, and nothing but tensors is taken from
    them: a pickle that would run code is refused by torch.

    Raises
    ------
    DependencyError
        If the file is missing or is not the one expected.
    """
    where = {"file": file}
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DependencyError(
            "A weight file cannot be read", given=error.strerror, next_step=INSTALL, where=where
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DependencyError(
            "A weight file is not the one that this version was made for",
            given=f"SHA-256 {found}",
            allowed=sha256,
            next_step=f"install it again: {INSTALL}",
            where=where,
        )
    tensors: Mapping[str, Any] = torch.load(BytesIO(content), map_location="cpu", weights_only=True)
    # Trained on several devices, which prefixes every name.
    return {name.removeprefix("module."): tensor for name, tensor in tensors.items()}

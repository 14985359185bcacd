"""Imports every table module, so that the metadata is whole; nothing else."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import workbench.storage
from workbench.storage.metadata import metadata

__all__ = ["metadata"]

for _module in iter_modules(workbench.storage.__path__):
    if _module.name.endswith("_tables"):
        import_module(f"workbench.storage.{_module.name}")

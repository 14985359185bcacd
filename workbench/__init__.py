"""The ALPR workbench: what an analyst types is `connect`."""

from __future__ import annotations

from importlib.metadata import version as _version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.client import connect

__all__ = ["__version__", "connect"]

__version__ = _version("alpr-workbench")


def __getattr__(name: str) -> Any:
    """Load the client on first use, so that commands which do not need it start fast."""
    if name == "connect":
        from workbench.client import connect  # noqa: PLC0415 - pandas and geopandas come with it

        return connect
    raise AttributeError(f"module 'workbench' has no attribute {name!r}")

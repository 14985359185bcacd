"""Whether what an engine needs is on this machine; nothing is imported or loaded to find out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What was found of an engine's parts.

    Attributes
    ----------
    version
        Of its main package or program; ``None`` where that is missing or does not say.
    missing
        What has to be there and is not, by name; empty where the engine can be loaded.
    next_step
        The command that brings what is missing.
    """

    version: str | None
    missing: tuple[str, ...] = ()
    next_step: str | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def installed_packages(main: str, modules: Sequence[str], *, install: str) -> Installation:
    """Return whether packages are installed.

    Parameters
    ----------
    main
        The distribution whose version counts.
    modules
        Top-level modules that have to be there.
    install
        The command that brings them.

    Examples
    --------
    >>> found = installed_packages("no-such-package", ["no_such", "json"], install="pip install x")
    >>> found.missing, found.next_step
    (('no_such',), 'pip install x')
    """
    missing = tuple(name for name in modules if find_spec(name) is None)
    try:
        said = version(main)
    except PackageNotFoundError:
        said, missing = None, missing or (main,)
    return Installation(version=said, missing=missing, next_step=install if missing else None)

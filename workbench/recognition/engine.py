"""What the registry knows of an engine before it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workbench.recognition.base import Recogniser
from workbench.recognition.installation import Installation
from workbench.recognition.options import EngineOptions

EngineFactory = Callable[[EngineOptions], Recogniser]


def _always_there(_: EngineOptions) -> Installation:
    return Installation(version=None)


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that can be loaded.

    Attributes
    ----------
    summary
        One line for people who choose.
    make
        Loads it; seconds and hundreds of megabytes.
    look
        Says whether everything that it needs is there, without loading any of it.
    """

    name: str
    summary: str
    make: EngineFactory
    look: Callable[[EngineOptions], Installation] = _always_there

"""What can be chosen about an engine when it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.errors import InputError

_ALLOWED_SIDES = range(256, 8_193)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """Options that every engine takes; one that an engine has no use for it passes over.

    Attributes
    ----------
    threads
        Most threads it computes with; ``None`` as many as cores.
    longest_side_px
        Scale that plates are searched at; ``None`` the engine's own.
    models
        Folder with a folder for each engine that comes without its models; ``None`` where there
        is none.

    Raises
    ------
    InputError
        If a number is out of range.
    """

    threads: int | None = None
    longest_side_px: int | None = None
    models: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what no engine can do."""
        if self.threads is not None and self.threads < 1:
            raise InputError("An engine needs a thread", given=self.threads, allowed="1 or more")
        if self.longest_side_px is not None and self.longest_side_px not in _ALLOWED_SIDES:
            raise InputError(
                "Plates cannot be searched at that size",
                given=self.longest_side_px,
                allowed=f"{_ALLOWED_SIDES.start} to {_ALLOWED_SIDES.stop - 1} pixels",
            )

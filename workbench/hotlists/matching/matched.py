"""What a match is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workbench.domain.hit import MatchKind
from workbench.domain.hot_entry import HotEntry
from workbench.hotlists.matching.weighing import Rival


class Note(StrEnum):
    """What people should know about how a match was made; sorted."""

    ENGINE_NOT_MEASURED = "engine_not_measured"
    NO_MODEL_OF_CHARACTERS = "no_model_of_characters"
    REGION_DIFFERS = "region_differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A read that may be of an entry.

    Attributes
    ----------
    row
        The read's place in the table that was given.
    posterior
        How likely the plate truly is the listed one; for an entry with unknown characters, that
        it truly fits the entry.
    possible
        Nobody is alerted.
    """

    row: int
    entry: HotEntry
    kind: MatchKind
    posterior: float
    rival: Rival | None
    possible: bool
    notes: tuple[Note, ...]

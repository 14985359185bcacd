"""Which reads are meant where a look would be too small: to hold them, or to pack them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.domain.criteria import MAX_LIMIT, SearchCriteria, search_from_json
from workbench.errors import CriteriaError

MAX_NAMED = 10_000
"""Most reads that are named one by one."""

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSet:
    """Reads that fit a search, reads that are named, or both together.

    Attributes
    ----------
    search
        As a person would search; its limit does not count.
    detections
        Numbers of reads, sorted and each once.

    Raises
    ------
    CriteriaError
        If nothing is meant, too many are named, or a number is none.

    Examples
    --------
    >>> ReadSet(detections=(9, 4, 9)).as_json()
    {'search': None, 'detections': [4, 9]}
    """

    search: SearchCriteria | None = None
    detections: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what means nothing, and put the numbers in order."""
        if self.search is None and not self.detections:
            raise CriteriaError(
                "No read is meant",
                allowed="a plate, an area, cameras or a period; or numbers of reads",
            )
        named = tuple(sorted(set(self.detections)))
        if len(named) > MAX_NAMED:
            raise CriteriaError(
                "Too many reads are named one by one",
                given=len(named),
                allowed=f"at most {MAX_NAMED}; or criteria that they fit",
            )
        if named and not 0 < named[0] <= named[-1] <= _LARGEST_ID:
            raise CriteriaError("That is no number of a read", given=(named[0], named[-1]))
        object.__setattr__(self, "detections", named)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored and logged; `read_set_from_json` takes it back."""
        search = self.search.as_json() if self.search else None
        if search is not None:
            del search["limit"], search["look"]
        return {"search": search, "detections": list(self.detections)}


def read_set_from_json(stored: Mapping[str, Any]) -> ReadSet:
    """Return the set that `ReadSet.as_json` wrote, or that a whole search's own form means.

    Examples
    --------
    >>> meant = ReadSet(detections=(4,))
    >>> read_set_from_json(meant.as_json()) == meant
    True
    """
    search = stored if stored.get("look") == "search" else stored.get("search")
    return ReadSet(
        search=search_from_json({**search, "limit": MAX_LIMIT}) if search else None,
        detections=tuple(stored.get("detections", ())),
    )

"""A hit and its events, as they stand in the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from workbench.domain.hit import HitEventKind, HitState, MatchKind
from workbench.domain.hot_entry import Category, ListKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A read that matches an entry: something for people to look at, and never a reason to stop.

    Attributes
    ----------
    made_at
        When the match was made; `seen_at` is when the camera saw the plate.
    possible
        Below the threshold of the policy: nobody is alerted.
    informational
        Of a special list (Policy 426.6.4 (c)): no call for service and no stop.
    posterior
        That the plate truly is the listed one, 0 to 1.
    rival, rival_posterior
        The best other reading.
    list_loaded_at
        When the list came in; empty for hot plates.
    entry
        The entry as it stood.
    notes
        What to know about how it was matched, such as another state.
    """

    id: int
    made_at: datetime
    state: HitState
    possible: bool
    informational: bool
    match: MatchKind
    posterior: float
    rival: str | None = None
    rival_posterior: float | None = None
    detection_id: int
    seen_at: datetime
    read_plate: str
    read_region: str | None = None
    camera_id: str
    engine: str | None = None
    engine_version: str | None = None
    list_code: str
    list_kind: ListKind
    load_id: int | None = None
    line: int | None = None
    hot_plate_id: int | None = None
    listed_plate: str
    listed_region: str | None = None
    category: Category
    list_loaded_at: datetime | None = None
    entry: Mapping[str, Any]
    notes: Sequence[str] = ()

    def list_age_at(self, at: datetime) -> timedelta | None:
        """Return how old the list is at an instant; ``None`` for hot plates."""
        return None if self.list_loaded_at is None else at - self.list_loaded_at

    def stale_at(self, at: datetime, oldest: timedelta) -> bool:
        """Return whether the list that it is of is older than that (Policy 426.6.4 (a))."""
        age = self.list_age_at(at)
        return age is not None and age > oldest


@dataclass(frozen=True, slots=True, kw_only=True)
class HitEvent:
    """Something that was done about a hit.

    Attributes
    ----------
    happened_at
        When it was done, as who recorded it says; never after `recorded_at`.
    recorded_by
        A user name, or ``(workbench)`` for a job.
    details
        As the act that made it wrote them, see `workbench.hotlists.hits.acts`.
    """

    id: int
    hit_id: int
    kind: HitEventKind
    happened_at: datetime
    recorded_at: datetime
    recorded_by: str
    details: Mapping[str, Any]

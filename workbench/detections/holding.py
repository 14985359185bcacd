"""Which reads the criteria of a hold name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from workbench.detections.filters import search_conditions
from workbench.domain.criteria import search_from_json
from workbench.storage.detection_tables import detection


def reads_that_fit(criteria: Mapping[str, Any]) -> Select[Any] | None:
    """Return a SELECT of number and sighting of what fits; ``None`` for holds on named rows."""
    if criteria.get("look") != "search":
        return None
    conditions = search_conditions(search_from_json(dict(criteria)))
    return select(detection.c.id, detection.c.seen_at).where(*conditions)

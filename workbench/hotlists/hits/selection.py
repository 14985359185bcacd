"""Which hits are asked for, and how that stands in the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_

from workbench.domain.criteria import MAX_LIMIT
from workbench.domain.hit import HitState
from workbench.domain.hot_entry import Category
from workbench.errors import CriteriaError
from workbench.storage.hit_tables import hit

_c = hit.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Hits that are asked for; each part narrows them.

    Attributes
    ----------
    states, categories, list_codes, camera_ids
        Any of these; empty for all.
    possible
        Whether to have those too that nobody is alerted to.
    after_id
        Only hits with a greater number: what came since the last look.
    limit
        At most so many, the newest.

    Raises
    ------
    CriteriaError
        If the limit is out of range.
    """

    states: tuple[HitState, ...] = ()
    categories: tuple[Category, ...] = ()
    list_codes: tuple[str, ...] = ()
    camera_ids: tuple[str, ...] = ()
    possible: bool = False
    after_id: int = 0
    limit: int = 200

    def __post_init__(self) -> None:
        """Refuse a limit that finds nothing or everything."""
        if not 1 <= self.limit <= MAX_LIMIT:
            raise CriteriaError(
                "The limit is out of range", given=self.limit, allowed=f"1 to {MAX_LIMIT}"
            )

    def as_json(self) -> dict[str, Any]:
        """Return it as it is logged; `selection_from_json` takes it back."""
        return {
            "look": "hits",
            "states": [state.value for state in self.states],
            "categories": [category.value for category in self.categories],
            "list_codes": list(self.list_codes),
            "camera_ids": list(self.camera_ids),
            "possible": self.possible,
            "after_id": self.after_id,
            "limit": self.limit,
        }


def selection_from_json(logged: dict[str, Any]) -> Selection:
    """Return the selection that `Selection.as_json` wrote."""
    return Selection(
        states=tuple(HitState(state) for state in logged["states"]),
        categories=tuple(Category(category) for category in logged["categories"]),
        list_codes=tuple(logged["list_codes"]),
        camera_ids=tuple(logged["camera_ids"]),
        possible=logged["possible"],
        after_id=logged["after_id"],
        limit=logged["limit"],
    )


def conditions(asked: Selection) -> ColumnElement[bool]:
    """Return a selection as an SQL condition."""
    parts: list[ColumnElement[bool]] = [_c.id > asked.after_id]
    if not asked.possible:
        parts.append(_c.possible.is_(False))
    for column, values in (
        (_c.state, asked.states),
        (_c.category, asked.categories),
        (_c.list_code, asked.list_codes),
        (_c.camera_id, asked.camera_ids),
    ):
        if values:
            parts.append(column.in_([str(value) for value in values]))
    return and_(*parts)

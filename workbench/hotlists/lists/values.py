"""State, category and times of rows; the same text is understood once and remembered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from workbench.domain.hot_entry import Category
from workbench.hotlists.lists.cells import Cells
from workbench.hotlists.lists.template import ListTemplate
from workbench.hotlists.lists.times import RowTimes

T = TypeVar("T")

_REGION = re.compile(r"[A-Z]{2}")
_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is said beside the file.

    Attributes
    ----------
    category, region
        Of entries that do not say their own.
    zone
        Of times that carry none.
    special
        Whether it is a special list: then that is the category of all its entries.
    max_entries, max_wildcards, max_bytes
        Bounds; beyond them the file is not taken.
    """

    category: Category
    region: str | None
    zone: ZoneInfo
    special: bool = False
    max_entries: int = 1_000_000
    max_wildcards: int = 100
    max_bytes: int = 1 << 32


class RowValues:
    """What the rows of one file say beside their plates.

    Parameters
    ----------
    template
        Which columns say what, and what is forced.
    reading
        What is said beside the file.
    """

    def __init__(self, template: ListTemplate, reading: Reading) -> None:
        self._missing = frozenset(template.missing)
        self._categories = {word.casefold(): c.value for word, c in template.categories.items()}
        self._times = RowTimes(template.times, reading.zone)
        forced, fields = template.forced, template.fields
        category = Category.SPECIAL_LIST if reading.special else forced.category
        places = template.fields.columns.index

        def column(
            name: str | None, forced_value: T | None, otherwise: T, read: Callable[[str], T]
        ) -> tuple[int, _Known[T]]:
            """Return where a value stands and what understands it."""
            if forced_value is not None or name is None:
                fixed = otherwise if forced_value is None else forced_value
                return 0, _Known(lambda _: fixed, limit=0)
            return places(name), _Known(partial(self._said, read, otherwise), limit=_REMEMBERED)

        self._region = column(fields.region, forced.region, reading.region, _region)
        self._category = column(
            fields.category,
            category.value if category else None,
            reading.category.value,
            self._category_of,
        )
        nothing: str | None = None
        begins = partial(self._instant, "effective", end=False)
        ends = partial(self._instant, "expires", end=True)
        self._effective = column(fields.effective, None, nothing, begins)
        self._expires = column(fields.expires, None, nothing, ends)

    def of(self, cells: Cells) -> tuple[str | None, str, str | None, str | None]:
        """Return state, category, beginning and end of a row.

        The instants are ISO 8601 in UTC with microseconds, so that texts sort as they do.

        Raises
        ------
        ValueError
            If one of them cannot be understood; says which, and nothing of its text.
        """
        region, regions = self._region
        category, categories = self._category
        effective, beginnings = self._effective
        expires, ends = self._expires
        return (
            regions[cells[region]],
            categories[cells[category]],
            beginnings[cells[effective]],
            ends[cells[expires]],
        )

    def _said(self, read: Callable[[str], T], otherwise: T, cell: str) -> T:
        text = cell.strip()
        return otherwise if not text or text in self._missing else read(text)

    def _category_of(self, text: str) -> str:
        found = self._categories.get(text.casefold())
        if found is None:
            raise ValueError("The template knows no such category")
        return found

    def _instant(self, name: str, text: str, *, end: bool) -> str | None:
        try:
            return self._times.instant(text, end=end).isoformat(timespec="microseconds")
        except ValueError:
            raise ValueError(f"The time in the column for {name} cannot be read") from None


class _Known(dict[str, T], Generic[T]):
    """Values by the text that says them; the first so many are remembered."""

    def __init__(self, read: Callable[[str], T], *, limit: int) -> None:
        super().__init__()
        self._read = read
        self._limit = limit

    def __missing__(self, text: str) -> T:
        value = self._read(text)
        if len(self) < self._limit:
            self[text] = value
        return value


def _region(text: str) -> str | None:
    region = text.upper()
    if _REGION.fullmatch(region) is None:
        raise ValueError("The state is not two letters")
    return region

"""A plate that is not looked for yet, matched as if it were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy import Connection

from workbench.domain.hit import MatchKind
from workbench.domain.hot_entry import HOT_PLATES, Category, HotEntry, ListKind
from workbench.domain.rehearsal import Met, RehearsalCriteria
from workbench.hotlists.matching.entries import name_of
from workbench.hotlists.matching.index import HotIndex, ListIndex
from workbench.hotlists.matching.match import Matcher
from workbench.hotlists.matching.reach import reach_of
from workbench.hotlists.matching.standing import Standing

_NUMBER = 0
"""No hot plate has it."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One plate on trial.

    Attributes
    ----------
    reach
        What texts have to fit to be met: letters and digits, ``_`` for any one character and
        ``%`` for any run of them. Not all that fit are met.
    """

    reach: tuple[str, ...]
    matcher: Matcher
    few: HotIndex

    def met(self, reads: pa.Table) -> Iterator[Met]:
        """Give the reads that would make a hit, or a possible one.

        Parameters
        ----------
        reads
            With the columns that watchers of new reads get.
        """
        rows = self.matcher.may_be(reads, self.few)
        for match in self.matcher.matches(reads, rows, rivals=False):
            if name_of(match.entry) == (None, None, _NUMBER):
                misread = match.kind is MatchKind.MISREAD
                yield Met(match.row, alerts=not match.possible, misread=misread)


class Tries:
    """Puts plates on trial, beside everything that is in force.

    Parameters
    ----------
    standing
        What is in force.
    """

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def trial(self, connection: Connection, criteria: RehearsalCriteria) -> Trial:
        """Return what a hot plate would meet if it were entered now.

        Parameters
        ----------
        connection
            Of the reader role.
        criteria
            The plate and its state.
        """
        pattern = criteria.pattern
        entry = HotEntry(
            list_code=HOT_PLATES,
            kind=ListKind.HOT_PLATE,
            plate=pattern.pattern,
            pattern=pattern.pattern,
            wildcard=pattern.wildcard,
            region=criteria.region,
            category=Category.HOT_PLATE,
            hot_plate_id=_NUMBER,
        )
        few = ListIndex.of([entry])
        matcher = self._standing.matcher_with(connection, few)
        return Trial(reach_of(pattern.pattern), matcher, HotIndex((few,)))

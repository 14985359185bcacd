"""How many rows of a file were good, twice there, or not to be taken, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_SHOWN_LINES = 20


@dataclass(slots=True)
class Counts:
    """Rows of one file, counted while it is read.

    Attributes
    ----------
    good
        New entries.
    duplicate
        Entries that stood there before: the same plate, state and category.
    failed
        Rows that cannot be taken.
    reasons
        Why, each with how many rows and the numbers of the first of them.
    """

    good: int = 0
    duplicate: int = 0
    failed: int = 0
    reasons: dict[str, tuple[int, list[int]]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """All rows."""
        return self.good + self.duplicate + self.failed

    @property
    def failed_share(self) -> float:
        """Which part of the rows failed; 0 where there are none."""
        return self.failed / self.rows if self.rows else 0.0

    def fail(self, reason: str, line: int) -> None:
        """Count a row that cannot be taken."""
        self.failed += 1
        count, lines = self.reasons.get(reason, (0, []))
        if len(lines) < _SHOWN_LINES:
            lines.append(line)
        self.reasons[reason] = (count + 1, lines)

    def told(self) -> list[dict[str, Any]]:
        """Return the reasons JSON-ready, the most frequent first.

        Examples
        --------
        >>> counts = Counts()
        >>> counts.fail("The plate is blank", 7)
        >>> counts.told()
        [{'reason': 'The plate is blank', 'rows': 1, 'lines': [7]}]
        """
        ordered = sorted(self.reasons.items(), key=lambda item: (-item[1][0], item[0]))
        return [
            {"reason": reason, "rows": count, "lines": list(lines)}
            for reason, (count, lines) in ordered
        ]

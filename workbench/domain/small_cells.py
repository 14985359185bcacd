"""Hides counts so small that they would tell of single reads; what is left is an aggregate."""

from __future__ import annotations


def shown_count(count: int, min_cell: int) -> int | None:
    """Return a count that may be told, or ``None`` for one that is too small to tell.

    Parameters
    ----------
    count
        How many reads a cell has: one whole hour, one whole camera.
    min_cell
        The smallest count that is told, ``aggregates.min_cell`` of the policy. That there is
        none is not told either, since "none, then some" tells of the first one.

    Examples
    --------
    >>> shown_count(10, 10), shown_count(9, 10), shown_count(0, 10)
    (10, None, None)
    """
    return count if count >= min_cell else None


def count_label(count: int | None, min_cell: int) -> str:
    """Return a count as people read it; a hidden one says under which number it is.

    Examples
    --------
    >>> count_label(1234, 10), count_label(None, 10)
    ('1,234', 'under 10')
    """
    return f"under {min_cell}" if count is None else f"{count:,}"

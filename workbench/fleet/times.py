"""Times that people say things happened at: aware, and not ahead of the clock."""

from __future__ import annotations

from datetime import datetime

from workbench.domain.period import utc
from workbench.errors import EquipmentError


def past(given: datetime | None, now: datetime, *, what: str) -> datetime:
    """Return a time that somebody gave, in UTC; the present one if none was given.

    Parameters
    ----------
    what
        What happened then, as the beginning of a sentence.

    Raises
    ------
    EquipmentError
        If it is ahead of the clock.

    Examples
    --------
    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 2, 18, tzinfo=UTC)
    >>> past(None, now, what="The inspection") == now
    True
    """
    at = now if given is None else utc(given)
    if at > now:
        raise EquipmentError(
            f"{what} lies in the future", given=at.isoformat(), allowed=f"up to {now.isoformat()}"
        )
    return at


def said(given: str, *, what: str) -> str:
    """Return words without the space around them.

    Raises
    ------
    EquipmentError
        If there are none.

    Examples
    --------
    >>> said(" Bent mast ", what="What is wrong")
    'Bent mast'
    """
    words = given.strip()
    if not words:
        raise EquipmentError(f"{what} is not said", allowed="words")
    return words

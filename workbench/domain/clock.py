"""The clock that is passed in wherever the time matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present instant, aware and in UTC."""


def system_clock() -> datetime:
    """Return the machine's present time in UTC.

    Examples
    --------
    >>> system_clock().tzinfo
    datetime.timezone.utc
    """
    return datetime.now(UTC)

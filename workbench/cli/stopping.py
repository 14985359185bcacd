"""Tells a command that runs until it is stopped that SIGINT or SIGTERM came."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """Give an event that is set by the first signal; the handlers from before come back after it.

    Yields
    ------
    threading.Event
    """
    stop = threading.Event()

    def told(_number: int, _frame: object) -> None:
        stop.set()

    before = {each: signal.signal(each, told) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

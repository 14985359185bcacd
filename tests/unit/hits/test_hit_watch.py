"""One watcher for all pages: asks while somebody asks it, and says when it gets no answer."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from apps.hits import watching
from apps.hits.watching import HitWatch
from tests.hits import SEEN_AT
from workbench.errors import DatabaseError
from workbench.hotlists.hits.board import Stamp


class Source:
    """Stands for a database: answers, refuses or hangs as a test says."""

    def __init__(self) -> None:
        self.stamp = Stamp(1, 1, 0, 0)
        self.asked = 0
        self.away = False
        self.hangs = threading.Event()
        self.hangs.set()

    def __call__(self) -> Stamp:
        self.asked += 1
        assert self.hangs.wait(20)
        if self.away:
            raise DatabaseError("The database went away")
        return self.stamp


@pytest.fixture
def watched(monkeypatch):
    """Return a source and a function that runs a test's coroutine against its watcher."""
    monkeypatch.setattr(watching, "EVERY_S", 0.01)
    monkeypatch.setattr(watching, "PATIENCE_S", 0.2)
    monkeypatch.setattr(watching, "UNWATCHED_S", 0.3)
    source = Source()
    watch = HitWatch(source, clock=lambda: SEEN_AT)
    yield source, watch
    source.hangs.set()
    watch.close()


async def until(watch, holds):
    deadline = time.monotonic() + 10
    while not holds(pulse := watch.pulse()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    return pulse


def test_it_is_not_live_before_the_first_answer_and_then_says_what_changed(watched):
    source, watch = watched

    async def run():
        first = watch.pulse()
        assert (first.live, first.waiting) == (False, True)
        assert (await until(watch, lambda pulse: pulse.live)).stamp == source.stamp
        source.stamp = Stamp(2, 2, 0, 0)
        await until(watch, lambda pulse: pulse.stamp == source.stamp)

    asyncio.run(run())


def test_a_database_that_is_away_is_told_with_the_last_answer_and_comes_back(watched):
    source, watch = watched

    async def run():
        await until(watch, lambda pulse: pulse.live)
        source.away = True
        lost = await until(watch, lambda pulse: not pulse.live)
        assert (lost.since, lost.waiting) == (SEEN_AT, False)
        source.away = False
        await until(watch, lambda pulse: pulse.live)

    asyncio.run(run())


def test_a_database_that_hangs_counts_as_away_and_is_not_asked_again_meanwhile(watched):
    source, watch = watched

    async def run():
        await until(watch, lambda pulse: pulse.live)
        source.hangs.clear()
        await until(watch, lambda pulse: not pulse.live)
        asked = source.asked
        for _ in range(30):
            watch.pulse()
            await asyncio.sleep(0.02)
        assert source.asked == asked
        source.hangs.set()
        await until(watch, lambda pulse: pulse.live)

    asyncio.run(run())


def test_many_pages_are_one_question_and_none_is_no_question(watched):
    source, watch = watched

    async def run():
        for _ in range(50):
            watch.pulse()
        await asyncio.sleep(0.1)
        assert source.asked < 20
        await asyncio.sleep(0.6)
        asked = source.asked
        await asyncio.sleep(0.2)
        assert source.asked == asked
        again = watch.pulse()
        assert (again.live, again.stamp) == (False, None), "what was known is old by now"

    asyncio.run(run())

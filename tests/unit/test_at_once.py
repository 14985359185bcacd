"""A few pieces of work at once: in order, bounded, and never two of the same key."""

from __future__ import annotations

import time
from functools import partial
from threading import Event, Lock

import pytest

from workbench.detections.at_once import AtOnce


class Working:
    """Counts who is at work, together and by key."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.now: list[str] = []
        self.most = 0
        self.doubled = False

    def do(self, key: str, number: int) -> int:
        with self.lock:
            self.doubled |= key in self.now
            self.now.append(key)
            self.most = max(self.most, len(self.now))
        time.sleep(0.01 * (number % 3))
        with self.lock:
            self.now.remove(key)
        return number


@pytest.mark.parametrize("threads", [1, 3])
def test_results_come_in_order_and_the_same_key_never_at_once(threads):
    working, taken = Working(), []
    with AtOnce[int](threads) as storing:
        for number in range(40):
            key = f"{number % 5 and number}"
            taken += storing.give(key, partial(working.do, key, number))
            assert number + 1 - len(taken) <= 2 * threads
        taken += storing.rest()
    assert taken == list(range(40))
    assert working.most == threads
    assert not working.doubled


def test_what_is_done_is_told_without_waiting_for_more():
    free = Event()
    with AtOnce[int](2) as storing:
        taken = list(storing.give("a", lambda: 1))
        time.sleep(0.2)
        taken += storing.give("b", lambda: free.wait(5) and 2)
        assert taken == [1]
        free.set()
        assert list(storing.rest()) == [2]


def test_an_error_comes_in_its_turn_and_drops_what_is_not_begun():
    begun: list[int] = []
    free = Event()

    def failing() -> int:
        free.wait(5)
        raise ValueError("no space")

    def slow(number: int) -> int:
        begun.append(number)
        time.sleep(0.3)
        return number

    def store_three() -> None:
        with AtOnce[int](1) as storing:
            for key, work in (("a", failing), ("b", partial(slow, 1)), ("c", partial(slow, 2))):
                list(storing.give(key, work))
                free.set()

    with pytest.raises(ValueError, match="no space"):
        store_three()
    assert 2 not in begun

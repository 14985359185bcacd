"""Passwords that too many people choose: listed words, and the ways of dressing them up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise

MOST_PARTS = 3
"""A password of so many common parts is a common one; small words and numbers count half."""

_KEYBOARD = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "qwertzuiop",
    "azertyuiop",
    "!@#$%^&*()",
)
_SHORTEST_WALK = 3
_LONGEST_WORD = 24
_SMALL_WORD = 4
_HALF = 0.5
_DISGUISES = (
    str.maketrans("", ""),
    str.maketrans("@4831!05$7", "aabeiiosst"),
    str.maketrans("@4831!05$7", "aabellosst"),
)
_DIGITS = re.compile(r"[0-9]{1,8}")
_FILLING = re.compile(r"[!-/:-@\[-`{-~\s]+")


class CommonPasswords:
    """Knows a password again behind capitals, digits for letters, years and signs.

    The list beside this module holds words, not passwords: three of them in a row, a word with a
    year, a walk over the keyboard and a repeated sign are common passwords by rule, which covers
    far more forms than a list of passwords would.

    Examples
    --------
    >>> common = CommonPasswords()
    >>> common.is_common("P@ssw0rd2026!"), common.is_common("qwertyuiop123")
    (True, True)
    >>> common.is_common("plum-violin-granite-otter")
    False
    """

    def __init__(self) -> None:
        self._words = listed_words()

    def is_common(self, password: str) -> bool:
        """Return whether it is made of a few common parts and nothing else."""
        folded = _folded(password)
        forms = {(text, text.translate(t)) for text in (folded, _once(folded)) for t in _DISGUISES}
        return any(self._parts(typed, plain) <= MOST_PARTS for typed, plain in forms)

    def contains_name(self, password: str, username: str) -> bool:
        """Return whether the user name, or a part of it of four letters, stands in it."""
        parts = {username, *re.split(r"[._-]", username)}
        names = {part for part in parts if len(part) >= 4} or {username}
        folded = _folded(password)
        return any(name in folded.translate(table) for table in _DISGUISES for name in names)

    def _parts(self, typed: str, plain: str) -> float:
        """Return what the cheapest way to make it of common parts costs; infinite if none does.

        Parameters
        ----------
        typed
            As it is; walks, digits and signs are looked for here.
        plain
            With letters for the digits and signs that stand in for them; words are looked for here.
        """
        cheapest = [0.0] + [float("inf")] * len(typed)
        for start in range(len(typed)):
            if cheapest[start] == float("inf"):
                continue
            for end, cost in (*self._words_at(plain, start), *_other_parts_at(typed, start)):
                cheapest[end] = min(cheapest[end], cheapest[start] + cost)
        return cheapest[-1]

    def _words_at(self, text: str, start: int) -> Iterator[tuple[int, float]]:
        for end in range(start + 2, min(len(text), start + _LONGEST_WORD) + 1):
            if text[start:end] in self._words:
                yield end, _HALF if end - start <= _SMALL_WORD else 1.0


def _other_parts_at(text: str, start: int) -> Iterator[tuple[int, float]]:
    for end in range(start + _SHORTEST_WALK, _walk_end(text, start) + 1):
        yield end, 1.0
    if digits := _DIGITS.match(text, start):
        for end in range(start + 1, digits.end() + 1):
            yield end, _HALF if end - start <= 2 else 1.0
    if filling := _FILLING.match(text, start):
        yield filling.end(), 0.0


def _folded(password: str) -> str:
    """Return it in lower case and without accents."""
    letters = unicodedata.normalize("NFKD", password.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _once(text: str) -> str:
    """Return what is repeated, if the text is nothing but repetitions of it."""
    period = (text + text).find(text, 1)
    return text[:period] if text else text


def _walk_end(text: str, start: int) -> int:
    """Return where a walk over the keyboard, or a sign repeated, ends."""
    neighbours = _neighbours()
    for position, step in enumerate(pairwise(text[start:]), start + 1):
        if step not in neighbours and step[0] != step[1]:
            return position
    return len(text)


@cache
def _neighbours() -> frozenset[tuple[str, str]]:
    steps = {step for row in _KEYBOARD for step in pairwise(row)}
    return frozenset(steps | {(second, first) for first, second in steps})


@cache
def listed_words() -> frozenset[str]:
    """Return the words of the list beside this module."""
    text = files(__package__).joinpath("common_words.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())

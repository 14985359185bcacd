"""Whether a number or text that the policy asks for has the form that it asks for.

Nothing here judges what a text says: it counts words, and ``x`` is none.
"""

from __future__ import annotations

import re
import unicodedata

from workbench.errors import FormError
from workbench.policy.form_rules import NumberForm, WordsForm
from workbench.policy.model import Policy
from workbench.policy.rule import Rule

_LONGEST_NUMBER = 64
_SHORTEST_WORD = 2
# Letters by Unicode that are drawn as nothing.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
# Digits and signs part words.
_WORD = re.compile(r"[^\W\d_]+")


def check_case_number(policy: Policy, text: str) -> str:
    """Return a case number as it is kept.

    Raises
    ------
    FormError
        If it is not written as the department writes them.

    Examples
    --------
    >>> from workbench.policy import load_policy
    >>> check_case_number(load_policy(), " 26-014532 ")
    '26-014532'
    """
    return check_number(policy.forms.case_number, text, what="The case number")


def check_number(form: Rule[NumberForm], text: str, *, what: str) -> str:
    """Return a number as it is kept: without blanks around it, in plain digits.

    Parameters
    ----------
    form
        One of ``policy.forms``.
    what
        What it is, to begin a sentence with, such as ``The phone number``.

    Raises
    ------
    FormError
        If it is not written so.
    """
    number = _visible(text)
    if len(number) > _LONGEST_NUMBER or not form.value.fits(number):
        raise FormError(
            f"{what} is not written as the department writes it",
            given=text,
            allowed=f"{form.value} ({form.section})",
        )
    return number


def check_words(form: Rule[WordsForm], text: str, *, what: str) -> str:
    """Return a text without blanks around it, if it says as much as the policy asks for.

    Parameters
    ----------
    form
        One of ``policy.forms``.
    what
        What it is, to begin a sentence with, such as ``The reason``.

    Raises
    ------
    FormError
        If it has too few different words or letters.

    Examples
    --------
    >>> from workbench.policy import load_policy
    >>> check_words(load_policy().forms.reason, "x x x x", what="The reason")
    Traceback (most recent call last):
    workbench.errors.FormError: The reason says too little; given: 'x x x x'; ...
    """
    if not says_enough(form.value, text):
        raise FormError(
            f"{what} says too little",
            given=text,
            allowed=f"{form.value} ({form.section})",
            next_step="say it in words that another person can check",
        )
    return text.strip()


def says_enough(form: WordsForm, text: str) -> bool:
    """Return whether a text has as many different words and letters as a form asks for.

    Examples
    --------
    >>> form = WordsForm(words=3, letters=6)
    >>> says_enough(form, "Armed robbery on Vernon Street")
    True
    >>> says_enough(form, "aaaaaaaaaa") or says_enough(form, "x x x x")
    False
    """
    words = words_of(text)
    return len(words) >= form.words and len(set("".join(words))) >= form.letters


def words_of(text: str) -> frozenset[str]:
    """Return the different words of a text that have two letters or more, without capitals.

    Letters of every script count, accents and signs that nobody sees make no other word.

    Examples
    --------
    >>> sorted(words_of("The car, THE c\u200bar at 1200 V\u00e9rnon"))
    ['at', 'car', 'the', 'vernon']
    """
    plain = unicodedata.normalize("NFKD", _visible(text)).casefold()
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return frozenset(word for word in _WORD.findall(bare) if len(word) >= _SHORTEST_WORD)


def _visible(text: str) -> str:
    """Return a text in its plain characters, without those that nobody sees."""
    plain = unicodedata.normalize("NFKC", text)
    spaced = "".join(
        sign
        for sign in (" " if each.isspace() else each for each in plain)
        if sign not in _FILLERS and not unicodedata.category(sign).startswith("C")
    )
    return " ".join(spaced.split())

"""What plates look like: which of their places hold letters, and which characters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.hotlists.matching.texts import Numbers, Places
from workbench.recognition.misreads.characters import CHARACTERS

DIGITS = 10
"""Characters from this one on are letters."""

_POWERS = 3 ** np.arange(MAX_PLATE_CHARACTERS, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Plates of one form.

    Attributes
    ----------
    plates
        How many.
    characters
        How often each character stands at each place; shape (12, 36).
    """

    plates: int
    characters: NDArray[np.int64]


def forms_of(texts: Numbers) -> Places:
    """Return the form of each text, as a number.

    Examples
    --------
    >>> from workbench.hotlists.matching.texts import numbers_of
    >>> forms = forms_of(numbers_of(["7ABC123", "8XYZ456", "AB12"]))
    >>> bool(forms[0] == forms[1]), bool(forms[0] == forms[2])
    (True, False)
    """
    kinds = np.where(texts < 0, 0, np.where(texts < DIGITS, 1, 2))
    forms: Places = kinds.astype(np.int64) @ _POWERS
    return forms


def form_named(name: str) -> int:
    """Return the number of a form that is written with L for letters and N for digits.

    Examples
    --------
    >>> from workbench.hotlists.matching.texts import numbers_of
    >>> form_named("NLLLNNN") == int(forms_of(numbers_of(["7ABC123"]))[0])
    True
    """
    return sum((2 if kind == "L" else 1) * int(_POWERS[at]) for at, kind in enumerate(name))


def are_letters(form: int) -> NDArray[np.bool_]:
    """Return whether each place of a form has a letter; one for each of its characters."""
    kinds = form // _POWERS % 3
    letters: NDArray[np.bool_] = kinds[kinds > 0] == 2
    return letters


def counted(texts: Numbers) -> dict[int, Counted]:
    """Return how many texts have each form, and which characters they have."""
    forms = forms_of(texts)
    found: dict[int, Counted] = {}
    for form in np.unique(forms).tolist():
        own = texts[forms == form]
        characters = np.zeros((MAX_PLATE_CHARACTERS, len(CHARACTERS)), dtype=np.int64)
        for place in range(len(are_letters(form))):
            characters[place] = np.bincount(own[:, place], minlength=len(CHARACTERS))
        found[form] = Counted(len(own), characters)
    return found

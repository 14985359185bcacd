"""What plates say: the forms of many places, and as many texts without any form."""

from __future__ import annotations

import string
from dataclasses import dataclass

import numpy as np

CHARACTERS = string.digits + string.ascii_uppercase

_US = (
    "NLLLNNN", "LLLNNNN", "LLLNNN", "NNNLLL", "LLNNNNN", "NNNNNN", "LLNLNL", "NLLNNN",
    "NNNLLLN", "LLNNNN", "NNNNLL", "LNNNNN", "NLNNNN", "LNNNNNN", "NNLNNN", "NNLNNNN",
    "NLNNLL", "LLLNNL", "NNNNNNN", "LLNNLL", "NNNNN", "LLNNN", "NNLLNN", "LLLNLN", "NNLLL",
    "NLNNNNN", "LNNLLL", "NNNLL", "LNLNNN", "LLLLNN", "NLLNNNN", "LNNNN", "LLNNNL", "NNNNNL",
    "NNNNNLN",
)  # fmt: skip
_FREQUENT = ("NLLLNNN", "LLNLNL", "LLLNNNN", "LLLNNN", "NNNLLL")
"""Forms of many cars; they make two fifths of the American texts that have one."""
_EU = (
    "LLNNLLL", "LNNN", "LLNNNLL", "LNNNLL", "LLLNNN", "NNLLLN", "LLNNNNN", "LLNNNN", "LNNNN",
    "LLLNNNN", "NNNNLLL", "LLLNLLL", "LNNLLL", "LNLLNNN", "LLNNLL", "LLLNNNN",
)  # fmt: skip
_BR = ("LLLNNNN", "LLLNLNN")
_DISTINCT = "ABCDEFGHJKLMNPRSTUVWXYZ"
_CONFUSED = (
    "O0DQ", "I1T", "B83", "S5", "Z27", "G6C", "VY", "UV", "MNW", "EF", "KX", "HWM", "4A", "PR",
    "J1", "L1", "96", "CG0",
)  # fmt: skip

STATES = (
    "ALABAMA", "ALASKA", "ARIZONA", "ARKANSAS", "CALIFORNIA", "COLORADO", "CONNECTICUT",
    "DELAWARE", "FLORIDA", "GEORGIA", "HAWAII", "IDAHO", "ILLINOIS", "INDIANA", "IOWA",
    "KANSAS", "KENTUCKY", "LOUISIANA", "MAINE", "MARYLAND", "MASSACHUSETTS", "MICHIGAN",
    "MINNESOTA", "MISSISSIPPI", "MISSOURI", "MONTANA", "NEBRASKA", "NEVADA", "NEW HAMPSHIRE",
    "NEW JERSEY", "NEW MEXICO", "NEW YORK", "NORTH CAROLINA", "NORTH DAKOTA", "OHIO",
    "OKLAHOMA", "OREGON", "PENNSYLVANIA", "RHODE ISLAND", "SOUTH CAROLINA", "SOUTH DAKOTA",
    "TENNESSEE", "TEXAS", "UTAH", "VERMONT", "VIRGINIA", "WASHINGTON", "WEST VIRGINIA",
    "WISCONSIN", "WYOMING", "WASHINGTON DC", "PUERTO RICO",
)  # fmt: skip
_SLOGAN_WORDS = (
    "STATE", "THE", "LAND", "OF", "GREAT", "LAKES", "SUNSHINE", "GARDEN", "MOUNTAIN", "FIRST",
    "IN", "FLIGHT", "EMPIRE", "COUNTY", "GREEN", "NATURAL", "OCEAN", "FREE", "HOME",
    "BEAUTIFUL", "WILD", "COUNTRY", "TRUCK", "CENTENNIAL", "RIVER", "FOREST", "PARK",
    "SOUTHERN", "HISTORIC", "GOLDEN", "UNIVERSITY", "VETERAN", "WILDLIFE", "SCENIC", "PROUD",
    "VISIT", ".COM", ".GOV", "WWW.", "FLEET", "CITY",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """What a plate says.

    Attributes
    ----------
    characters
        What is to be read: letters and digits only.
    region
        ``us``, ``eu`` or ``br``.
    breaks
        Before which characters there may be a gap or a sign, by the form; empty without a form.
    """

    characters: str
    region: str
    breaks: tuple[int, ...]


def draw_text(rng: np.random.Generator) -> Text:
    """Return a text by chance: 40 % without any form, so that shapes are learnt and not forms."""
    region = str(rng.choice(["us", "eu", "br"], p=[0.72, 0.16, 0.12]))
    if rng.random() < 0.4:
        return Text(_any(rng), region, ())
    if region == "us" and rng.random() < 0.12:
        return Text(_spoken(rng), region, ())
    form = _form(rng, region)
    # Many places leave out letters that look like digits.
    letters = _DISTINCT if rng.random() < 0.5 else string.ascii_uppercase
    characters = "".join(_one(rng, string.digits if each == "N" else letters) for each in form)
    breaks = tuple(at for at in range(1, len(form)) if form[at] != form[at - 1])
    if region == "us" and form == "LLNLNL":
        breaks = (3,)
    return Text(characters, region, breaks)


def _form(rng: np.random.Generator, region: str) -> str:
    if region == "us" and rng.random() < 0.4:
        return str(rng.choice(_FREQUENT, p=[0.3, 0.3, 0.2, 0.1, 0.1]))
    return str(rng.choice({"us": _US, "eu": _EU, "br": list(_BR)}[region]))


def draw_words(rng: np.random.Generator) -> str:
    """Return the words of a slogan, a county or a dealer; no plate says them."""
    if rng.random() < 0.25:
        return _spoken(rng)
    return " ".join(rng.choice(_SLOGAN_WORDS, size=int(rng.integers(1, 4))))


def _one(rng: np.random.Generator, among: str) -> str:
    return among[int(rng.integers(len(among)))]


def _any(rng: np.random.Generator) -> str:
    length = int(rng.choice([2, 3, 4, 5, 6, 7, 8], p=[0.02, 0.03, 0.05, 0.12, 0.32, 0.36, 0.10]))
    if rng.random() < 0.18:
        # Look-alikes in a row: only their shapes tell them apart.
        among = "".join(rng.choice(_CONFUSED, size=3))
        return "".join(_one(rng, among) for _ in range(length))
    # Letters and digits in turn after every character, or in runs.
    likely = 0.5 if rng.random() < 0.5 else 0.25
    digits = rng.random() < 0.5
    characters = ""
    for _ in range(length):
        digits ^= bool(rng.random() < likely)
        characters += _one(rng, string.digits if digits else string.ascii_uppercase)
    return characters


def _spoken(rng: np.random.Generator) -> str:
    """Return something that can be spoken, as people choose it."""
    length = int(rng.integers(3, 9))
    start = int(rng.integers(2))
    parts = [
        _one(rng, "BCDFGHJKLMNPRSTVWXYZ") if (at + start) % 2 else _one(rng, "AEIOUY")
        for at in range(length)
    ]
    if rng.random() < 0.4:
        parts[int(rng.integers(length))] = _one(rng, CHARACTERS)
    return "".join(parts)

"""What plates say: the forms of many places, and as many texts without any form."""

from __future__ import annotations

import string
from dataclasses import dataclass

import numpy as np

CHARACTERS = string.digits + string.ascii_uppercase

_US = ["NLLLNNN", "LLLNNNN", "LLLNNN", "NNNLLL", "LLNNNNN", "NNNNNN", "LLNLNL", "NLLNNN", "NNNLLLN", "LLNNNN", "NNNNLL", "LNNNNN", "NLNNNN", "LNNNNNN", "NNLNNN", "NNLNNNN", "NLNNLL", "LLLNNL", "NNNNNNN", "LLNNLL", "NNNNN", "LLNNN", "NNLLNN", "LLLNLN", "NNLLL", "NLNNNNN", "LNNLLL", "NNNLL", "LNLNNN", "LLLLNN", "NLLNNNN", "LNNNN", "LLNNNL", "NNNNNL"]
_EU = ["LLNNLLL", "LNNN", "LLNNNLL", "LNNNLL", "LLLNNN", "NNLLLN", "LLNNNNN", "LLNNNN", "LNNNN", "LLLLNNN", "NNNNLLL", "LLLNLLL", "LNNLLL", "LNLLLNN", "LLNNLL", "LLLNNNN"]
_BR = ("LLLNNNN", "LLLNLNN")
_CONFUSED = (
    "O0DQ",
    "I1T",
    "B83",
    "S5",
    "Z27",
    "G6C",
    "VY",
    "UV",
    "MNW",
    "EF",
    "KX",
    "HWM",
    "4A",
    "PR",
    "J1",
    "L1",
    "96",
    "CG0",
)

STATES = ["ALABAMA", "ALASKA", "ARIZONA", "ARKANSAS", "CALIFORNIA", "COLORADO", "CONNECTICUT", "DELAWARE", "FLORIDA", "GEORGIA", "HAWAII", "IDAHO", "ILLINOIS", "INDIANA", "IOWA", "KANSAS", "KENTUCKY", "LOUISIANA", "MAINE", "MARYLAND", "MASSACHUSETTS", "MICHIGAN", "MINNESOTA", "MISSISSIPPI", "MISSOURI", "MONTANA", "NEBRASKA", "NEVADA", "NEW HAMPSHIRE", "NEW JERSEY", "NEW MEXICO", "NEW YORK", "NORTH CAROLINA", "NORTH DAKOTA", "OHIO", "OKLAHOMA", "OREGON", "PENNSYLVANIA", "RHODE ISLAND", "SOUTH CAROLINA", "SOUTH DAKOTA", "TENNESSEE", "TEXAS", "UTAH", "VERMONT", "VIRGINIA", "WASHINGTON", "WEST VIRGINIA", "WISCONSIN", "WYOMING", "WASHINGTON DC", "PUERTO RICO"]
_SLOGAN_WORDS = ["STATE", "THE", "LAND", "OF", "GREAT", "LAKES", "SUNSHINE", "GARDEN", "MOUNTAIN", "FIRST", "IN", "FLIGHT", "EMPIRE", "COUNTY", "GREEN", "NATURAL", "OCEAN", "FREE", "HOME", "BEAUTIFUL", "WILD", "COUNTRY", "TRUCK", "CENTENNIAL", "RIVER", "FOREST", "PARK", "SOUTHERN", "HISTORIC", "GOLDEN", "UNIVERSITY", "VETERAN", "WILDLIFE", "SCENIC", "PROUD", "VISIT", ".COM", ".GOV", "WWW.", "FLEET", "CITY"]


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
    """Return a text by chance: 45 % without any form, so that shapes are learnt and not forms."""
    region = str(rng.choice(["us", "eu", "br"], p=[0.74, 0.18, 0.08]))
    if rng.random() < 0.45:
        return Text(_any(rng), region, ())
    if region == "us" and rng.random() < 0.12:
        return Text(_spoken(rng), region, ())
    forms = {"us": _US, "eu": _EU, "br": _BR}[region]
    form = str(rng.choice(list(forms)))
    characters = "".join(
        _one(rng, string.digits if each == "N" else string.ascii_uppercase) for each in form
    )
    breaks = tuple(at for at in range(1, len(form)) if form[at] != form[at - 1])
    return Text(characters, region, breaks)


def draw_words(rng: np.random.Generator) -> str:
    """Return the words of a slogan, a county or a dealer; no plate says them."""
    if rng.random() < 0.25:
        return _spoken(rng)
    return " ".join(rng.choice(_SLOGAN_WORDS, size=int(rng.integers(1, 4))))


def _one(rng: np.random.Generator, among: str) -> str:
    return among[int(rng.integers(len(among)))]


def _any(rng: np.random.Generator) -> str:
    length = int(rng.choice([2, 3, 4, 5, 6, 7, 8], p=[0.02, 0.03, 0.05, 0.12, 0.32, 0.36, 0.10]))
    if rng.random() < 0.35:
        # Look-alikes in a row: only their shapes tell them apart.
        among = "".join(rng.choice(_CONFUSED, size=3))
    else:
        among = CHARACTERS
    return "".join(_one(rng, among) for _ in range(length))


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

"""The names of the made-up city: put together from syllables, so that none is a real one's."""

from __future__ import annotations

import numpy as np

TOWN = "Quillhaven"
MADE_UP = "made up by the demo; any likeness to a real place, person or plate is chance"

_HEADS = (
    *("Quill", "Fen", "Bram", "Thorn", "Wick", "Marl", "Osk", "Pell", "Tarn", "Vell", "Harrow"),
    *("Lind", "Gar", "Mos", "Nor", "Quen", "Rast", "Sed", "Dun", "Yar", "Zell", "Cald", "Eld"),
    *("Fal", "Gris", "Hol", "Ist", "Jor", "Kest", "Lor"),
)
_TAILS = (
    *("wick", "by", "moor", "dale", "combe", "stead", "ford", "mere", "holt", "ley", "garth"),
    *("nell", "ridge", "march", "brook"),
)
_KINDS = {
    "freeway": ("Freeway",),
    "arterial": ("Boulevard", "Parkway"),
    "collector": ("Avenue", "Road"),
    "residential": ("Street", "Lane", "Court", "Way", "Drive"),
}
_GIVEN = (
    *("Ansel", "Berit", "Corin", "Dagny", "Elio", "Fenna", "Garrick", "Hedda", "Ivo", "Jorun"),
    *("Kester", "Linnea", "Magnus", "Nerys", "Orrin", "Petra", "Quentin", "Runa", "Soren"),
    *("Tilda", "Ulric", "Vesna", "Willem", "Ysolde", "Zane"),
)


def road_names(kinds: list[str], rng: np.random.Generator) -> list[str]:
    """Return one name per road, no two alike, ending in a word that fits the road's class."""
    stems = [head + tail for head in _HEADS for tail in _TAILS]
    order = rng.permutation(len(stems))
    names = []
    for number, kind in enumerate(kinds):
        stem = stems[order[number % len(stems)]]
        turn = "" if number < len(stems) else f" {number // len(stems) + 1}"
        endings = _KINDS[kind]
        names.append(f"{stem} {endings[int(rng.integers(len(endings)))]}{turn}")
    return names


def person_names(count: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Return (given name, family name) pairs; both parts differ from person to person.

    Examples
    --------
    >>> len(set(person_names(12, np.random.default_rng(1))))
    12
    """
    given = rng.permutation(len(_GIVEN))[:count]
    family = rng.permutation(len(_HEADS))[:count]
    tails = rng.integers(len(_TAILS), size=count)
    return [
        (_GIVEN[g], _HEADS[f] + _TAILS[t]) for g, f, t in zip(given, family, tails, strict=True)
    ]

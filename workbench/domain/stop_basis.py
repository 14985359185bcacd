"""What a recorded stop says beside the hit: the words of its own (Policy 426.5 (d))."""

from __future__ import annotations

import re
import unicodedata

from workbench.domain.words_of_a_hit import WORDS_OF_A_HIT

OWN_WORDS = 3
"""Fewest different words that say something beside the hit; "ran red light" has three."""

# Cyrillic and Greek letters, and the Latin ones that they look like.
_ALIKE = (
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0455\u0458\u0410\u0412"
    "\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0391\u0392\u0395"
    "\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf"
)
_LATIN = "aeopcxyisjABEKMHOPCTXABEZHIKMNOPTYXo"
# Accents that stand alone, characters that nobody sees, and apostrophes.
_UNSEEN = (
    *range(0x300, 0x370),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2065),
    *(0xAD, 0xFEFF, 0x27, 0x60, 0xB4, 0x2BC, 0x2018, 0x2019, 0xFF07),
)


def _written_otherwise() -> dict[str, str]:
    """Return letters and digits of other width or with accents, each with its plain one."""
    blocks = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00), *range(0xFF10, 0xFF5B))
    plain = {chr(code): unicodedata.normalize("NFKD", chr(code))[0] for code in blocks}
    return {letter: base for letter, base in plain.items() if base.isascii() and base.isalnum()}


_OTHERWISE = _written_otherwise()
WRITTEN = "".join((*_OTHERWISE, _ALIKE, *map(chr, _UNSEEN)))
"""Characters that are taken for those of `MEANT` at the same place; behind its end, for none."""

MEANT = "".join((*_OTHERWISE.values(), _LATIN))
"""What they are taken for."""

_FOLD = str.maketrans(WRITTEN[: len(MEANT)], MEANT, WRITTEN[len(MEANT) :])
_WORD = re.compile(r"[A-Za-z0-9]{2,}")
_NOT_PLATE = re.compile(r"[^A-Za-z0-9]+")


def own_words(basis: str, *plates: str) -> frozenset[str]:
    """Return the different words of a basis that say something beside the hit.

    Capitals, accents, typographic signs and letters that only look like ours make no other word.
    The trigger on ``hit_event`` counts the same words, so letters beyond A-Z part words in both.

    Parameters
    ----------
    basis
        Why the car was stopped, in words.
    plates
        As read and as listed; naming the plate is no basis.

    Examples
    --------
    >>> sorted(own_words("ALPR hit on 7ABC123, confirmed stolen by dispatch", "7ABC123"))
    []
    >>> sorted(own_words("El veh\u00edculo estaba en la lista de robados"))
    []
    >>> sorted(own_words("Driver ran the red light at Vernon"))
    ['driver', 'light', 'ran', 'red', 'vernon']
    """
    squeezed = [_NOT_PLATE.sub("", plate).lower() for plate in plates]
    words = {word.lower() for word in _WORD.findall(basis.translate(_FOLD))} - WORDS_OF_A_HIT
    return frozenset(word for word in words if not any(word in plate for plate in squeezed))

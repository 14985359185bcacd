"""What plates look like in different places: weighs the candidates of a read, rewrites none.

The forms are those of ordinary passenger plates, as the issuing authorities publish them: L is a
letter, N a digit. A plate of one's own choice, an old or a foreign one has another form and
stays a candidate; it only needs more evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.recognition.base import Reading

FORMS: Mapping[str, tuple[str, ...]] = {
    "US-AK": ("LLLNNN",),
    "US-AL": ("NLLNNNN", "NNLLNNN", "NLNNNNN", "NNLNNNN", "NLNNLNN"),
    "US-AR": ("NNNLLL", "LLLNNN", "LLLNNL"),
    "US-AZ": ("LLLNNNN", "NNNLLL", "LLLNNN"),
    "US-CA": ("NLLLNNN", "NLNNNNN", "NNNNNLN"),
    "US-CO": ("LLLNNN", "NNNLLL", "LLLLNN"),
    "US-CT": ("NNNLLL", "LLNNNNN", "NLLLLN"),
    "US-DC": ("LLNNNN",),
    "US-DE": ("NNNNNN", "NNNNN"),
    "US-FL": ("LLLLNN", "LNNNLL", "NNNLLL", "LNNLLL"),
    "US-GA": ("LLLNNNN", "NNNNLLL", "LLLNNN"),
    "US-HI": ("LLLNNN",),
    "US-IA": ("LLLNNN", "NNNLLL"),
    "US-ID": ("LNNNNNN", "NLNNNNN", "NLNNNNL"),
    "US-IL": ("LLNNNNN", "LNNNNNN", "NNNNNNN", "LNNNNN"),
    "US-IN": ("NNNLLL", "NNNL", "NNNLL"),
    "US-KS": ("NNNLLL", "LLLNNN", "NNNNLLL"),
    "US-KY": ("NNNLLL", "LNLNNN"),
    "US-LA": ("LLLNNN", "NNNLLL"),
    "US-MA": ("NLLNNN", "NNLLNN", "NNNLLN", "NLLLNN", "NNNNLL", "LLNNNN"),
    "US-MD": ("NLLNNNN", "LLLNNN", "NLLLNN"),
    "US-ME": ("NNNNLL", "NNNLLL"),
    "US-MI": ("LLLNNNN", "NLLLNN", "LLLNNN"),
    "US-MN": ("NNNLLL", "LLLNNN"),
    "US-MO": ("LLNLNL", "NNNLLL"),
    "US-MS": ("LLLNNN", "LLLNNNN"),
    "US-MT": ("NNNNNNL", "NNNNNNN", "LLLNNN"),
    "US-NC": ("LLLNNNN",),
    "US-ND": ("NNNLLL", "LLLNNN"),
    "US-NE": ("LLLNNN", "NNLNNN", "NLNNNN"),
    "US-NH": ("NNNNNNN", "NNNNNN"),
    "US-NJ": ("LNNLLL", "LLLNNL", "LLLNNN"),
    "US-NM": ("LLLNNN", "NNNLLL", "LLLLNN"),
    "US-NV": ("NNLNNN", "LLLNNN", "NNNLLL"),
    "US-NY": ("LLLNNNN", "LLLNNN"),
    "US-OH": ("LLLNNNN", "LLNNLL"),
    "US-OK": ("LLLNNN", "NNNLLL"),
    "US-OR": ("NNNLLL", "LLLNNN"),
    "US-PA": ("LLLNNNN",),
    "US-RI": ("LLNNN", "NNNNNN", "NLLNNN"),
    "US-SC": ("LLLNNN", "NNNLLL"),
    "US-SD": ("NLLNNN", "NNLNNN"),
    "US-TN": ("LNNNNL", "NNNLLL", "LLLNNN", "LNNNNN"),
    "US-TX": ("LLLNNNN", "LLNLNNN", "NNNLLL", "LLLNNN"),
    "US-UT": ("LNNNLL", "NNNLLL", "LLLNNN"),
    "US-VA": ("LLLNNNN", "LLLNNN"),
    "US-VT": ("LLLNNN",),
    "US-WA": ("LLLNNNN", "NNNLLL"),
    "US-WI": ("NNNLLL", "LLLNNNN", "LLLNNN"),
    "US-WV": ("NLLNNN", "NLNNNN"),
    "US-WY": ("NNNNNN", "NNNNN"),
    "BR": ("LLLNNNN", "LLLNLNN"),
    "CZ": ("NLNNNNN", "NLLNNNN"),
    "DE": ("LLLNNNN", "LLLNNN", "LLNNNN", "LLNNN", "LLLLNNNN", "LLLLNNN"),
    "ES": ("NNNNLLL",),
    "FR": ("LLNNNLL",),
    "GB": ("LLNNLLL", "LNNNLLL"),
    "HR": ("LLNNNLL", "LLNNNNLL", "LLNNNL"),
    "HU": ("LLLNNN",),
    "IT": ("LLNNNLL",),
    "NL": ("NNLLLN", "LLNNNL", "NLLLNN"),
    "PL": ("LLNNNNN", "LLLNNNN", "LLLNNLL"),
    "RO": ("LNNNLLL", "LLNNLLL", "LNNLLL"),
    "SK": ("LLNNNLL",),
}
"""By ISO 3166 code of the country, with that of the state behind it."""

_OTHER_FORM = 0.05
"""Weight of a text whose form is none of these, beside 1. Cautious: fewer than one ordinary car in
ten has a plate of another form, and those forms have far more texts to share that between them.
Anything from 0.01 to 0.05 reads the same plates right."""


def form_of(text: str) -> str:
    """Return a text with L for each letter and N for each digit.

    Examples
    --------
    >>> form_of("7ABC123")
    'NLLLNNN'
    """
    return "".join("N" if character.isdigit() else "L" for character in text)


def regions_of(text: str) -> tuple[str, ...]:
    """Return where ordinary plates have the form of a text.

    Examples
    --------
    >>> regions_of("AB1C2D")
    ('US-MO',)
    """
    form = form_of(text)
    return tuple(region for region, forms in FORMS.items() if form in forms)


def weighed(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """Return readings with forms of plates taken into account, the most probable first.

    Every text stays and none comes in. The sum of the probabilities stays, so that doubt that no
    reading holds is not given to the ones that there are.

    Parameters
    ----------
    readings
        What the networks gave, with their probabilities.

    Examples
    --------
    >>> [text for text, _ in weighed([Reading("7A8C123", 0.5), Reading("7ABC123", 0.4)])]
    ['7ABC123', '7A8C123']
    """
    known = frozenset(form for forms in FORMS.values() for form in forms)
    shares = [
        each.probability * (1.0 if form_of(each.text) in known else _OTHER_FORM)
        for each in readings
    ]
    before, after = sum(each.probability for each in readings), sum(shares)
    if after <= 0:
        return tuple(readings)
    both = [
        Reading(each.text, share * before / after)
        for each, share in zip(readings, shares, strict=True)
    ]
    return tuple(sorted(both, key=lambda each: (-each.probability, each.text)))

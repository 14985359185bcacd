"""A wanted plate as it is looked for: its normal form, with ``*`` where nobody knows it."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.domain.plate import MAX_PLATE_CHARACTERS, normal_plate
from workbench.errors import PatternError

MOST_STARS = 2
"""Unknown runs that one entry may have."""

FEWEST_KNOWN = 2
"""Known characters of an entry with stars; fewer would meet every other car."""

_ALLOWED = (
    f"1 to {MAX_PLATE_CHARACTERS} letters and digits; up to {MOST_STARS} stars, each for a run of "
    f"unknown characters, and then at least {FEWEST_KNOWN} that are known"
)


@dataclass(frozen=True, slots=True)
class HotPattern:
    """A wanted plate.

    Attributes
    ----------
    pattern
        Letters and digits in upper case; ``*`` for any run of unknown characters, none included.
    """

    pattern: str

    @property
    def wildcard(self) -> bool:
        """Whether some of it is not known."""
        return "*" in self.pattern

    @property
    def regex(self) -> str:
        """An anchored regular expression over normal plates, the same for Python and PostgreSQL."""
        return f"^{self.pattern.replace('*', '.*')}$"


def hot_pattern(text: str, *, within: bool = False) -> HotPattern:
    """Return the wanted plate that somebody wrote.

    Parameters
    ----------
    text
        A plate; ``*`` where one or more characters, or none, are not known.
    within
        Whether a plate with stars may have more before and after, as in Genetec's lists, where
        ``S*K3*7`` also means NSK357.

    Raises
    ------
    PatternError
        If nothing is left of it, it is longer than a plate, or too much of it is unknown.

    Examples
    --------
    >>> hot_pattern("7ab-1*3").pattern
    '7AB1*3'
    >>> hot_pattern("S*K3*7", within=True).pattern
    '*S*K3*7*'
    >>> hot_pattern("7abc 123").wildcard
    False
    """
    if len(text) > 4 * MAX_PLATE_CHARACTERS:
        raise PatternError("That is longer than a plate", allowed=_ALLOWED)
    if "*" not in text:
        normal = normal_plate(text)
        if not 1 <= len(normal) <= MAX_PLATE_CHARACTERS:
            raise PatternError(_what(normal), allowed=_ALLOWED)
        return HotPattern(normal)
    pieces = [normal_plate(piece) for piece in text.split("*")]
    known = sum(map(len, pieces))
    if len(pieces) - 1 > MOST_STARS:
        raise PatternError("Too much of the plate is unknown", allowed=_ALLOWED)
    if not FEWEST_KNOWN <= known <= MAX_PLATE_CHARACTERS:
        raise PatternError(_what("*" * known), allowed=_ALLOWED)
    written = "*".join(pieces)
    if within:
        written = f"*{written.strip('*')}*"
    return HotPattern(written.replace("**", "*"))


def _what(normal: str) -> str:
    if len(normal) > MAX_PLATE_CHARACTERS:
        return "That is longer than a plate"
    return "Too little of the plate is known" if normal else "The plate is blank"

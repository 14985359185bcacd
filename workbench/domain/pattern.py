"""Plate patterns with the wildcards that LEARN users know."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.domain.plate import MAX_PLATE_CHARACTERS, normal_plate
from workbench.errors import PatternError

STAR_LIMIT = 7
"""How many characters ``*`` stands for at most (LEARN's rule)."""

_SYNTAX = "letters, digits, ? (one), * (up to 7), @ (a letter), # (a digit), [38B] (one of these)"
_WILD = {"?": ".", "*": f".{{0,{STAR_LIMIT}}}", "@": "[^0-9]", "#": "[0-9]"}


@dataclass(frozen=True, slots=True)
class PlatePattern:
    """A parsed plate pattern.

    Attributes
    ----------
    text
        The pattern as typed, stripped and in upper case.
    exact
        The normal plate when there is no wildcard, else ``None``.
    prefix
        The literal characters before the first wildcard; what an index can find.
    regex
        An anchored regular expression over normal plates, the same for Python and PostgreSQL.
    """

    text: str
    exact: str | None
    prefix: str
    regex: str

    @property
    def known(self) -> int:
        """How many characters of a plate it names outright.

        Examples
        --------
        >>> parse_pattern("7AB?[12]3*").known
        4
        """
        return sum(kind == "literal" for kind, _ in _pieces(self.text))

    def matches(self, plate: str) -> bool:
        """Return whether a normal plate fits the pattern.

        Examples
        --------
        >>> parse_pattern("7AB?1*").matches("7ABX123")
        True
        """
        return re.fullmatch(self.regex, plate) is not None


def parse_pattern(text: str) -> PlatePattern:
    """Return the parsed form of a plate pattern.

    Parameters
    ----------
    text
        A plate with LEARN's wildcards: ``?`` any one character, ``*`` none to seven, ``@`` a
        letter, ``#`` a digit, ``[38B]`` one of the characters listed. Spaces and signs between
        are dropped, as they are from plates.

    Returns
    -------
    PlatePattern

    Raises
    ------
    PatternError
        If nothing but stars is left, a set is empty or not closed, or it is too long.

    Examples
    --------
    >>> parse_pattern("7ab-123").exact
    '7AB123'
    >>> parse_pattern("7AB[38]*").regex
    '^7AB[38].{0,7}$'
    """
    given = text.strip().upper()
    if len(given) > 10 * MAX_PLATE_CHARACTERS:
        raise PatternError("The plate pattern is too long", given=text, allowed=_SYNTAX)
    pieces = _pieces(given)
    if not any(kind != "*" for kind, _ in pieces):
        raise PatternError(
            "The plate pattern finds everything",
            given=text,
            allowed=_SYNTAX,
            next_step="name at least one character, or leave the plate out",
        )
    if sum(kind != "*" for kind, _ in pieces) > MAX_PLATE_CHARACTERS:
        raise PatternError(
            "The plate pattern is longer than a plate",
            given=text,
            allowed=f"at most {MAX_PLATE_CHARACTERS} characters beside the stars",
        )
    wild = next((i for i, (kind, _) in enumerate(pieces) if kind != "literal"), len(pieces))
    prefix = "".join(piece for _, piece in pieces[:wild])
    return PlatePattern(
        text=given,
        exact=prefix if wild == len(pieces) else None,
        prefix=prefix,
        regex="^" + "".join(piece for _, piece in pieces) + "$",
    )


def _pieces(given: str) -> list[tuple[str, str]]:
    pieces: list[tuple[str, str]] = []
    position = 0
    while position < len(given):
        character = given[position]
        if character == "[":
            end = given.find("]", position)
            pieces.append(("set", _set(given, given[position + 1 : end] if end > 0 else "")))
            position = end
        elif character in _WILD:
            pieces.append((character, _WILD[character]))
        elif character == "]":
            raise PatternError("A ] closes nothing", given=given, allowed=_SYNTAX)
        else:
            pieces.extend(("literal", plain) for plain in normal_plate(character))
        position += 1
    return pieces


def _set(given: str, inside: str) -> str:
    if not inside or normal_plate(inside) != inside:
        raise PatternError(
            "A set in the plate pattern is empty, not closed, or holds more than characters",
            given=given,
            allowed="letters and digits between [ and ], such as [38B]",
        )
    return f"[{''.join(sorted(set(inside)))}]"

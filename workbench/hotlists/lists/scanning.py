"""What does not belong into a list of wanted plates; found texts are never repeated anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from workbench.errors import ListFileError

# As the Social Security Administration gives them: no 000, 666 or 9xx, no 00, no 0000. Between the
# parts a dash of any length, a dot, or a blank that may be one that holds words together.
_NUMBER = re.compile(
    r"(?<![0-9])(?!000|666|9)[0-9]{3}([-. \u00a0\u2010-\u2015])(?!00)[0-9]{2}\1(?!0000)[0-9]{4}"
    r"(?![0-9])"
)
_TEXTS = re.compile(
    r"(?P<label>\bS\.?S\.?N\b|(?<![A-Z])SOC(?:IAL)?\.?[ _-]?SEC(?:URITY)?(?![A-Z]))"
    r"|(?P<person>(?<![A-Z0-9])(?:FBI|CII)[ _.:#-]*(?:NO(?![A-Z])|NUM|\#|[A-Z]?[0-9]{5}))"
    r"|(?<![A-Z])CRIM(?:INAL)?\.?[ _-]?(?:HIST(?:ORY|ORIES)?|RECORD|OFFENDER[ _-]?RECORD)(?![A-Z])"
    r"|(?<![A-Z])RAP[ _-]?SHEET|\bCORI\b"
    r"|(?<![A-Z])PRIOR[ _-](?:FELON|MISDEMEANOR|ARREST|CONVICTION|OFFEN[SC]E|RECORD)"
    r"|\bPRIORS\b|(?<![A-Z])CONVICTION|\bCONVICTED\b|(?<![A-Z])ARREST[ _-]?(?:HISTORY|RECORD)"
)
_WORDS = ("SSN", "S.S.N", "SOC", "CRIM", "RAP", "PRIOR", "CONVICT", "ARREST", "CORI", "CII", "FBI")
_NUMBERS, _HISTORY = "a social security number", "text of a criminal history"
_PERSON = "a number of a person's criminal record"


def refuse_what_does_not_belong(
    first: int, lines: Sequence[str], bare: Callable[[str], str] = str
) -> None:
    """Refuse lines that hold social security, FBI or CII numbers, or text of a criminal history.

    Parameters
    ----------
    first
        Number of the first line.
    lines
        As they stand in the file.
    bare
        Gives a line without its plate: a plate may spell any word, but no such number.

    Raises
    ------
    ListFileError
        Names the line and the kind of text, and nothing of the text.

    Examples
    --------
    >>> refuse_what_does_not_belong(1, ["7ABC123,CA,Blue Honda"])
    """
    block = "\n".join(lines).upper()
    number = _NUMBER.search(block)
    if number is not None:
        raise _refusal(first + block.count("\n", 0, number.start()), _NUMBERS)
    for line in sorted(_suspects(block)):
        found = _TEXTS.search(bare(lines[line]).upper())
        if found is not None:
            raise _refusal(first + line, _kind(found))


def _suspects(block: str) -> set[int]:
    """Return the lines with a word of interest; a pattern over everything is ten times slower."""
    found = set()
    for word in _WORDS:
        at = block.find(word)
        while at >= 0:
            found.add(block.count("\n", 0, at))
            at = block.find(word, at + 1)
    return found


def _kind(found: re.Match[str]) -> str:
    if found["label"]:
        return _NUMBERS
    return _PERSON if found["person"] else _HISTORY


def _refusal(line: int, kind: str) -> ListFileError:
    return ListFileError(
        f"The file holds what looks like {kind}, which does not belong into a list of plates",
        allowed="plates, and what describes the vehicle and the record",
        next_step="have it taken out at the source; nothing of the file was kept",
        where={"line": line},
    )

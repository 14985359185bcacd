"""What does not belong into a list of wanted plates; found texts are never repeated anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from workbench.errors import ListFileError

# As the Social Security Administration gives them: no 000, 666 or 9xx, no 00, no 0000.
_NUMBER = re.compile(
    r"(?<![0-9])(?!000|666|9)[0-9]{3}([-. ])(?!00)[0-9]{2}\1(?!0000)[0-9]{4}(?![0-9])"
)
_TEXTS = re.compile(
    r"(?P<label>\bS\.?S\.?N\b|\bSOC(?:IAL)?\.?[ _]SEC(?:URITY)?\b)"
    r"|\bCRIM(?:INAL)?\.?[ _](?:HIST(?:ORY|ORIES)?|RECORD|OFFENDER[ _]RECORD)\b"
    r"|\bRAP[ _-]?SHEET|\bCORI\b|\bCII[ _](?:NO|NUM|#|[0-9])"
    r"|\bPRIOR[ _](?:FELON|MISDEMEANOR|ARREST|CONVICTION|OFFEN[SC]E|RECORD)"
    r"|\bPRIORS\b|\bCONVICTION|\bCONVICTED\b|\bARREST[ _](?:HISTORY|RECORD)"
)
_WORDS = ("SSN", "S.S.N", "SOC", "CRIM", "RAP", "PRIOR", "CONVICT", "ARREST", "CORI", "CII")
_NUMBERS, _HISTORY = "a social security number", "text of a criminal history"


def refuse_what_does_not_belong(
    first: int, lines: Sequence[str], bare: Callable[[str], str] = str
) -> None:
    """Refuse lines that hold social security numbers or text of a criminal history.

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
            raise _refusal(first + line, _NUMBERS if found["label"] else _HISTORY)


def _suspects(block: str) -> set[int]:
    """Return the lines with a word of interest; a pattern over everything is ten times slower."""
    found = set()
    for word in _WORDS:
        at = block.find(word)
        while at >= 0:
            found.add(block.count("\n", 0, at))
            at = block.find(word, at + 1)
    return found


def _refusal(line: int, kind: str) -> ListFileError:
    return ListFileError(
        f"The file holds what looks like {kind}, which does not belong into a list of plates",
        allowed="plates, and what describes the vehicle and the record",
        next_step="have it taken out at the source; nothing of the file was kept",
        where={"line": line},
    )

"""What does not belong into a list of wanted plates; found texts are never repeated anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

from workbench.errors import ListFileError

# As the Social Security Administration gives them: no 000, 666 or 9xx, no 00, no 0000.
_NUMBER = re.compile(
    r"(?<![0-9])(?!000|666|9)[0-9]{3}([-. ])(?!00)[0-9]{2}\1(?!0000)[0-9]{4}(?![0-9])"
)
_WORDS = ("SSN", "S.S.N", "SOCIAL", "CRIM", "RAP", "PRIOR", "CONVICT", "ARREST", "CORI", "CII")
_LABEL = re.compile(r"\bS\.?S\.?N\b|\bSOC(?:IAL)?\.?[ _]SEC(?:URITY)?\b")
_HISTORY = re.compile(
    r"\bCRIM(?:INAL)?\.?[ _](?:HIST(?:ORY|ORIES)?|RECORD|OFFENDER[ _]RECORD)\b"
    r"|\bRAP[ _-]?SHEET|\bCORI\b|\bCII[ _](?:NO|NUM|#|[0-9])"
    r"|\bPRIOR[ _](?:FELON|MISDEMEANOR|ARREST|CONVICTION|OFFEN[SC]E|RECORD)"
    r"|\bPRIORS\b|\bCONVICTION|\bCONVICTED\b|\bARREST[ _](?:HISTORY|RECORD)"
)
_NUMBERS, _TEXT = "a social security number", "text of a criminal history"


def refuse_what_does_not_belong(first: int, lines: list[str]) -> None:
    """Refuse lines that hold social security numbers or text of a criminal history.

    Parameters
    ----------
    first
        Number of the first line.
    lines
        As they stand in the file.

    Raises
    ------
    ListFileError
        Names the line and the kind of text, and nothing of the text.

    Examples
    --------
    >>> refuse_what_does_not_belong(1, ["7ABC123,CA,Blue Honda"])
    """
    block = "\n".join(lines).upper()
    suspects = any(word in block for word in _WORDS)
    if _NUMBER.search(block) is None and not suspects:
        return
    numbered = enumerate((line.upper() for line in lines), start=first)
    found = _first(numbered)
    if found is not None:
        line, kind = found
        raise ListFileError(
            f"The file holds what looks like {kind}, which does not belong into a list of plates",
            allowed="plates, and what describes the vehicle and the record",
            next_step="have it taken out at the source; nothing of the file was kept",
            where={"line": line},
        )


def _first(numbered: Iterable[tuple[int, str]]) -> tuple[int, str] | None:
    for number, line in numbered:
        if _NUMBER.search(line) or _LABEL.search(line):
            return number, _NUMBERS
        if _HISTORY.search(line):
            return number, _TEXT
    return None

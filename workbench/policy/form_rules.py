"""How a number or a text has to look that the policy asks for; the checks are in ``forms.py``."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from workbench.policy.life_rules import Paper
from workbench.policy.rule import Count, PolicyPart, Rule


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern, re.ASCII)
    except re.error as error:
        raise ValueError(f"Input should be a regular expression: {error}") from None
    return pattern


Shown = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Pattern = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(_compiles),
]


class NumberForm(PolicyPart):
    """How a number on paper is written.

    Attributes
    ----------
    pattern
        A regular expression that the whole number fits; digits are 0 to 9.
    example
        One that is taken, for people who are asked for it.
    """

    pattern: Pattern
    example: Shown

    @model_validator(mode="after")
    def _example_fits(self) -> Self:
        if not self.fits(self.example):
            raise ValueError("the example should fit the pattern")
        if self.fits("x"):
            raise ValueError("the pattern should not take a single letter")
        return self

    def fits(self, number: str) -> bool:
        """Return whether a number is written so."""
        return re.fullmatch(self.pattern, number, re.ASCII) is not None

    def __str__(self) -> str:
        """Show it by its example."""
        return f"such as {self.example}"


class WordsForm(PolicyPart):
    """How much a text has to say at least; what it says is for people to judge.

    Attributes
    ----------
    words
        Different words of two letters or more, in any script.
    letters
        Different letters in them.
    """

    words: Annotated[int, Field(gt=0, le=100)]
    letters: Count

    def __str__(self) -> str:
        """Say it in words."""
        words = "word" if self.words == 1 else "different words"
        return f"at least {self.words} {words} with {self.letters} different letters"


class FormRules(PolicyPart):
    """The numbers and texts that the policy asks people for, each with its form."""

    case_number: Rule[NumberForm]
    booking_number: Rule[NumberForm]
    phone: Rule[NumberForm]
    crime_report: Rule[NumberForm]
    department_memo: Rule[NumberForm]
    resolution: Rule[NumberForm]
    code_section: Rule[NumberForm]
    warrant: Rule[NumberForm]
    clets_response: Rule[WordsForm]
    vehicle_description: Rule[WordsForm]
    in_short: Rule[WordsForm]
    reason: Rule[WordsForm]
    note: Rule[WordsForm]
    synopsis: Rule[WordsForm]
    consent: Rule[WordsForm]
    remark: Rule[WordsForm]
    facts: Rule[WordsForm]

    def paper(self, paper: Paper) -> Rule[NumberForm]:
        """Return how the number of a paper about damaged equipment is written."""
        return self.crime_report if paper is Paper.CRIME_REPORT else self.department_memo

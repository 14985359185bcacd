"""The reports that there are, each with its notebook and its typed parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from workbench.domain.quarter import parse_quarter
from workbench.errors import ReportError
from workbench.reports.gathering import Gathering
from workbench.reports.material import Material
from workbench.reports.quarterly_audit import gather_quarterly_audit


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a report.

    Attributes
    ----------
    read
        Turns what was given into the value, or raises an error of ours.
    required
        Whether it must be given; the value is ``None`` where it is not.
    """

    name: str
    help: str
    read: Callable[[Any], Any]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """A report.

    Attributes
    ----------
    notebook
        File name in the folder of notebooks.
    section
        The rule that asks for it.
    gather
        Returns the material for the parameters' values.
    """

    name: str
    title: str
    section: str
    notebook: str
    parameters: tuple[Parameter, ...]
    gather: Callable[[Gathering, Mapping[str, Any]], Material]

    def checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the value of every parameter.

        Raises
        ------
        ReportError
            If one is unknown or missing.
        WorkbenchError
            If one cannot be read.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise ReportError(
                f"The report {self.name} has no such parameter",
                given=", ".join(unknown),
                allowed=", ".join(known),
                next_step=_meant(unknown[0], list(known)),
            )
        missing = [p.name for p in self.parameters if p.required and given.get(p.name) is None]
        if missing:
            raise ReportError(
                f"The report {self.name} lacks a parameter", allowed=", ".join(missing)
            )
        values = {name: given.get(name) for name in known}
        return {
            name: None if value is None else known[name].read(value)
            for name, value in values.items()
        }


def read_seed(given: Any) -> int:
    """Return a seed.

    Raises
    ------
    ReportError
        If it is no whole number from 0 to 2**63 - 1.
    """
    whole = isinstance(given, int) and not isinstance(given, bool)
    if not (whole and 0 <= given < 2**63):
        raise ReportError(
            "The seed cannot be taken", given=given, allowed="a whole number from 0 to 2**63 - 1"
        )
    return int(given)


REPORTS = (
    Report(
        name="quarterly-audit",
        title="Quarterly audit of queries",
        section="426.4.1 administrators (c)",
        notebook="report_quarterly_audit.ipynb",
        parameters=(
            Parameter("quarter", "Such as 2026Q3, in the department's time", parse_quarter),
            Parameter(
                "seed",
                "Of the sample; by default the head of the audit log",
                read_seed,
                required=False,
            ),
        ),
        gather=gather_quarterly_audit,
    ),
)
"""Every report, sorted by name."""


def find_report(name: str) -> Report:
    """Return a report by its name.

    Raises
    ------
    ReportError
        If there is none.

    Examples
    --------
    >>> find_report("quarterly-audit").notebook
    'report_quarterly_audit.ipynb'
    """
    known = {report.name: report for report in REPORTS}
    if name not in known:
        raise ReportError(
            "There is no such report",
            given=name,
            allowed=", ".join(known),
            next_step=_meant(name, list(known)),
        )
    return known[name]


def _meant(given: str, known: list[str]) -> str | None:
    close = get_close_matches(given, known, n=1)
    return f"did you mean {close[0]}?" if close else None

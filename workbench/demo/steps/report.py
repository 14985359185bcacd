"""The quarterly audit of queries, executed as a notebook to one HTML page."""

from __future__ import annotations

from workbench.demo.casework import last_quarter
from workbench.demo.stage import ORIGIN, Report, Stage
from workbench.reports.catalogue import find_report
from workbench.reports.runner import make_report


def make_quarterly_audit(stage: Stage, report: Report) -> str:  # noqa: ARG001 - it is one act
    """Make the report of the last whole quarter of the city's year."""
    quarter = str(last_quarter(stage.city.ending))
    made = make_report(
        stage.now,
        find_report("quarterly-audit"),
        {"quarter": quarter, "seed": stage.city.seed},
        actor=None,
        origin=ORIGIN,
    )
    return f"{quarter} under access {made.access_id}: {made.file}"

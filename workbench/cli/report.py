"""`workbench report`: what reports there are, and making one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from workbench.cli.acting import acting
from workbench.cli.origin import command_origin
from workbench.cli.terminal import say
from workbench.domain.person import Actor, Channel
from workbench.reports.catalogue import REPORTS, find_report
from workbench.reports.runner import MadeReport, make_report
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
AsJob = Annotated[
    bool,
    typer.Option("--as-job", help="For a timer: nobody signs in, and the log names a job"),
]
Out = Annotated[Path | None, typer.Option(help="A new file; WORKBENCH_HOME/reports by default")]


@app.command("list")
def list_reports(as_json: AsJson = False) -> None:
    """Show the reports and their parameters."""
    for report in REPORTS:
        parameters = {p.name: p.help for p in report.parameters}
        if as_json:
            said = {"name": report.name, "title": report.title, "section": report.section}
            say(json.dumps(said | {"parameters": parameters}))
            continue
        say(f"{report.name}  {report.title} ({report.section})")
        for name, text in parameters.items():
            say(f"  --{name}  {text}")


@app.command("quarterly-audit")
def quarterly_audit(
    *,
    quarter: Annotated[str, typer.Option(help="Such as 2026Q3, in the department's time")],
    seed: Annotated[
        int | None, typer.Option(help="Of the sample; by default the head of the audit log")
    ] = None,
    out: Out = None,
    as_job: AsJob = False,
    as_json: AsJson = False,
) -> None:
    """Make the quarterly audit: a sample of queries, who, why, when, and the log's state."""
    _make("quarterly-audit", {"quarter": quarter, "seed": seed}, out, as_job, as_json)


def _make(name: str, given: dict[str, Any], out: Path | None, as_job: bool, as_json: bool) -> None:
    report = find_report(name)
    report.checked(given)  # before anybody signs in for nothing
    with open_runtime(load_settings()) as runtime, _for_whom(runtime, as_job=as_job) as actor:
        origin = replace(command_origin(), channel=Channel.JOB if as_job else Channel.COMMAND)
        made = make_report(runtime, report, given, actor=actor, origin=origin, out=out)
    _tell(made, as_json=as_json)


@contextmanager
def _for_whom(runtime: Runtime, *, as_job: bool) -> Iterator[Actor | None]:
    if as_job:
        yield None
        return
    with acting(runtime) as actor:
        yield actor


def _tell(made: MadeReport, *, as_json: bool) -> None:
    if as_json:
        said = {"file": str(made.file), "sha256": made.sha256, "access_id": made.access_id}
        say(json.dumps({"report": made.name, **said, "facts": dict(made.facts)}))
        return
    say(f"{made.file}")
    say(f"SHA-256 {made.sha256}, in the audit log under record {made.access_id}")

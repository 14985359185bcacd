"""`workbench hotlists approve` and `share`: special lists, which need the captain."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Annotated

import typer

from workbench.audit.csv_cells import safe_cell
from workbench.cli.acting import acting
from workbench.cli.terminal import say
from workbench.errors import HotListError
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]


@app.command()
def approve(
    code: Annotated[str | None, typer.Argument(help="The special list; it may come later")] = None,
    *,
    agency: Annotated[
        str | None, typer.Option(help="Approve sharing with it instead of loading")
    ] = None,
    end: Annotated[int | None, typer.Option(help="End the approval of that number")] = None,
    reason: Annotated[str, typer.Option(help="In words; logged")] = "",
    as_json: AsJson = False,
) -> None:
    """Record that the captain or a designee approves a special list, or end an approval."""
    if (code is None) == (end is None):
        raise HotListError("Say what is approved", allowed="the code of a list, or --end NUMBER")
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        approvals = runtime.hot_lists.approvals
        if code is not None:
            done = approvals.approve(actor, code, reason=reason, agency=agency)
        else:
            done = approvals.end(actor, end or 0)
    if as_json:
        told = {"approval": done.id, "list": done.list_code, "agency": done.agency}
        say(json.dumps(told | {"ended": done.ended_at is not None}))
        return
    what = f"sharing {done.list_code} with {done.agency}" if done.agency else done.list_code
    say(f"approval {done.id} of {what} {'ended' if done.ended_at else 'recorded'}")


@app.command()
def share(
    code: Annotated[str, typer.Argument(help="A special list")],
    *,
    agency: Annotated[str, typer.Option(help="As the captain authorised it")],
    out: Annotated[Path, typer.Option(help="A new file, CSV")],
    as_json: AsJson = False,
) -> None:
    """Write a special list to a file for another agency; refused without authorisation."""
    if out.exists():
        raise HotListError("The file is there already", given=str(out), allowed="a new file")
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        shared = runtime.hot_lists.sharing.share(actor, code, agency)
    with out.open("x", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("plate", "state", "effective", "expires"))
        writer.writerows([safe_cell(cell or "") for cell in row] for row in shared.rows)
    told = {"list": code, "agency": agency, "approval": shared.approval_id}
    if as_json:
        say(json.dumps(told | {"entries": len(shared.rows), "file": str(out)}))
    else:
        say(f"{len(shared.rows)} entries under approval {shared.approval_id}: {out}")

"""`workbench demands`: subpoenas, court orders, requests for discovery, and disclosure on them."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from workbench.cli.acting import acting
from workbench.cli.given_files import read_given
from workbench.cli.read_options import (
    CamerasOption,
    CircleOption,
    CornersOption,
    DetectionsOption,
    FromOption,
    PlateOption,
    RegionsOption,
    ToOption,
    given_reads,
)
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import say
from workbench.domain.release import DemandKind
from workbench.errors import DemandError
from workbench.runtime import open_runtime
from workbench.settings import load_settings
from workbench.sharing.demands.demand import FiledDemand, LawfulDemand
from workbench.sharing.demands.desk import LARGEST_DOCUMENT_BYTES, Disclosing, state_disclosure

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Number = Annotated[int, typer.Argument(metavar="DEMAND")]


@app.command()
def record(
    *,
    document: Annotated[Path, typer.Option(help="The paper as it came; kept as it is")],
    kind: Annotated[DemandKind, typer.Option(help="What it is")],
    court: Annotated[str, typer.Option(help="That issued it, or before which the case is")],
    issued: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Date on the paper")],
    case_number: Annotated[str, typer.Option("--case", help="The department's case")],
    asked_by: Annotated[str, typer.Option(help="Who gets what is disclosed")],
    asked_for: Annotated[str, typer.Option(help="What data, in the paper's words")],
    received_by: Annotated[
        str | None, typer.Option(help="User name of who received it, if somebody else")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a lawful demand on file with its document: the records custodian."""
    content = read_given(document, LARGEST_DOCUMENT_BYTES)
    demand = LawfulDemand(
        kind=kind,
        court=court,
        issued_on=date(issued.year, issued.month, issued.day),
        case_number=case_number,
        asked_by=asked_by,
        asked_for=asked_for,
    )
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        filed = runtime.sharing.demands.record(actor, demand, content, received_by=received_by)
    _tell(filed, as_json=as_json)


@app.command("list")
def list_demands(as_json: AsJson = False) -> None:
    """List lawful demands, the newest first."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.sharing.demands.list(actor)
    if as_json:
        say(json.dumps({"demands": [one.as_json() for one in found]}))
        return
    rows = [
        (one.id, one.demand.kind.value, one.demand.court, one.demand.case_number, len(one.packages))
        for one in found
    ]
    columns = ("demand", "kind", "court", "case", "disclosed")
    show_table(columns, rows, none="No demand is on file")


@app.command()
def show(number: Number, *, as_json: AsJson = False) -> None:
    """Show a lawful demand."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.sharing.demands.show(actor, number)
    _tell(found, as_json=as_json)


@app.command()
def original(number: Number, *, out: Annotated[Path, typer.Option(help="A new file")]) -> None:
    """Write the document of a demand to a file, as it came."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        content = runtime.sharing.demands.document(actor, number)
    try:
        with out.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise DemandError("The file is there already", given=str(out)) from error
    say(str(out))


@app.command()
def disclose(
    number: Number,
    *,
    out: Annotated[Path, typer.Option(help="A new folder, on the medium")],
    hold: Annotated[int | None, typer.Option(help="All reads under this hold")] = None,
    plate: PlateOption = None,
    start: FromOption = None,
    end: ToOption = None,
    circle: CircleOption = None,
    corner: CornersOption = None,
    camera: CamerasOption = None,
    region: RegionsOption = None,
    detection: DetectionsOption = None,
    two_sided: Annotated[bool, typer.Option(help="Pack what speaks against too")] = True,
    inquiry: Annotated[UUID | None, typer.Option(help="An open one of yours, in its case")] = None,
    purpose: Annotated[str | None, typer.Option(help="Opens an inquiry for this")] = None,
    as_json: AsJson = False,
) -> None:
    """Disclose to a court or the defence on a demand that is on file; a logged look."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        place, origin = (circle, corner), (camera, region)
        reads = given_reads(plate, (start, end), place, origin, detection, zone=zone)
        if inquiry is None and purpose is None:
            raise DemandError("Under which purpose?", allowed="--inquiry ID, or --purpose")
        demands = runtime.sharing.demands
        under = inquiry or state_disclosure(
            runtime.inquiries, demands, actor, number, purpose or ""
        )
        given = Disclosing(
            inquiry_id=under, out=out, reads=reads, hold_id=hold, two_sided=two_sided
        )
        made = demands.disclose(actor, number, given)
    told = f"package {made.id}: {made.reads} reads, {made.pictures} pictures in {made.folder}"
    say(json.dumps(made.as_json()) if as_json else told)


def _tell(filed: FiledDemand, *, as_json: bool) -> None:
    if as_json:
        say(json.dumps(filed.as_json()))
        return
    said = filed.demand
    kind = said.kind.value.replace("_", " ")
    say(f"demand {filed.id}: {kind} of {said.issued_on}, {said.court}")
    say(f"case {said.case_number}; for {said.asked_by}: {said.asked_for}")
    say(f"kept as {filed.document_sha256}; received by {filed.received_by}")
    if filed.packages:
        say(f"disclosed: package {', '.join(map(str, filed.packages))}")

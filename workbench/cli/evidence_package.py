"""`workbench evidence package`: makes one, under an inquiry that is open or opened for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from workbench.cli.acting import acting
from workbench.cli.given_inquiry import InquiryOption, PurposeOption, under_inquiry
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
from workbench.cli.terminal import say
from workbench.retention.evidence.order import Order
from workbench.retention.evidence.package import Package
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]


@app.command()
def package(
    *,
    out: Annotated[Path, typer.Option(help="A new folder, on the medium")],
    hold: Annotated[int | None, typer.Option(help="Pack all reads under this hold")] = None,
    plate: PlateOption = None,
    start: FromOption = None,
    end: ToOption = None,
    circle: CircleOption = None,
    corner: CornersOption = None,
    camera: CamerasOption = None,
    region: RegionsOption = None,
    detection: DetectionsOption = None,
    inquiry: InquiryOption = None,
    purpose: PurposeOption = None,
    reason: Annotated[str, typer.Option(help="Of that inquiry, in words")] = "",
    case_number: Annotated[str | None, typer.Option("--case", help="Of that inquiry")] = None,
    booking: Annotated[str | None, typer.Option(help="Evidence booking number, if known")] = None,
    two_sided: Annotated[
        bool, typer.Option("--two-sided", help="Pack what speaks against too")
    ] = False,
    accesses: Annotated[bool, typer.Option(help="Say who looked at the reads, and why")] = True,
    as_json: AsJson = False,
) -> None:
    """Make a package for the own evidence room in a new folder; a logged look.

    Nothing of it is for anybody else: `workbench releases fulfil` makes what 426.9 releases.
    """
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        place, origin = (circle, corner), (camera, region)
        order = Order(
            hold_id=hold,
            reads=given_reads(plate, (start, end), place, origin, detection, zone=zone),
            two_sided=two_sided,
            accesses=accesses,
        )
        with under_inquiry(
            runtime, actor, inquiry, purpose=purpose, reason=reason, case_number=case_number
        ) as under:
            made = runtime.evidence.make_package(actor, under, order, out=out, booking=booking)
    say(*([json.dumps(made.as_json())] if as_json else _told(made).splitlines()))


def _told(made: Package) -> str:
    return (
        f"package {made.id}: {made.reads} reads, {made.pictures} pictures in {made.folder}\n"
        f"Seal {made.seal}; access {made.access_id}\n"
        "Verify it where it ends up: workbench evidence verify FOLDER"
    )

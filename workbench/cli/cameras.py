"""`workbench cameras`: the cameras that the department knows."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from workbench.cli.origin import command_origin
from workbench.cli.terminal import PlainTable, say
from workbench.detections.cameras import Camera, CameraKind
from workbench.domain.place import Point
from workbench.errors import PlaceError
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]


@app.command()
def add(
    camera_id: Annotated[str, typer.Argument(metavar="ID", help="As its reads name it")],
    *,
    name: Annotated[str, typer.Option(help="As people call it")],
    kind: Annotated[CameraKind, typer.Option()] = CameraKind.FIXED,
    lon: Annotated[float | None, typer.Option(help="Degrees; needed for a fixed camera")] = None,
    lat: Annotated[float | None, typer.Option(help="Degrees; needed for a fixed camera")] = None,
    heading_deg: Annotated[
        float | None, typer.Option("--heading", help="Where it looks, degrees from north")
    ] = None,
    source_system: Annotated[str | None, typer.Option("--system", help="Such as LEARN")] = None,
) -> None:
    """Add a camera; a read that names it is then known."""
    if (lon is None) != (lat is None):
        raise PlaceError("Half of the position is missing", given=(lon, lat), allowed="both")
    new = Camera(
        id=camera_id,
        name=name,
        kind=kind,
        position=None if lon is None or lat is None else Point(lon, lat),
        heading_deg=heading_deg,
        source_system=source_system,
    )
    with open_runtime(load_settings()) as runtime:
        runtime.cameras.add(None, new, origin=command_origin())
    say(f"added {camera_id}")


@app.command("list")
def list_cameras(as_json: AsJson = False) -> None:
    """List the cameras."""
    with open_runtime(load_settings()) as runtime:
        cameras = runtime.cameras.all()
    if as_json:
        say(json.dumps({"cameras": [asdict(camera) for camera in cameras]}))
        return
    table = PlainTable("id", "name", "kind", "lon", "lat", "heading", "active")
    for camera in cameras:
        at = camera.position
        place = (f"{at.lon:.6f}", f"{at.lat:.6f}") if at else ("", "")
        heading = "" if camera.heading_deg is None else f"{camera.heading_deg:g}"
        active = "yes" if camera.active else "no"
        table.add_row(camera.id, camera.name, camera.kind.value, *place, heading, active)
    Console().print(table)

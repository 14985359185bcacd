"""`workbench equipment` about what there is: sites, cars, and where cameras are put."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from workbench.cli.acting import acting
from workbench.cli.equipment_options import AsJson, At, CameraId, Unit, instant, tell
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import say
from workbench.domain.place import Point
from workbench.fleet.as_json import place_words
from workbench.fleet.places import PutUp
from workbench.fleet.registry import Site, Vehicle
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer()


@app.command("add-site")
def add_site(
    name: Annotated[str, typer.Argument(help="As people call it")],
    *,
    address: Annotated[str, typer.Option()],
    lon: Annotated[float, typer.Option(help="Degrees")],
    lat: Annotated[float, typer.Option(help="Degrees")],
    owner: Annotated[str | None, typer.Option(help="Whose ground or pole it is")] = None,
    public_owner: Annotated[
        bool | None, typer.Option("--public-owner/--private-owner", help="If that is known")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a place at which cameras stand."""
    new = Site(
        name=name,
        address=address,
        position=Point(lon, lat),
        owner=owner,
        public_owner=public_owner,
    )
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        runtime.fleet.registry.add_site(actor, new)
    tell(asdict(new), f"added {name}", as_json=as_json)


@app.command("add-car")
def add_car(
    unit: Unit,
    *,
    description: Annotated[str, typer.Option(help="What car it is")],
    marked: Annotated[
        bool, typer.Option("--marked/--unmarked", help="Readers of marked cars are always on")
    ] = True,
    in_use: Annotated[bool, typer.Option("--in-use/--sold")] = True,
    change: Annotated[
        bool, typer.Option("--change", help="Put this in the place of the car of that number")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add a car that carries readers, or change what is on record about one."""
    new = Vehicle(unit=unit, description=description, marked=marked, active=in_use)
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        registry = runtime.fleet.registry
        (registry.change_vehicle if change else registry.add_vehicle)(actor, new)
    tell(asdict(new), f"{'changed' if change else 'added'} {unit}", as_json=as_json)


@app.command()
def put(
    camera_id: CameraId,
    *,
    site: Annotated[str | None, typer.Option(help="Name of the site")] = None,
    car: Annotated[str | None, typer.Option(help="Number of the car that carries it")] = None,
    heading_deg: Annotated[
        float | None, typer.Option("--heading", help="Where it looks, degrees from north")
    ] = None,
    direction: Annotated[
        str | None, typer.Option(help="Direction of travel that it reads, in words")
    ] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Put a camera up at a site or on a car; where it was before, it is not any more."""
    where = PutUp(site=site, vehicle=car, heading_deg=heading_deg, direction=direction)
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        number = runtime.fleet.places.put(actor, camera_id, where, from_at=instant(runtime, at))
    told = {"installation": number, "camera_id": camera_id, **asdict(where)}
    tell(told, f"{camera_id} is at {site or f'car {car}'}", as_json=as_json)


@app.command("take-down")
def take_down(
    camera_id: CameraId,
    *,
    because: Annotated[str, typer.Option(help="In words; logged")],
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Take a camera down; from then on nothing is expected of it."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        runtime.fleet.places.take_down(
            actor, camera_id, because=because, until_at=instant(runtime, at)
        )
    tell({"camera_id": camera_id, "because": because}, f"{camera_id} is down", as_json=as_json)


@app.command("list")
def list_equipment(*, as_json: AsJson = False) -> None:
    """List sites, cars, and where each camera is."""
    with open_runtime(load_settings()) as runtime:
        sites, cars = runtime.fleet.registry.sites(), runtime.fleet.registry.vehicles()
        cameras, standing = runtime.cameras.all(), runtime.fleet.places.standing()
    where = {each.id: place_words(standing.get(each.id)) for each in cameras}
    if as_json:
        told = [{**asdict(camera), "place": where[camera.id]} for camera in cameras]
        listed = {"sites": [asdict(s) for s in sites], "cars": [asdict(c) for c in cars]}
        say(json.dumps({**listed, "cameras": told}))
        return
    known = {True: "public", False: "private", None: ""}
    show_table(
        ("site", "address", "owner", "ground"),
        ((s.name, s.address, s.owner, known[s.public_owner]) for s in sites),
        none="No sites",
    )
    show_table(
        ("car", "description", "marked", "in use"),
        ((c.unit, c.description, c.marked, c.active) for c in cars),
        none="No cars with readers",
    )
    show_table(
        ("camera", "name", "kind", "place", "in use"),
        ((c.id, c.name, c.kind, where[c.id], c.active) for c in cameras),
        none="No cameras",
    )

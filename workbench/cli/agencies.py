"""`workbench agencies`: the register of who may have data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from workbench.cli.acting import acting
from workbench.cli.given_files import read_given
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import say
from workbench.domain.recipient import AgencyDuty, RecipientKind
from workbench.runtime import open_runtime
from workbench.settings import load_settings
from workbench.sharing.agencies.agency import Agency, AgencyProfile
from workbench.sharing.agencies.importing import LARGEST_FILE_BYTES, read_agencies

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Name = Annotated[str, typer.Argument(help="As the register or an alias has it")]
Reason = Annotated[str, typer.Option(help="In words; logged")]
Aliases = Annotated[
    list[str] | None, typer.Option("--alias", help="Another writing of it; may be repeated")
]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Its full name; never changed")],
    *,
    kind: Annotated[RecipientKind, typer.Option(help="What it is")],
    duty: Annotated[AgencyDuty, typer.Option(help="What it is there for")],
    state: Annotated[str | None, typer.Option(help="Two letters")] = None,
    alias: Aliases = None,
    as_json: AsJson = False,
) -> None:
    """Enter an agency; somebody else verifies it."""
    profile = AgencyProfile(
        name=name, kind=kind, duty=duty, state=state, aliases=tuple(alias or ())
    )
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.sharing.agencies.add(actor, profile)
    _tell([done], as_json=as_json)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV: name, kind, duty, state, aliases (a|b)")],
    *,
    as_json: AsJson = False,
) -> None:
    """Enter the agencies of a CSV file, all of them or none."""
    profiles = read_agencies(read_given(file, LARGEST_FILE_BYTES))
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        begun = runtime.clock()
        done = runtime.sharing.agencies.import_all(actor, profiles)
    if done and all(one.added_at < begun for one in done):
        say("already loaded: the register has all of them just so", err=True)
    _tell(done, as_json=as_json)


@app.command()
def change(
    name: Name,
    *,
    kind: Annotated[RecipientKind | None, typer.Option()] = None,
    duty: Annotated[AgencyDuty | None, typer.Option()] = None,
    state: Annotated[str | None, typer.Option(help="Two letters; none: no state")] = None,
    alias: Aliases = None,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Nothing goes to one off")] = None,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Say anew what an agency is, which has to be verified again, or switch it on or off."""
    said: dict[str, Any] = {"kind": kind, "duty": duty}
    said = {key: value for key, value in said.items() if value is not None}
    if state is not None:
        said["state"] = None if state == "none" else state
    if alias:
        said["aliases"] = tuple(alias)
    if bool(said) == (on is not None):
        raise typer.BadParameter("say what it is, or --on, or --off")
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        agencies = runtime.sharing.agencies
        if on is None:
            done = agencies.change(actor, name, reason=reason, **said)
        else:
            done = agencies.switch(actor, name, on=on, reason=reason)
    _tell([done], as_json=as_json)


@app.command()
def verify(
    names: Annotated[list[str], typer.Argument(metavar="NAME...")],
    *,
    how: Annotated[str, typer.Option(help="Such as: called back by its public number")],
    as_json: AsJson = False,
) -> None:
    """Record that agencies are what the register says; not by who entered them."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = [runtime.sharing.agencies.verify(actor, name, how=how) for name in names]
    _tell(done, as_json=as_json)


@app.command("list")
def list_agencies(
    *,
    unverified: Annotated[bool, typer.Option("--unverified", help="Only these")] = False,
    as_json: AsJson = False,
) -> None:
    """List the register."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.sharing.agencies.all(actor)
    wanted = [one for one in found if not (unverified and one.verified_at)]
    if as_json:
        say(json.dumps({"agencies": [one.as_json() for one in wanted]}))
        return
    show_table(
        ("name", "kind", "duty", "state", "on", "verified by"),
        map(_row, wanted),
        none="No agency is in the register",
    )


def _row(one: Agency) -> tuple[object, ...]:
    said = one.profile
    names = "; also ".join((said.name, *said.aliases))
    kind, duty = said.kind.value.replace("_", " "), said.duty.value.replace("_", " ")
    return names, kind, duty, said.state, one.enabled, one.verified_by or "nobody"


def _tell(done: list[Agency] | tuple[Agency, ...], *, as_json: bool) -> None:
    if as_json:
        say(json.dumps({"agencies": [one.as_json() for one in done]}))
        return
    for one in done:
        verified = f"verified by {one.verified_by}" if one.verified_by else "unverified"
        say(f"{one.name}: {one.profile.kind}, {'on' if one.enabled else 'off'}, {verified}")

"""`workbench evidence`: packages for portable media, made, booked and verified."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from workbench.audit.keys import public_key
from workbench.cli import evidence_package
from workbench.cli.acting import acting
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import say
from workbench.retention.evidence.package import Package
from workbench.retention.evidence.verifying import Verdict, verify_package
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(evidence_package.app)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="A package, wherever it was moved")],
    *,
    public_keys: Annotated[
        list[Path] | None,
        typer.Option("--public-key", help="The department's, from elsewhere; may be repeated"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify a package, without a database or settings. Exit code 1: something is wrong."""
    found = verify_package(folder, *(public_key(file) for file in public_keys or ()))
    if as_json:
        say(json.dumps(found.as_json()))
    else:
        _tell(found)
    raise typer.Exit(int(not found.whole))


@app.command()
def book(
    package_id: Annotated[int, typer.Argument(metavar="PACKAGE")],
    *,
    number: Annotated[str, typer.Option(help="The evidence booking number")],
    as_json: AsJson = False,
) -> None:
    """Record under which number a package was booked into evidence."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        booked = runtime.evidence.book(actor, package_id, number)
    say(json.dumps(booked.as_json()) if as_json else f"package {package_id}: {number}")


@app.command("list")
def list_packages(as_json: AsJson = False) -> None:
    """List your packages, or everybody's where that is your duty; newest first.

    Exit code 1: the making of one was cut off.
    """
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.evidence.all(actor)
    cut_off = any(one.state.value == "begun" for one in found)
    if as_json:
        say(json.dumps({"packages": [one.as_json() for one in found]}))
        raise typer.Exit(int(cut_off))
    columns = ("package", "state", "case", "reads", "begun (UTC)", "by", "booked", "folder")
    show_table(columns, map(_row, found), none="No package was made")
    raise typer.Exit(int(cut_off))


@app.command()
def unbooked(
    *,
    as_job: Annotated[
        bool, typer.Option("--as-job", help="For a timer: nobody signs in, and no plate is told")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List packages that lie under no booking number. Exit code 1: there is one."""
    with open_runtime(load_settings()) as runtime:
        if as_job:
            found = runtime.evidence.unbooked(None)
        else:
            with acting(runtime) as actor:
                found = runtime.evidence.unbooked(actor)
    told = [
        {"package": one.id, "made_by": one.begun_by, "since": _since(one), "for": _for(one)}
        for one in found
    ]
    if as_json:
        say(json.dumps({"unbooked": told}))
    else:
        columns = ("package", "made by", "since (UTC)", "for")
        show_table(columns, (tuple(each.values()) for each in told), none="Every package is booked")
    raise typer.Exit(int(bool(found)))


@app.command()
def settle(as_json: AsJson = False) -> None:
    """Find out what became of packages whose making was cut off; logged."""
    with open_runtime(load_settings()) as runtime:
        settled = runtime.evidence.settle()
    told = [{"package": one.package_id, "state": one.state.value} for one in settled]
    if as_json:
        say(json.dumps({"settled": told}))
        return
    for one in settled:
        say(f"package {one.package_id}: {one.state.value}")
    say(f"{len(settled)} settled")


def _since(one: Package) -> str:
    return f"{one.made_at:%Y-%m-%d %H:%M}"


def _for(one: Package) -> str:
    recipient = one.order.recipient
    if recipient is None:
        return "the own evidence room"
    if recipient.demand_id is not None:
        return f"demand {recipient.demand_id}"
    return f"release {recipient.request_id}"


def _row(one: Package) -> list[str]:
    reads = "" if one.reads is None else str(one.reads)
    begun = f"{one.begun_at:%Y-%m-%d %H:%M}"
    booked = one.bookings[-1] if one.bookings else ""
    who = (one.case_number or "", reads, begun, one.begun_by, booked, one.folder)
    return [str(one.id), one.state.value, *who]


def _tell(found: Verdict) -> None:
    for problem in found.problems:
        say(f"WRONG: {problem.file} {problem.what}")
    if found.problems:
        say("This is not the package as it was made. Do not rely on it.")
        return
    said = found.contents
    say(f"Whole: package {said['package']} of {said['department']}, {said['reads']} reads")
    if said["released_to"]:
        say(said["released_to"])
    say(f"Signed with the key of SHA-256 {found.fingerprint}")
    if not found.trusted:
        say("Compare it with what the department says, or name its key with --public-key.")

"""`workbench alerts targets`: set up where alerts go, list it, switch it, try it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, time
from typing import Annotated, Any

import typer
from rich.console import Console

from workbench.cli.acting import acting
from workbench.cli.terminal import PlainTable, say
from workbench.domain.alert import Level, TargetKind
from workbench.domain.hot_entry import Category
from workbench.errors import AlertTargetError
from workbench.hotlists.alerts.open import open_trying
from workbench.hotlists.alerts.quiet_hours import QuietHours
from workbench.hotlists.alerts.target import Target
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Name = Annotated[str, typer.Argument()]


@app.command()
def add(
    name: Name,
    kind: Annotated[TargetKind, typer.Argument()],
    address: Annotated[str, typer.Argument(help="https://..., a mail address, or a folder")],
    *,
    secret: Annotated[
        str | None, typer.Option(help="Name of the secret of a web address; made if there is none")
    ] = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="It lies in the department's own network")
    ] = False,
    level: Annotated[list[Level] | None, typer.Option(help="Only these; may be repeated")] = None,
    category: Annotated[
        list[Category] | None, typer.Option(help="Only these; may be repeated")
    ] = None,
    notices: Annotated[
        bool, typer.Option("--notices", help="Also late lists, failed loads, cut hot plates")
    ] = False,
    person: Annotated[
        str | None, typer.Option(help="User name of whose it is: gets their own hot plates' hits")
    ] = None,
    agency: Annotated[
        str | None,
        typer.Option(help="Whose it is, if it lies outside: ours, or one with an approved share"),
    ] = None,
    quiet: Annotated[
        str | None, typer.Option(help="Local time, such as 22:00-06:00; what is high comes anyway")
    ] = None,
) -> None:
    """Set up a target and switch it on; you are asked who you are.

    The secret lies in a file that only this account may read: give the receiver its first line.
    """
    new = Target(
        name=name,
        kind=kind,
        address=address,
        secret_name=secret,
        internal=internal,
        levels=frozenset(level or Level),
        categories=frozenset(category or ()),
        notices=notices,
        person=person,
        agency=agency,
        quiet=None if quiet is None else _quiet(quiet),
    )
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        made = runtime.alerts.targets.add(actor, new)
        say(f"added {name}")
        if made:
            say(f"its secret: {runtime.settings.home / 'keys' / 'alerts' / str(secret)}")


@app.command()
def on(name: Name) -> None:
    """Switch a target on; you are asked who you are."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        runtime.alerts.targets.switch(actor, name, enabled=True)
    say(f"{name} is on")


@app.command()
def off(name: Name) -> None:
    """Switch a target off; what waited for it is dead then. You are asked who you are."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        given_up = runtime.alerts.targets.switch(actor, name, enabled=False)
    say(f"{name} is off; {given_up} deliveries were given up")


@app.command("test")
def try_out(name: Name, *, as_json: AsJson = False) -> None:
    """Send a test, signed and without any plate; you are asked who you are.

    Exit code 1: the target did not take it.
    """
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        trying = open_trying(
            runtime.database.service,
            runtime.settings,
            policy=runtime.policy,
            audit=runtime.audit,
            clock=runtime.clock,
        )
        tried = trying.send(actor, name)
    if as_json:
        say(json.dumps(asdict(tried), default=str))
    elif tried.problem is None:
        say(f"{name} took test {tried.number}")
    else:
        say(f"{name} did not take test {tried.number}: {tried.problem}", err=True)
    raise typer.Exit(code=int(tried.problem is not None))


@app.command("list")
def list_targets(*, as_json: AsJson = False) -> None:
    """List the targets, and who set each up."""
    with open_runtime(load_settings()) as runtime:
        found = runtime.alerts.targets.all()
    if as_json:
        rows = [asdict(one) | {"target": _plain(one.target)} for one in found]
        say(json.dumps({"targets": rows}, default=str))
        return
    table = PlainTable(
        "name", "kind", "address", "levels", "categories", "quiet", "on", "set up by"
    )
    for one in found:
        plain = _plain(one.target)
        cells = [str(plain[name] or "") for name in ("name", "kind", "address")]
        cells += [", ".join(plain["levels"]), ", ".join(plain["categories"]) or "all"]
        table.add_row(*cells, plain["quiet"] or "", "yes" if one.enabled else "no", one.set_up_by)
    Console().print(table)


def _plain(target: Target) -> dict[str, Any]:
    quiet = target.quiet and f"{target.quiet.start:%H:%M}-{target.quiet.end:%H:%M}"
    listed = {"levels": sorted(target.levels), "categories": sorted(target.categories)}
    return asdict(target) | listed | {"quiet": quiet}


def _quiet(text: str) -> QuietHours:
    start, _, end = text.partition("-")
    return QuietHours(_time(start, text), _time(end, text))


def _time(part: str, whole: str) -> time:
    try:
        return datetime.strptime(part.strip(), "%H:%M").time()  # noqa: DTZ007 - on the wall's clock
    except ValueError:
        raise AlertTargetError(
            "Those are no quiet hours", given=whole, allowed="HH:MM-HH:MM, such as 22:00-06:00"
        ) from None

"""`workbench demo`: the main job on a made-up city, and how its people sign in."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console

from workbench.cli.terminal import PlainTable, say
from workbench.demo.city import DEFAULT_READS, DEFAULT_SEED, City, make_city
from workbench.demo.codes import code_at
from workbench.demo.day.times import day_after
from workbench.demo.fresh import made_by_demo, remove
from workbench.demo.home import DemoHome
from workbench.demo.run import last_day, run_demo
from workbench.demo.year import ZONE
from workbench.domain.clock import system_clock
from workbench.errors import AccountError
from workbench.resources import resource_root
from workbench.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def run(
    reads: Annotated[int, typer.Option(help="How many reads the city's year has")] = DEFAULT_READS,
    seed: Annotated[int, typer.Option(help="Another seed, another city")] = DEFAULT_SEED,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Remove what an earlier demo made, then begin anew")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --fresh: only name what would be removed")
    ] = False,
) -> None:
    """Do the main job from reads to an audited map on made-up data; run again, it goes on."""
    settings, console = load_settings(), Console()
    if fresh or dry_run:
        _remove(settings, dry_run=dry_run)
        if dry_run:
            return
    city = make_city(seed, reads, last_day(system_clock()))
    run_demo(settings, city, console=console)
    console.print()
    _show_people(settings, console)
    _show_robberies(city, console)
    _show_way_on(settings, city, console)


@app.command()
def people() -> None:
    """Show the made-up people, their passwords and the codes of this moment."""
    _show_people(load_settings(), Console())


@app.command()
def code(
    username: Annotated[str, typer.Argument(help="Whose, such as the analyst's")],
) -> None:
    """Print the six digits that a made-up person's authenticator shows now."""
    known = DemoHome(load_settings().home).people()
    if username not in known:
        raise AccountError(
            "No made-up person has that name", given=username, allowed=", ".join(sorted(known))
        )
    say(code_at(known[username]["otpauth"], system_clock()))


def _remove(settings: Settings, *, dry_run: bool) -> None:
    paths = made_by_demo(settings)
    for path in paths:
        say(f"{'would remove' if dry_run else 'removing'} {path}")
    if not paths:
        say("There is nothing of an earlier demo to remove")
    if not dry_run:
        remove(paths)


def _show_people(settings: Settings, console: Console) -> None:
    table = PlainTable(title="Made-up people. A code lasts 30 seconds and counts once.", box=None)
    for column in ("user name", "password", "code now", "role"):
        table.add_column(column, no_wrap=True)
    for name, person in DemoHome(settings.home).people().items():
        now = code_at(person["otpauth"], system_clock())
        table.add_row(name, person["password"], now, person["role"].replace("_", " "))
    console.print(table, soft_wrap=True)


def _show_robberies(city: City, console: Console) -> None:
    table = PlainTable(title="Made-up robberies to canvass; who was near all three?", box=None)
    for column in ("case", "local time", "lon", "lat", "radius, m", "minutes around"):
        table.add_column(column, no_wrap=True)
    for robbery in city.robberies:
        at = f"{robbery.at.astimezone(ZONE):%Y-%m-%d %H:%M}"
        minutes = f"{robbery.before.total_seconds() / 60:.0f}"
        where = (str(robbery.scene.lon), str(robbery.scene.lat), f"{robbery.radius_m:.0f}")
        table.add_row(robbery.case_number, at, *where, minutes)
    console.print(table, soft_wrap=True)


def _show_way_on(settings: Settings, city: City, console: Console) -> None:
    home = DemoHome(settings.home)
    pages = f"http://{settings.host}:{settings.pages_port}"
    day, case = day_after(city.ending).on, city.robberies[-1].case_number
    shifts = f"--from {day} --until {day + timedelta(days=2)}"
    steps = (
        ("workbench up", f"the service, and the pages at {pages}"),
        (f"jupyter lab {resource_root() / 'notebooks'}", ""),
        ("workbench demo code USER", "a code to sign in with"),
        ("workbench hotlists standing", "lists of wanted plates, and how old they are"),
        ("workbench hits queue", "what hits wait for; sign in as the supervisor"),
        ("workbench equipment health", "which cameras are silent, broken, not inspected"),
        ("workbench faults list", "what waits for the garage"),
        (f"workbench shifts exceptions {shifts}", ""),
        ("workbench holds list", "what the case of the robberies keeps"),
        (f"workbench evidence verify {home.folder / 'evidence' / case}", ""),
        ("workbench releases list", "who asked for data, and what came of it"),
        ("workbench shares list", "who has data all the time; one review is overdue"),
        (f"workbench shares compare {home.folder / 'shares' / 'learn.csv'} --system LEARN", ""),
        ("workbench retention preview", "what a purge would delete, and what is held"),
        ("workbench audit show", "what was logged"),
        ("workbench demo run --fresh", "remove all of it and begin anew"),
    )
    console.print(
        "This is a demo: everything in it is made up, and one account runs all of it, so a "
        "notebook here reaches the keys. docs/operations.md says how it is done for real.",
        highlight=False,
        soft_wrap=True,
    )
    console.print(
        f"Everything lies in {settings.home}; the demo's own files in {home.folder}.\nGo on with",
        highlight=False,
        soft_wrap=True,
    )
    for command, words in steps:
        console.print(f"  {command:<33} {words}".rstrip(), highlight=False, soft_wrap=True)

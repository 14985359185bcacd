"""`workbench releases`: requests of other agencies for data (Policy 426.9)."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from workbench.cli import releases_steps
from workbench.cli.acting import acting
from workbench.cli.given_files import read_given
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import say
from workbench.domain.period import Period
from workbench.domain.release import ReleaseState
from workbench.errors import ReleaseError
from workbench.runtime import open_runtime
from workbench.settings import load_settings
from workbench.sharing.releases.figures import Figures
from workbench.sharing.releases.mail import LARGEST_MAIL_BYTES, read_mail
from workbench.sharing.releases.request import Release
from workbench.sharing.releases.writing_down import written_from

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(releases_steps.app)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Number = Annotated[int, typer.Argument(metavar="REQUEST")]


@app.command()
def record(
    *,
    mail: Annotated[
        Path | None, typer.Option(help="The e-mail file it came by; kept as it is")
    ] = None,
    agency: Annotated[str | None, typer.Option(help="As it calls itself")] = None,
    name: Annotated[str | None, typer.Option(help="Of the person who asks")] = None,
    title: Annotated[str | None, typer.Option(help="Of that person")] = None,
    contact: Annotated[str | None, typer.Option(help="Of that person")] = None,
    purpose: Annotated[str | None, typer.Option(help="In the requester's words")] = None,
    asked_for: Annotated[str | None, typer.Option(help="What data, in their words")] = None,
    case_number: Annotated[str | None, typer.Option(help="Theirs")] = None,
    account: Annotated[
        str | None, typer.Option(help="User name, if one of this department asks for the agency")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a written request on file. Of a mail, labelled lines count where no option says it.

    The sharing guard refuses some at once, and those of people outside law enforcement go to
    Records; the answer says so.
    """
    given = {
        "agency": agency,
        "requester_name": name,
        "requester_title": title,
        "requester_contact": contact,
        "purpose": purpose,
        "asked_for": asked_for,
        "case_number": case_number,
        "requester_account": account,
    }
    content = None if mail is None else read_given(mail, LARGEST_MAIL_BYTES)
    asked = written_from(given, None if content is None else read_mail(content))
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.sharing.releases.record(actor, asked, mail=content)
    releases_steps.tell(done, as_json=as_json)


@app.command("list")
def list_requests(
    *,
    state: Annotated[
        list[ReleaseState] | None, typer.Option(help="Only these; may be repeated")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List requests, the newest first."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        found = runtime.sharing.releases.list(actor, tuple(state or ()))
    if as_json:
        say(json.dumps({"requests": [one.as_json() for one in found]}))
        return
    rows = []
    for one in found:
        when = one.recorded_at.astimezone(zone)
        who = f"{one.agency.name}, {one.asked.requester_name}"
        purpose = one.asked.purpose.partition("\n")[0]
        rows.append((one.id, one.state.value, who, purpose, f"{when:%Y-%m-%d}", one.recorded_by))
    columns = ("request", "state", "from", "purpose", "recorded", "by")
    show_table(columns, rows, none="No such request is on file")


@app.command()
def show(number: Number, *, as_json: AsJson = False) -> None:
    """Show a request with its steps."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        found = runtime.sharing.releases.show(actor, number)
    if as_json:
        say(json.dumps(found.as_json()))
        return
    for line in _lines(found, zone):
        say(line)


@app.command()
def original(number: Number, *, out: Annotated[Path, typer.Option(help="A new file")]) -> None:
    """Write the e-mail or form of a request to a file, as it came."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        content = runtime.sharing.releases.original(actor, number).content
    try:
        with out.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise ReleaseError("The file is there already", given=str(out)) from error
    say(str(out))


@app.command()
def figures(
    *,
    year: Annotated[int, typer.Option(min=2000, max=2200, help="Of the local calendar")],
    as_json: AsJson = False,
) -> None:
    """Count a year's disclosures, recipients and purposes; names no person."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        span = Period(datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone))
        found = runtime.sharing.figures.of(actor, span)
    if as_json:
        say(json.dumps({"year": year, **found.as_json()}))
        return
    _show_figures(year, found)


def _lines(release: Release, zone: ZoneInfo) -> list[str]:
    asked = release.asked
    lines = [
        f"request {release.id} is {release.state}",
        f"agency: {release.agency.name} ({release.agency.profile.kind})",
        f"requester: {asked.requester_name}, {asked.requester_title}, {asked.requester_contact}",
        f"purpose: {asked.purpose}",
        f"asked for: {asked.asked_for}",
        f"came by {release.form}, kept as {release.original_sha256}",
        f"recorded by {release.recorded_by}",
    ]
    for event in release.events:
        said = "; ".join(f"{key}: {value}" for key, value in event.details.items())
        when = event.done_at.astimezone(zone)
        lines.append(f"{when:%Y-%m-%d %H:%M} {event.step} by {event.done_by} ({said})")
    return lines


def _show_figures(year: int, found: Figures) -> None:
    say(f"{year}: {found.requested} requests, {found.disclosures} of them fulfilled")
    say(f"refused: {found.refused}; sent to Records: {found.routed_to_records}")
    show_table(
        ("recipient", "kind", "disclosures", "standing shares"),
        ((one.agency, one.kind, one.disclosures, one.standing) for one in found.recipients),
        none="Nothing was given to anybody",
    )
    for purpose in found.purposes:
        say(f"{purpose['title']}: {purpose['disclosures']}")
    made = found.packages
    say(
        f"packages made: {made['own']} for the own evidence room, {made['released']} released,"
        f" {made['disclosed']} disclosed; {made['unbooked']} not booked"
    )
    for kind, count in found.demanded.items():
        say(f"disclosed on {kind.replace('_', ' ')}: {count}")

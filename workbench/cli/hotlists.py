"""`workbench hotlists`: lists of wanted plates, set up, switched and watched."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from workbench.cli import hotlists_loads, hotlists_special
from workbench.cli.acting import acting
from workbench.cli.terminal import PlainTable, say
from workbench.domain.hot_entry import Category, ListKind
from workbench.errors import HotListError
from workbench.hotlists.lists.fetching import shown_address
from workbench.hotlists.lists.hot_list import HotList, Switched
from workbench.hotlists.lists.standing import Standing
from workbench.hotlists.lists.telling import Notice
from workbench.hotlists.lists.template import load_list_template
from workbench.runtime import open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(hotlists_loads.app)
app.add_typer(hotlists_special.app)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Code = Annotated[str, typer.Argument(help="Such as SVS")]
Reason = Annotated[str, typer.Option(help="In words; logged")]


@app.command()
def add(
    code: Code,
    *,
    name: Annotated[str, typer.Option(help="As people call it")],
    source: Annotated[str, typer.Option(help="One of the policy's sources")],
    address: Annotated[
        str, typer.Option(help="Its file: a path, http://, sftp:// or s3://; / or * for the last")
    ],
    template: Annotated[str, typer.Option(help="A shipped name, or a TOML file")] = "plain",
    kind: Annotated[ListKind, typer.Option(help="general or special")] = ListKind.GENERAL,
    category: Annotated[
        Category | None, typer.Option(help="Of entries that do not say their own")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--state", help="Of entries that do not say their own")
    ] = None,
    change: Annotated[
        bool, typer.Option("--change", help="Put this in the place of the list of that code")
    ] = False,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Set a list up; it is on at once, unless the policy leaves that to the captain."""
    special = kind is ListKind.SPECIAL
    if category is None and not special:
        raise HotListError("A general list needs a category", allowed=", ".join(sorted(Category)))
    new = HotList(
        code=code,
        name=name,
        kind=kind,
        source=source,
        category=category or Category.SPECIAL_LIST,
        region=region,
        address=address,
        template=load_list_template(template),
    )
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        lists = runtime.hot_lists.lists
        done = (lists.change if change else lists.add)(actor, new, reason=reason)
    if as_json:
        say(json.dumps(_told(done)))
    else:
        say(f"{code} is {'on' if done.enabled else 'off'}")


@app.command()
def switch(
    code: Code,
    *,
    on: Annotated[bool, typer.Option("--on/--off")],
    reason: Reason,
) -> None:
    """Switch a list on or off; some are switched on by the captain alone."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        done = runtime.hot_lists.lists.switch(actor, code, on=on, reason=reason)
    say(f"{code} is {'on' if done.enabled else 'off'}")


@app.command("list")
def list_lists(*, as_json: AsJson = False) -> None:
    """List the lists, with their switches."""
    with open_runtime(load_settings()) as runtime:
        found = runtime.hot_lists.lists.all()
    if as_json:
        say(json.dumps({"lists": [_told(one) for one in found]}))
        return
    table = PlainTable("code", "name", "kind", "source", "category", "address", "template", "on")
    for one in found:
        this = one.list
        words = (this.code, this.name, this.kind.value, this.source, this.category.value)
        where = shown_address(this.address)
        table.add_row(*words, where, this.template.name, "yes" if one.enabled else "no")
    Console().print(table)


@app.command()
def standing(*, as_json: AsJson = False) -> None:
    """Show age and loads of each list, and what people must hear. Exit code 1: something."""
    with open_runtime(load_settings()) as runtime:
        zone = ZoneInfo(runtime.policy.department.time_zone.value)
        found = runtime.hot_lists.watching.all()
        said = runtime.hot_lists.watching.notices()
    if as_json:
        lists = [_standing_json(one) for one in found]
        say(json.dumps({"lists": lists, "notices": [_notice_json(one) for one in said]}))
    else:
        _show_standings(found, zone)
        for notice in said:
            since = notice.since.astimezone(zone)
            say(f"{notice.list_code}: {notice.why} (since {since:%Y-%m-%d %H:%M})", err=True)
    raise typer.Exit(1 if said else 0)


def _show_standings(found: list[Standing], zone: ZoneInfo) -> None:
    table = PlainTable("code", "entries", "loaded", "age", "today", "yesterday", "")
    for one in found:
        table.add_row(
            one.code,
            f"{one.load.good:,}" if one.load else "",
            _local(one.load.in_force_at if one.load else None, zone),
            "" if one.age is None else f"{one.age / timedelta(hours=1):.1f} h",
            f"{one.loads_today} of {one.loads_needed}",
            f"{one.loads_yesterday} of {one.loads_needed}",
            _words(one),
        )
    Console().print(table)


def _words(one: Standing) -> str:
    if not one.enabled:
        return "off"
    words = [word for word in ("stale", "short") if getattr(one, word)]
    if one.waiting:
        words.append(f"load {one.waiting.id} waits")
    elif one.problem:
        words.append("last load failed")
    return ", ".join(words) or "good"


def _local(at: datetime | None, zone: ZoneInfo) -> str:
    return "never" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _standing_json(one: Standing) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "kind": one.kind.value,
        "enabled": one.enabled,
        "load": one.load.as_json() if one.load else None,
        "age_s": one.age.total_seconds() if one.age is not None else None,
        "stale": one.stale,
        "stale_after_s": one.stale_after.total_seconds(),
        "loads_today": one.loads_today,
        "loads_yesterday": one.loads_yesterday,
        "loads_needed": one.loads_needed,
        "short": one.short,
        "waiting": one.waiting.as_json() if one.waiting else None,
        "problem": one.problem,
        "problem_since": one.problem_since.isoformat() if one.problem_since else None,
        "section": one.section,
    }


def _notice_json(notice: Notice) -> dict[str, str]:
    return {
        "list": notice.list_code,
        "name": notice.list_name,
        "what": notice.what,
        "why": notice.why,
        "since": notice.since.isoformat(),
        "tell_by": notice.tell_by.isoformat(),
    }


def _told(one: Switched) -> dict[str, Any]:
    this = one.list
    return {
        "code": this.code,
        "name": this.name,
        "kind": this.kind.value,
        "source": this.source,
        "category": this.category.value,
        "state": this.region,
        "address": shown_address(this.address),
        "template": this.template.name,
        "enabled": one.enabled,
        "switched_by": one.by,
        "switched_at": one.at.isoformat(),
        "switch_reason": one.reason,
    }

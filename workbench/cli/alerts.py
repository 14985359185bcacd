"""`workbench alerts`: send what waits, see what became of it, and say where alerts go."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console

from workbench.cli import alerts_targets
from workbench.cli.acting import acting
from workbench.cli.origin import command_origin
from workbench.cli.stopping import stop_signals
from workbench.cli.terminal import PlainTable, say
from workbench.domain.alert import DeliveryState
from workbench.errors import AlertError
from workbench.hotlists.alerts.deliveries import Delivery
from workbench.hotlists.alerts.listening import listening
from workbench.hotlists.alerts.open import open_worker
from workbench.hotlists.alerts.outbox import Claimed
from workbench.hotlists.alerts.worker import AlertWorker, Told
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(alerts_targets.app, name="targets", help="Where alerts go")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
Limit = Annotated[int, typer.Option(min=1, help="The newest so many")]


@app.command()
def send(*, as_json: AsJson = False) -> None:
    """Send what is due, each once; exit code 1 when something was given up for good.

    What a timer runs where no `watch` does.
    """
    with open_runtime(load_settings()) as runtime:
        tally = _worker(runtime).round()
    if as_json:
        say(json.dumps(asdict(tally)))
    else:
        say(f"sent {tally.sent}, to be tried again {tally.waiting}, given up {tally.dead}")
    raise typer.Exit(code=int(tally.dead > 0))


@app.command()
def watch() -> None:
    """Send what becomes due, within two seconds, until SIGTERM or SIGINT."""
    with (
        open_runtime(load_settings()) as runtime,
        listening(runtime.database.service) as listen,
        stop_signals() as stop,
    ):
        say("watching")
        _worker(runtime, _say).watch(listen, stop)


@app.command("list")
def list_deliveries(
    *,
    state: Annotated[DeliveryState | None, typer.Option(help="Only those")] = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """List deliveries, the newest first; no plates are shown."""
    _show(state, limit, as_json=as_json)


@app.command()
def dead(*, limit: Limit = 100, as_json: AsJson = False) -> None:
    """List deliveries that were given up; exit code 1 when there are any."""
    raise typer.Exit(code=int(_show(DeliveryState.DEAD, limit, as_json=as_json) > 0))


@app.command()
def retry(
    numbers: Annotated[list[int] | None, typer.Argument(metavar="DELIVERY...")] = None,
    *,
    all_dead: Annotated[bool, typer.Option("--all", help="Every one that is dead")] = False,
) -> None:
    """Let dead deliveries start over with all their attempts; you are asked who you are."""
    if bool(numbers) == all_dead:
        raise AlertError("What is to be retried?", allowed="numbers of deliveries, or --all")
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        count = runtime.alerts.deliveries.retry(actor, None if all_dead else numbers)
    say(f"{count} wait again")


def _worker(runtime: Runtime, told: Told | None = None) -> AlertWorker:
    return open_worker(
        runtime.database.service,
        runtime.settings,
        policy=runtime.policy,
        audit=runtime.audit,
        clock=runtime.clock,
        guard=runtime.guard,
        find=runtime.finds_notices,
        rng=np.random.default_rng(),
        origin=command_origin(),
        told=told,
    )


def _say(claimed: Claimed, state: DeliveryState) -> None:
    say(f"delivery {claimed.id} to {claimed.target.name}: {state}, try {claimed.attempts}")


def _show(state: DeliveryState | None, limit: int, *, as_json: bool) -> int:
    with open_runtime(load_settings()) as runtime:
        found = runtime.alerts.deliveries.newest(state=state, limit=limit)
    if as_json:
        say(json.dumps({"deliveries": [asdict(one) for one in found]}, default=str))
    else:
        Console().print(_table(found))
    return len(found)


def _table(found: Sequence[Delivery]) -> PlainTable:
    table = PlainTable("delivery", "target", "about", "level", "state", "tries", "next", "error")
    for one in found:
        due = f"{one.next_try_at:%Y-%m-%d %H:%M:%S} UTC"
        waits = one.state is DeliveryState.WAITING
        cells: tuple[Any, ...] = (one.id, one.target, _about(one), one.level, one.state)
        rest = (one.attempts, due if waits else "", one.last_error or "")
        table.add_row(*map(str, (*cells, *rest)))
    return table


def _about(one: Delivery) -> str:
    if one.hit_id is not None:
        return f"hit {one.hit_id}"
    return f"notice {one.notice_id}" if one.notice_id is not None else f"call {one.hit_event_id}"

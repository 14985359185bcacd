"""`workbench retention`: what is over, the purge, what it rests on, and what lengths would cost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from workbench.audit.keys import known_public_keys, public_key
from workbench.cli.acting import acting
from workbench.cli.origin import command_origin
from workbench.cli.shown_tables import show_table
from workbench.cli.stopping import stop_signals
from workbench.cli.terminal import say
from workbench.domain.person import Channel, Origin
from workbench.domain.small_cells import count_label
from workbench.errors import RetentionError
from workbench.retention.certificate import check_certificate
from workbench.retention.doing import Doer, Purged
from workbench.retention.history import PurgeState
from workbench.retention.open import Retention
from workbench.retention.preview import Preview, summed
from workbench.retention.working import PurgeWorker
from workbench.runtime import Runtime, open_runtime
from workbench.settings import Settings, load_settings
from workbench.storage.database import open_all_roles, open_purger

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
AsJob = Annotated[bool, typer.Option("--as-job", help="Run by a timer: nobody signs in")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Such as 2026-03-18")]

_STATES = {
    PurgeState.CUT_OFF: " (killed; the next purge finishes it)",
    PurgeState.DONE: "",
    PurgeState.FAILED: " (failed, and the next purge finishes it: {problem})",
    PurgeState.RUNNING: " (runs)",
}
_COLUMNS = ("kind", "month", "rule", "section", "cutoff", "gone", "held", "hit")
_DAYS = ("month", "cutoff")
"""Shown as days; the certificate and ``--json`` have the instant."""


@app.command()
def preview(*, as_job: AsJob = False, as_json: AsJson = False) -> None:
    """Show what a purge would delete and why, and what stays because of what; no plates."""
    with open_runtime(load_settings()) as runtime, _doer(runtime, as_job=as_job) as doer:
        found = runtime.retention.previewer.preview(doer)
    _show(found, as_json=as_json)


@app.command()
def purge(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show; as preview does")] = False,
    after_restore: Annotated[
        bool, typer.Option("--after-restore", help="After a backup was put in place")
    ] = False,
    as_job: AsJob = False,
    as_json: AsJson = False,
) -> None:
    """Delete what is over, in every store, and write a certificate of destruction.

    Exit code 2 when somebody was in the way or something lacks: what was done before is done, the
    rest is as it was, and the next run goes on.
    """
    if dry_run:
        preview(as_job=as_job, as_json=as_json)
        return
    settings = load_settings()
    with open_runtime(settings) as runtime, _doer(runtime, as_job=as_job) as doer:
        run = _after_restore if after_restore else _as_always
        done = run(settings, runtime.retention, doer)
    _tell(done, as_json=as_json)


@app.command()
def work() -> None:
    """Do the purges that are asked for over HTTP, one after the other, until SIGINT or SIGTERM.

    This process alone knows the purger's role; service and pages do not.
    """
    settings = load_settings()
    with open_runtime(settings) as runtime, open_purger(settings) as purger:
        worker = PurgeWorker(
            runtime.retention.purging(purger), purger, clock=runtime.clock, origin=_job_origin()
        )
        with stop_signals() as stopping:
            worker.work(stopping)


@app.command()
def authorise(
    *,
    resolution: Annotated[str, typer.Option(help="Of the legislative body, by its number")],
    resolution_date: Day,
    attorney: Annotated[str, typer.Option(help="Who consented in writing")],
    consented_on: Day,
    as_json: AsJson = False,
) -> None:
    """Record what purges rest on, for the lengths that are in force now."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        made = runtime.retention.authorities.record(
            actor,
            resolution=resolution,
            resolution_date=resolution_date.date(),
            attorney=attorney,
            consented_on=consented_on.date(),
        )
    told = made.as_json()
    say(json.dumps(told) if as_json else f"authority {made.id} recorded: {made.resolution}")


@app.command()
def simulate(*, as_job: AsJob = False, as_json: AsJson = False) -> None:
    """Show, from the log, what other lengths would have cost."""
    with open_runtime(load_settings()) as runtime, _doer(runtime, as_job=as_job) as doer:
        found = runtime.retention.simulator.simulate(doer.actor, origin=doer.origin)
    if as_json:
        say(json.dumps(found.as_json()))
        return
    rows = []
    for each in found.trials:
        kept = f"{'about ' if each.estimated else ''}{each.reads_kept:,}"
        shares = (each.looks_empty, each.looks_reduced, each.outcomes_lost)
        rows.append((each.keep, *(f"{share:.1%}" for share in shares), kept))
    columns = ("keep", "looks empty", "looks reduced", "outcomes lost", "reads kept")
    show_table(columns, rows, none="No length was tried")
    first = found.trials[0]
    say(f"From {first.looks} looks that brought reads and {first.outcomes} outcomes.")


@app.command()
def purges(
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
    *,
    as_job: AsJob = False,
    as_json: AsJson = False,
) -> None:
    """List the purges that there were. Exit code 1: one failed or was killed, unfinished as yet."""
    with open_runtime(load_settings()) as runtime, _doer(runtime, as_job=as_job) as doer:
        found = runtime.retention.history.list(doer.actor, limit=limit)
    if as_json:
        say(json.dumps(found.as_json()))
    else:
        for each in found.listed:
            gone = ", ".join(f"{count:,} {kind}" for kind, count in each.gone.items())
            state = _STATES[each.state].format(problem=each.problem)
            say(f"{each.id}  {each.counted_from:%Y-%m-%d}  {gone or 'nothing'}{state}")
        if found.asked:
            problem = f": {found.asked.problem}" if found.asked.problem else ""
            who = f"Asked for by {found.asked.asked_by}"
            say(f"{who} over HTTP: {found.asked.state.value}{problem}")
        if found.failed_start:
            say(f"The last one did not begin: {found.failed_start.problem}")
    unfinished = {PurgeState.CUT_OFF, PurgeState.FAILED}
    waiting = bool(found.failed_start) or any(each.state in unfinished for each in found.listed)
    raise typer.Exit(int(waiting))


@app.command()
def authorities(*, as_json: AsJson = False) -> None:
    """List what purges rest on, newest first. Exit code 1: none is for the lengths in force."""
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        found = runtime.retention.authorities.all(actor)
    if as_json:
        say(json.dumps({"authorities": [each.as_record() for each in found]}))
    else:
        for each in found:
            force = "" if each.in_force else " (for other lengths)"
            said = f"{each.resolution} of {each.resolution_date}, consent of {each.attorney}"
            say(f"{each.id}  {said} on {each.consented_on}{force}")
    raise typer.Exit(0 if any(each.in_force for each in found) else 1)


@app.command()
def verify(
    certificate: Annotated[Path, typer.Argument(help="JSON, as a purge wrote it")],
    *,
    public_keys: Annotated[
        list[Path] | None, typer.Option("--public-key", help="Of that time; HOME/keys by default")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the signature of a certificate of destruction; needs no database."""
    keys = [public_key(file) for file in public_keys or []] or known_public_keys(
        load_settings().home / "keys"
    )
    try:
        content = certificate.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RetentionError("The certificate cannot be read", given=str(error)) from error
    said = check_certificate(content, keys)
    if as_json:
        say(json.dumps({"verified": True, "purge": said["purge"]}))
    else:
        say(f"Purge {said['purge']}, {said['ended_at']}: the signature is right.")


@contextmanager
def _doer(runtime: Runtime, *, as_job: bool) -> Iterator[Doer]:
    if as_job:
        yield Doer(origin=_job_origin())
        return
    with acting(runtime) as actor:
        yield Doer(actor=actor)


def _as_always(settings: Settings, retention: Retention, doer: Doer) -> Purged:
    with open_purger(settings) as purger:
        return retention.purging(purger).run(doer, report=_say)


def _after_restore(settings: Settings, retention: Retention, doer: Doer) -> Purged:
    with open_all_roles(settings) as roles:
        return retention.restoring(roles).run(doer, report=_say)


def _say(line: str) -> None:
    say(line, err=True)


def _job_origin() -> Origin:
    return replace(command_origin(), channel=Channel.JOB)


def _show(found: Preview, *, as_json: bool) -> None:
    if as_json:
        say(json.dumps(found.as_json()))
        return
    cells = [
        [f"{row[name] or ''}"[:10] if name in _DAYS else row[name] for name in _COLUMNS]
        for row in (row | {"held": count_label(row["held"], found.min_cell)} for row in found.rows)
    ]
    show_table(_COLUMNS, cells, none="Nothing is over")
    for kind, gone in summed(found.tallies).items():
        say(f"{gone:>12,}  {kind}")
    for hold in found.holds:
        say(f"hold {hold.hold_id} is {hold.state.value}")
    if found.audit_over:
        say(f"{found.audit_over:,} audit records are over by their own clock and stay")


def _tell(done: Purged, *, as_json: bool) -> None:
    if as_json:
        told = {
            "purge": done.id,
            "rows": list(done.rows),
            "certificate": str(done.file) if done.file else None,
            "finished": list(done.finished),
            "restored": done.restored,
        }
        say(json.dumps(told))
        return
    for number in done.finished:
        say(f"purge {number}, which was killed, is finished")
    if done.file is None:
        say("nothing is over")
        return
    for row in done.rows:
        when = f" of {row['month'][:7]}" if row["month"] else ""
        say(f"{row['gone']:>12,}  {row['kind']}{when} ({row['rule']}, {row['way']})")
    say(f"certificate: {done.file}")

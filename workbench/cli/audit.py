"""`workbench audit`: verify, sign, export and show the log of who did what, when and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from workbench.access import Action, require
from workbench.audit import Entry, EventKind, Outcome
from workbench.audit.chain import Verification
from workbench.audit.checkpoint import sign_head, write_checkpoint
from workbench.audit.export import ExportFormat
from workbench.audit.keys import PUBLIC_NAME, public_key, signing_key
from workbench.audit.queries import AuditReader
from workbench.audit.reading import Selection
from workbench.audit.verify import verify_log
from workbench.cli.acting import acting
from workbench.cli.audit_review import app as review
from workbench.cli.log_state import guards_now, refusals
from workbench.cli.origin import command_origin
from workbench.cli.progress import progress_line
from workbench.cli.terminal import say
from workbench.domain.period import Period, local_instants
from workbench.domain.person import Channel
from workbench.errors import CheckpointError
from workbench.retention.log_heads import LogEvidence
from workbench.runtime import Runtime, open_runtime
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(review, name="review", help="The weekly review of looks, signed by another person")

_SHOWN = ("username", "outcome", "purpose", "case_number", "plate", "reason")

_REFUSED_SHOWN = 5

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]
From = Annotated[str | None, typer.Option("--from", help="Local time or with offset; included")]
To = Annotated[str | None, typer.Option("--to", help="Local time or with offset; not included")]
Kinds = Annotated[list[EventKind] | None, typer.Option("--kind", help="May be repeated")]


@app.command()
def verify(
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(help="A signed head, or a folder of them; may be repeated"),
    ] = None,
    public_keys: Annotated[
        list[Path] | None,
        typer.Option(
            "--public-key",
            help="Key that signed them; this installation's by default; may be repeated",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the whole chain, against every checkpoint and head that can be found.

    Exit code 0: it holds; 1: broken, the first record is named, or guards or checkpoints are not
    as they should be.
    """
    with open_runtime(load_settings()) as runtime:
        state = _state(runtime, checkpoint or [], public_keys or [])
        _tell(state, as_json=as_json)
        if not as_json:
            _tell_refused(runtime)
        _log(
            runtime,
            EventKind.AUDIT_VERIFY,
            Outcome.DONE if state.holds else Outcome.FAILED,
            found=_as_json(state),
        )
    raise typer.Exit(0 if state.holds else 1)


@app.command()
def checkpoint(
    out: Annotated[
        Path | None, typer.Option(help="A new file; WORKBENCH_HOME/checkpoints by default")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify the chain, then sign its head. Keep the file where this machine cannot change it.

    Exit code 1: the log is broken or contradicts what was signed earlier; nothing is signed.
    """
    with open_runtime(load_settings()) as runtime:
        state = _state(runtime, [], [])
        if not state.holds:
            _tell(state, as_json=as_json)
            raise typer.Exit(1)
        if state.chain.records == 0:
            raise CheckpointError("The audit log is empty: there is nothing to sign")
        folder = runtime.settings.home
        signed = sign_head(
            runtime.audit.read(state.chain.last_seq),
            signing_key(folder / "keys"),
            signed_at=runtime.clock(),
        )
        usual = folder / "checkpoints" / f"audit-{signed.seq:012d}.json"
        file = out or usual
        write_checkpoint(signed, file)
        # From here on its absence is found: the ledger names it.
        entry = runtime.log_heads.keep(
            "checkpoint", checkpoint=signed, file=usual.name if file == usual else None
        )
        _log(
            runtime,
            EventKind.AUDIT_CHECKPOINT,
            Outcome.DONE,
            seq=signed.seq,
            hash=signed.hash,
            key_id=signed.key_id,
            file=file.name,
            ledger=entry,
        )
        if as_json:
            say(json.dumps(signed.as_json() | {"file": str(file)}))
        else:
            say(f"Record {signed.seq} signed: {file}")
            say(f"Keep it elsewhere, with {folder / 'keys' / PUBLIC_NAME}")


@app.command()
def restored(
    *, reason: Annotated[str, typer.Option(help="Which backup, and why it was put in place")]
) -> None:
    """Acknowledge that a backup was put in place, so that heads from after it count as lost.

    The custodian does it. It stays in the ledger and every `verify` says it.
    """
    with open_runtime(load_settings()) as runtime, acting(runtime) as actor:
        action, at = Action.RETENTION_PURGE, runtime.clock()
        require(actor, action, policy=runtime.policy, audit=runtime.audit, at=at)
        said = runtime.log_heads.acknowledge_restored(by=actor.person.username, reason=reason)
        runtime.audit.append(
            Entry(
                EventKind.RETENTION_RESTORE,
                actor,
                reason=reason,
                outcome=Outcome.DONE,
                details={"log": said},
            )
        )
    say(said)


@app.command()
def export(
    *,
    out: Annotated[Path, typer.Option(help="A new file, readable by its owner only")],
    form: Annotated[
        ExportFormat, typer.Option("--format", help="jsonl can be verified, csv is for reading")
    ] = ExportFormat.JSONL,
    start: From = None,
    end: To = None,
    kind: Kinds = None,
    as_job: Annotated[
        bool, typer.Option("--as-job", help="Run by a timer: nobody signs in")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the log, or a part of it, to a file; who does it is logged."""
    with open_runtime(load_settings()) as runtime:
        runtime.retention.check()
        selection = _selection(runtime, start, end, kind)
        with (
            _reader(runtime, None if as_job else Action.AUDIT_EXPORT) as reader,
            progress_line("records written") as progress,
        ):
            written = reader.export(out, form, selection, progress=progress)
    if as_json:
        say(json.dumps(written.about | {"file": str(out), "sha256": written.sha256}))
    else:
        say(f"Records: {written.records}; file: {out} (SHA-256 {written.sha256})")


@app.command()
def show(
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Most records")] = 20,
    start: From = None,
    end: To = None,
    kind: Kinds = None,
    as_json: AsJson = False,
) -> None:
    """Show the latest records, the last one first, in the department's time; logged."""
    with open_runtime(load_settings()) as runtime:
        selection = _selection(runtime, start, end, kind)
        with _reader(runtime, Action.AUDIT_READ) as reader:
            events = reader.events(selection, limit=limit)
        zone = _zone(runtime)
    if as_json:
        say(events.to_json(orient="records", date_format="iso", date_unit="us"))
        return
    events["at"] = events["recorded_at"].dt.tz_convert(zone)
    for row in events.to_dict("records"):
        at = row["at"].isoformat(sep=" ", timespec="milliseconds")
        said = (row[name] for name in _SHOWN)
        texts = (text for text in said if isinstance(text, str))
        say(f"{row['seq']:>9}  {at}  {row['kind']:<20}  {'  '.join(texts)}")


@dataclass(frozen=True, slots=True)
class LogState:
    """What the whole log, what was signed of it, and the guards of the database say."""

    chain: Verification
    evidence: LogEvidence
    guards: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return self.chain.whole and not (self.evidence.problems or self.guards)


def _state(runtime: Runtime, given: list[Path], key_files: list[Path]) -> LogState:
    keys = [public_key(file) for file in key_files]
    evidence = runtime.log_heads.evidence(given, keys=keys)
    with progress_line("records checked") as progress:
        chain = verify_log(runtime.database.service, checkpoints=evidence.signed, progress=progress)
    return LogState(chain, evidence, guards_now(runtime))


def _selection(
    runtime: Runtime, start: str | None, end: str | None, kinds: list[EventKind] | None
) -> Selection:
    zone = _zone(runtime)
    first = local_instants(start, zone)[0] if start else None
    last = local_instants(end, zone)[1] if end else None
    if first and last:
        Period(first, last)  # refuses an end before the start
    return Selection(first, last, frozenset(kinds or ()))


def _zone(runtime: Runtime) -> ZoneInfo:
    return ZoneInfo(runtime.policy.department.time_zone.value)


@contextmanager
def _reader(runtime: Runtime, action: Action | None) -> Iterator[AuditReader]:
    reader = AuditReader(
        runtime.audit, runtime.database.service, runtime.clock, origin=command_origin()
    )
    if action is None:
        job = replace(command_origin(), channel=Channel.JOB)
        yield replace(reader, origin=job)
        return
    with acting(runtime) as actor:
        require(actor, action, policy=runtime.policy, audit=runtime.audit, at=runtime.clock())
        yield replace(reader, actor=actor)


def _log(runtime: Runtime, kind: EventKind, outcome: Outcome, **details: object) -> None:
    runtime.audit.append(
        Entry(kind, None, origin=command_origin(), outcome=outcome, details=details)
    )


def _as_json(state: LogState) -> dict[str, object]:
    found, broken = state.chain, state.chain.broken
    return {
        "holds": state.holds,
        "whole": found.whole,
        "records": found.records,
        "last_seq": found.last_seq,
        "last_hash": found.last_hash,
        "checkpoints": sorted(set(found.checkpoints)),
        "broken_seq": broken.seq if broken else None,
        "fault": broken.fault.value if broken else None,
        "explanation": broken.explanation if broken else None,
        "problems": list(state.evidence.problems),
        "guards": list(state.guards),
        "lost": list(state.evidence.lost),
    }


def _tell(state: LogState, *, as_json: bool) -> None:
    found = state.chain
    if as_json:
        say(json.dumps(_as_json(state)))
        return
    if found.broken:
        say(f"BROKEN at record {found.broken.seq}: {found.broken.explanation}.")
        say(f"Records before it that hold: {found.records}.")
    else:
        say(f"The chain holds. Records: {found.records}; head: {found.last_hash}.")
        for seq in sorted(set(found.checkpoints)):
            say(f"The checkpoint of record {seq} agrees.")
    for problem in state.evidence.problems:
        say(f"BROKEN: {problem}.")
    for fault in state.guards:
        say(f"UNGUARDED: {fault}; `workbench init` puts it back.")
    for lost in state.evidence.lost:
        say(f"Lost: {lost}.")


def _tell_refused(runtime: Runtime) -> None:
    attempts = refusals(runtime)
    for line in attempts[-_REFUSED_SHOWN:]:
        say(f"The database refused: {line}")
    if len(attempts) > _REFUSED_SHOWN:
        say(f"and {len(attempts) - _REFUSED_SHOWN} earlier, in the database's own log")

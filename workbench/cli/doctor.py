"""`workbench doctor`: whether this installation can work, and what to do where it cannot."""

from __future__ import annotations

import json
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.util import find_spec
from typing import Annotated

import typer
from rich.console import Console

from workbench.cli.terminal import PlainTable, say
from workbench.errors import ChainBrokenError, CheckpointError, DatabaseError, WorkbenchError
from workbench.policy import load_policy
from workbench.resources import resource_root
from workbench.settings import Settings, keys_warning, load_settings, refuse_other_roles

app = typer.Typer(add_completion=False)

_KEYS_APART = "programs under this account cannot read the workbench's keys"
_EXTRAS = {"recognition": "easyocr", "apps": "panel_material_ui", "reports": "papermill"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes
    ----------
    ok
        False when something has to be done.
    note
        What was found, or what to do.
    """

    subject: str
    ok: bool
    note: str


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False,
) -> None:
    """Look at versions, settings, policy, database, stores, keys, ports and extras.

    Exit code 1 when something has to be done.
    """
    findings = list(_findings(load_settings()))
    if as_json:
        say(json.dumps([asdict(finding) for finding in findings]))
    else:
        _show(findings)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


def _findings(settings: Settings) -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding("version", ok=True, note=f"{version('alpr-workbench')} on Python {python}")
    checks: dict[str, Callable[[Settings], str]] = {
        "folders": lambda _: str(resource_root()),
        "policy": _policy,
        "other roles": _other_roles,
        "database": _database,
        "ledger": _ledger,
        "audit log": _audit_log,
        "guards": _guards,
        "checkpoint": _checkpoint,
        "refused": _refused,
        "pictures": _pictures,
        "keys": _keys,
    }
    for subject, check in checks.items():
        yield _tried(subject, lambda check=check: check(settings))  # type: ignore[misc]
    yield Finding("notebooks", ok=True, note=keys_warning(settings) or _KEYS_APART)
    for name, port in (("service", settings.service_port), ("pages", settings.pages_port)):
        yield _port(name, settings.host, port)
    for extra, module in _EXTRAS.items():
        yield _extra(extra, module)


def _tried(subject: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, ok=True, note=check())
    except (WorkbenchError, ImportError, OSError) as error:
        return Finding(subject, ok=False, note=f"{type(error).__name__}: {error}")


def _other_roles(settings: Settings) -> str:
    refuse_other_roles(settings)
    return "this environment knows the service's role alone"


def _database(settings: Settings) -> str:
    from workbench.storage.database import open_database  # noqa: PLC0415 - absent on a light install
    from workbench.storage.migrations import check_schema, current_revision  # noqa: PLC0415

    with open_database(settings) as database:
        check_schema(database)
        where = database.service.url.host or "embedded"
        return f"{where}, schema {current_revision(database)}"


def _policy(settings: Settings) -> str:
    return load_policy(settings.policy_file, retention=settings.retention_file).version


def _ledger(settings: Settings) -> str:
    from workbench.retention.open import open_ledger  # noqa: PLC0415 - absent on a light install
    from workbench.storage.database import open_database  # noqa: PLC0415
    from workbench.storage.migrations import check_schema  # noqa: PLC0415

    with open_database(settings) as database:
        check_schema(database)
        ledger = open_ledger(database, settings)
        ledger.check()
        found = ledger.standing()
    return f"{found.entries} purges and holds, the same here and outside"


def _audit_log(settings: Settings) -> str:
    from workbench.cli.log_state import log_problems  # noqa: PLC0415 - absent on a light install
    from workbench.runtime import open_runtime  # noqa: PLC0415

    with open_runtime(settings) as runtime:
        problems = log_problems(runtime)
        if problems:
            raise ChainBrokenError(
                "; ".join(problems),
                next_step="`workbench audit verify`; keep the database and its backups as they are",
            )
        newest = runtime.log_heads.newest()
    return f"agrees with all that was signed, last record {newest[0]}" if newest else "not signed"


def _guards(settings: Settings) -> str:
    from workbench.cli.log_state import guards_now  # noqa: PLC0415 - absent on a light install
    from workbench.runtime import open_runtime  # noqa: PLC0415

    with open_runtime(settings) as runtime:
        faults = guards_now(runtime)
    if faults:
        raise ChainBrokenError("; ".join(faults), next_step="`workbench init` puts them back")
    return "functions and triggers are as this version ships them"


def _checkpoint(settings: Settings) -> str:
    from workbench.cli.log_state import checkpoint_overdue  # noqa: PLC0415 - light install
    from workbench.runtime import open_runtime  # noqa: PLC0415

    with open_runtime(settings) as runtime:
        overdue = checkpoint_overdue(runtime, runtime.log_heads.evidence())
    if overdue:
        raise CheckpointError(overdue)
    return "the log was signed in time"


def _refused(settings: Settings) -> str:
    from workbench.cli.log_state import logging_faults, refusals  # noqa: PLC0415 - light install
    from workbench.runtime import open_runtime  # noqa: PLC0415

    with open_runtime(settings) as runtime:
        faults, attempts = logging_faults(runtime), refusals(runtime)
    if faults:
        raise DatabaseError("; ".join(faults), next_step="see docs/operations.md")
    if settings.database_url is not None:
        return "the server's own log names who tried what; its settings are right"
    return f"{len(attempts)} attempts, the last: {attempts[-1]}" if attempts else "nothing"


def _pictures(settings: Settings) -> str:
    from workbench.storage.pictures import PictureStore  # noqa: PLC0415 - absent on a light install

    store = PictureStore(settings.picture_store_url)
    probe = store.put(b"workbench doctor")
    store.get(probe)
    store.delete(probe)
    return "can be written, read and deleted from"


def _keys(settings: Settings) -> str:
    folder = settings.home / "keys"
    files = sorted(file for file in folder.glob("*") if file.is_file())
    open_files = [
        file.name
        for file in files
        if stat.S_IMODE(file.stat().st_mode) & 0o077 and "pub" not in file.name
    ]
    if open_files:
        raise OSError(f"open to others: {', '.join(open_files)}; chmod 600 them")
    return f"{len(files)} files, for their owner alone"


def _port(name: str, host: str, port: int) -> Finding:
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex((host, port)) == 0
    note = "something listens there (the workbench, if it is up)" if taken else "free"
    return Finding(f"{name} port", ok=True, note=f"{host}:{port} {note}")


def _extra(extra: str, module: str) -> Finding:
    # Found, not imported: torch takes seconds, and a broken one has errors of its own.
    if find_spec(module) is None:
        note = f'not installed; pip install "alpr-workbench[{extra}]" where it is needed'
        return Finding(f"extra {extra}", ok=True, note=note)
    return Finding(f"extra {extra}", ok=True, note="installed")


def _show(findings: list[Finding]) -> None:
    table = PlainTable("", "looked at", "found", box=None)
    for finding in findings:
        table.add_row("ok" if finding.ok else "NO", finding.subject, finding.note)
    Console().print(table)

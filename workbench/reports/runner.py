"""Makes a report: decided, logged, gathered, executed, hashed, kept private, and logged again."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from workbench.access import Action, require
from workbench.audit import Entry, EventKind, Outcome, Record
from workbench.domain.person import Actor, Origin
from workbench.domain.quarter import Quarter
from workbench.errors import DependencyError, ReportError
from workbench.reports.catalogue import Report
from workbench.reports.gathering import Gathering
from workbench.reports.material import Material, write_material
from workbench.resources import resource_root
from workbench.runtime import Runtime

NOTICE = "Holds personal data. For those who audit the program; not for release."


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeReport:
    """A report that was made.

    Attributes
    ----------
    file
        One HTML page, readable by its owner only.
    sha256
        Of the file; stands in the audit log.
    access_id
        The audit record of its beginning; its outcome names that.
    facts
        What stands on top of it.
    """

    name: str
    file: Path
    sha256: str
    access_id: int
    started_at: datetime
    ended_at: datetime
    facts: Mapping[str, str]


def make_report(
    runtime: Runtime,
    report: Report,
    given: Mapping[str, Any],
    *,
    actor: Actor | None,
    origin: Origin,
    out: Path | None = None,
) -> MadeReport:
    """Make a report and keep it.

    Parameters
    ----------
    runtime
        The open workbench.
    report
        From `catalogue.find_report`.
    given
        Its parameters by name.
    actor
        Who asks for it; ``None`` for a scheduled job, which the log then names as such.
    origin
        Where the job runs.
    out
        A new file; the folder of reports under the settings' home by default.

    Returns
    -------
    MadeReport

    Raises
    ------
    ReportError
        If a parameter is unknown, missing or wrong, it is about a quarter that has not begun, the
        file exists, or the notebook fails. What
        the notebook had come to is then kept beside the reports, ending in ``-err.ipynb``.
    DeniedError
        If the actor may not run reports.
    RestoredError
        If the database is an older one that has not been purged again.
    AuditWriteError
        If the run cannot be logged; then nothing is read.
    """
    values = report.checked(given)
    _refuse_existing(out)
    if actor is not None:
        at = runtime.clock()
        require(actor, Action.REPORTS_RUN, policy=runtime.policy, audit=runtime.audit, at=at)
    _refuse_not_begun(runtime, values)
    runtime.retention.check()
    record = _log_start(runtime, report, values, actor, origin)
    gathering = Gathering(runtime, actor, origin, record)
    try:
        made = _made(gathering, report, values, out)
    except BaseException as error:
        failed = {"error": type(error).__name__, "report": report.name}
        _log_outcome(gathering, Outcome.FAILED, failed)
        raise
    details: dict[str, Any] = {
        "report": report.name,
        "sha256": made.sha256,
        "file": made.file.name,
        "bytes": made.file.stat().st_size,
        "facts": dict(made.facts),
    }
    _log_outcome(gathering, Outcome.DONE, details)
    return made


def _made(
    gathering: Gathering, report: Report, values: Mapping[str, Any], out: Path | None
) -> MadeReport:
    runtime, record = gathering.runtime, gathering.record
    kept = private_folder(runtime.settings.home / "reports")
    name = "-".join([report.name, *_words(values), str(record.seq)])
    with tempfile.TemporaryDirectory(prefix="report-", dir=kept) as private:
        folder = Path(private)
        material = report.gather(gathering, values)
        executed = folder / "executed.ipynb"
        try:
            page = _page(report, material, folder, executed)
        except ReportError as error:
            raise _keep_failed(error, executed, kept / f"{name}-err.ipynb") from error
        file = out or kept / f"{name}.html"
        _write_private(file, page.encode())
    return MadeReport(
        name=report.name,
        file=file,
        sha256=hashlib.sha256(page.encode()).hexdigest(),
        access_id=record.seq,
        started_at=record.recorded_at,
        ended_at=runtime.clock(),
        facts=material.facts,
    )


def _page(report: Report, material: Material, folder: Path, executed: Path) -> str:
    try:
        from workbench.reports.execution import execute_notebook  # noqa: PLC0415 - extra `reports`
        from workbench.reports.page import html_page  # noqa: PLC0415 - extra `reports`
    except ModuleNotFoundError as error:
        raise DependencyError(
            "Reports need a package that is not installed",
            given=error.name,
            next_step="install alpr-workbench[reports]",
        ) from error
    write_material(material, private_folder(folder / "material"))
    notebook = resource_root() / "notebooks" / report.notebook
    parameters = {"material_folder": str(folder / "material")}
    execute_notebook(notebook, executed, parameters, folder=folder)
    return html_page(executed, title=report.title, notice=NOTICE)


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner may enter, if it is not there, and return it.

    Raises
    ------
    ReportError
        If it is open to others.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = folder.stat().st_mode & 0o777
    if mode & 0o077:
        raise ReportError(
            "The folder of reports is open to others",
            given=f"{folder} with mode {mode:04o}",
            allowed="mode 0700",
            next_step=f"chmod 700 {folder}, and think about who may have read them",
        )
    return folder


def _write_private(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _keep_failed(error: ReportError, executed: Path, kept: Path) -> ReportError:
    if not executed.is_file():
        return error
    shutil.copyfile(executed, kept)
    kept.chmod(0o600)
    return ReportError(
        error.what,
        given=error.given,
        next_step=f"see {kept}, and delete it then: it holds personal data",
    )


def _refuse_not_begun(runtime: Runtime, values: Mapping[str, Any]) -> None:
    """Refuse a report on a quarter of the department's calendar of which nothing is there yet."""
    zone, now = ZoneInfo(runtime.policy.department.time_zone.value), runtime.clock()
    for quarter in values.values():
        if isinstance(quarter, Quarter) and now < quarter.period(zone).start:
            begins = quarter.period(zone).start.astimezone(zone)
            raise ReportError(
                "The quarter has not begun, so there is nothing to report",
                given=str(quarter),
                allowed="one that is over, or the present one",
                next_step=f"wait until {begins:%Y-%m-%d}",
            )


def _refuse_existing(out: Path | None) -> None:
    if out is not None and (out.exists() or not out.parent.is_dir()):
        raise ReportError(
            "The report cannot be written there",
            given=str(out),
            allowed="a new file in a folder that exists",
        )


def _words(values: Mapping[str, Any]) -> list[str]:
    return [str(value) for value in values.values() if value is not None]


def _log_start(
    runtime: Runtime,
    report: Report,
    values: Mapping[str, Any],
    actor: Actor | None,
    origin: Origin,
) -> Record:
    said = {name: None if value is None else str(value) for name, value in values.items()}
    notebook = (resource_root() / "notebooks" / report.notebook).read_bytes()
    details = {
        "report": report.name,
        "parameters": said,
        "notebook_sha256": hashlib.sha256(notebook).hexdigest(),
    }
    return runtime.audit.append(
        Entry(EventKind.REPORT_RUN, actor, origin=origin, outcome=Outcome.STARTED, details=details)
    )


def _log_outcome(gathering: Gathering, outcome: Outcome, details: Mapping[str, Any]) -> None:
    gathering.runtime.audit.append(
        Entry(
            EventKind.REPORT_OUTCOME,
            gathering.actor,
            origin=gathering.origin,
            access_id=gathering.record.seq,
            outcome=outcome,
            details=details,
        )
    )

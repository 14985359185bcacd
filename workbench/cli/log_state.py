"""What speaks against the audit log, without reading all of it: for `doctor` and `init --check`."""

from __future__ import annotations

from datetime import timedelta

from workbench.errors import WorkbenchError
from workbench.retention.log_heads import LogEvidence
from workbench.runtime import Runtime
from workbench.storage.guards import guard_faults
from workbench.storage.server_log import quiet_settings, refused_attempts


def guards_now(runtime: Runtime) -> tuple[str, ...]:
    """Return which guards of the database are not as this version ships them."""
    with runtime.database.service.connect() as connection:
        return guard_faults(connection)


def log_problems(runtime: Runtime) -> tuple[str, ...]:
    """Return what is wrong with the log and with what was signed of it."""
    try:
        evidence = runtime.log_heads.evidence()
    except WorkbenchError as error:
        return (str(error),)
    contradiction = runtime.log_heads.contradiction(evidence)
    return (*evidence.problems, *((contradiction,) if contradiction else ()))


def checkpoint_overdue(runtime: Runtime, evidence: LogEvidence) -> str | None:
    """Return that the log has gone on for too long unsigned; ``None`` where it has not."""
    limit = timedelta(hours=runtime.policy.audits.checkpoint_within_hours.value)
    head = runtime.audit.head()
    if head is None:
        return None
    since = evidence.newest_at or runtime.audit.read(1).recorded_at
    if runtime.clock() - since <= limit:
        return None
    rule = runtime.policy.audits.checkpoint_within_hours
    return (
        f"the log was last signed on {since.isoformat(timespec='minutes')}, more than {rule.value} "
        f"hours ago ({rule.section}); `workbench audit checkpoint`"
        if evidence.newest_at
        else f"the log was never signed, and its first record is more than {rule.value} hours old "
        f"({rule.section}); `workbench audit checkpoint`"
    )


def refusals(runtime: Runtime) -> tuple[str, ...]:
    """Return what the embedded server's log says was refused, in words, the latest last."""
    return tuple(
        f"{each.at} {each.role}: {each.what}" for each in refused_attempts(runtime.settings.home)
    )


def logging_faults(runtime: Runtime) -> tuple[str, ...]:
    """Return which settings of the server keep refused attempts out of its log."""
    with runtime.database.service.connect() as connection:
        return quiet_settings(connection)

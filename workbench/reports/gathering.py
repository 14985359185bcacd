"""What the gathering of a report's material may use."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from workbench.audit import Record
from workbench.audit.queries import AuditReader
from workbench.domain.person import Actor, Origin
from workbench.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Gathering:
    """A report that is being made: the workbench, who makes it, and the record of its start.

    Attributes
    ----------
    actor
        Who asked for it, or ``None`` for a job.
    record
        The audit record that says that it began.
    """

    runtime: Runtime
    actor: Actor | None
    origin: Origin
    record: Record

    @property
    def reader(self) -> AuditReader:
        """Reads the log in the name of whoever makes the report; each reading is logged."""
        return AuditReader(
            self.runtime.audit,
            self.runtime.database.service,
            self.runtime.clock,
            actor=self.actor,
            origin=self.origin,
        )

    @property
    def zone(self) -> ZoneInfo:
        """The department's time zone."""
        return ZoneInfo(self.runtime.policy.department.time_zone.value)

"""The append-only, hash-chained log: append, verify, checkpoint, export."""

from __future__ import annotations

from workbench.audit.entry import Entry, Record
from workbench.audit.kinds import EventKind, Outcome
from workbench.audit.log import AuditLog

__all__ = ["AuditLog", "Entry", "EventKind", "Outcome", "Record"]

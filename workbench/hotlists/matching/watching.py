"""Hits of reads as they come in, in the transaction that stores the reads."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.clock import Clock
from workbench.domain.person import Channel, Origin
from workbench.hotlists.alerts.queueing import QueuesAlerts
from workbench.hotlists.matching.new_reads import NewReads
from workbench.hotlists.matching.reads import seen_since
from workbench.hotlists.matching.recording import record_hits
from workbench.hotlists.matching.standing import Standing
from workbench.policy.data_rules import HitRules

MATCHING = Origin(Channel.JOB, "matching")
"""Where records of matching come from; nobody acts."""


class HitWatcher:
    """Makes hits of new reads. What fails undoes the reads too, and they are taken in again.

    Parameters
    ----------
    standing
        The matcher of what is in force.
    alerts
        Where hits that people are alerted to are queued, in the same transaction.
    rules
        How far back reads are matched.
    audit, clock
        Where it is logged, and when.
    """

    def __init__(
        self,
        standing: Standing,
        *,
        alerts: QueuesAlerts,
        rules: HitRules,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._standing = standing
        self._alerts = alerts
        self._back = timedelta(days=rules.back_days.value)
        self._audit = audit
        self._clock = clock

    def stored(self, connection: Connection, new: NewReads, *, delivery_id: int) -> None:
        """Match the new reads of a delivery's portion, and write and log the hits.

        Reads that were seen longer ago than new entries are matched back are an archive that
        comes in; nobody is alerted to them.

        Raises
        ------
        AuditWriteError
            If hits cannot be logged; then neither hits nor reads are stored.
        """
        matcher = self._standing.matcher(connection)
        if matcher is None:
            return
        at = self._clock()
        recent = seen_since(new.reads, at - self._back)
        matches = matcher.matches(new.reads, rows=recent) if len(recent) else []
        recorded = record_hits(connection, new, matches, at)
        if recorded.hits:
            self._alerts.queue_alerts(connection, recorded.ids)
            entry = Entry(
                EventKind.HITS_MATCH,
                None,
                outcome=Outcome.DONE,
                details={"delivery": delivery_id, **recorded.details()},
                origin=MATCHING,
            )
            self._audit.append_in(connection, entry)

"""Matching, put together once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from workbench.audit import AuditLog
from workbench.domain.clock import Clock
from workbench.hotlists.alerts.queueing import QueuesAlerts
from workbench.hotlists.in_force import InForce
from workbench.hotlists.matching.engines import StoredEngines
from workbench.hotlists.matching.looking_back import KeptReads, LookingBack
from workbench.hotlists.matching.standing import Standing
from workbench.hotlists.matching.trying import Tries
from workbench.hotlists.matching.watching import HitWatcher
from workbench.policy import Policy
from workbench.recognition.misreads.stored import MisreadModels


@dataclass(frozen=True, slots=True)
class Matching:
    """What makes hits.

    Attributes
    ----------
    standing
        The matcher of what is in force.
    watcher
        Makes hits of reads as they come in.
    back
        Makes hits of kept reads when something new is listed.
    tries
        Says what a plate would meet that is not looked for yet.
    """

    standing: Standing
    watcher: HitWatcher
    back: LookingBack
    tries: Tries


def open_matching(
    engine: Engine,
    *,
    reads: KeptReads,
    misreads: MisreadModels,
    alerts: QueuesAlerts,
    policy: Policy,
    audit: AuditLog,
    clock: Clock,
) -> Matching:
    """Return what makes hits.

    Parameters
    ----------
    engine
        Connects as the service role.
    reads
        The reads that are kept.
    misreads
        What engines mistake.
    alerts
        Where new hits are queued for people.
    policy, audit, clock
        Base rate and thresholds, where it is logged, and when.
    """
    rules = policy.hits
    entries = InForce(clock=clock, back_days=rules.back_days.value)
    standing = Standing(entries, rules=rules, engines=StoredEngines(misreads))
    watcher = HitWatcher(standing, alerts=alerts, rules=rules, audit=audit, clock=clock)
    back = LookingBack(
        engine,
        reads=reads,
        standing=standing,
        entries=entries,
        alerts=alerts,
        rules=rules,
        audit=audit,
        clock=clock,
    )
    return Matching(standing, watcher, back, Tries(standing))

"""Hits, events and next steps as JSON-ready values, for commands and the service alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from workbench.hotlists.hits.handling import HitFile
from workbench.hotlists.hits.hit import Hit, HitEvent
from workbench.hotlists.hits.next_steps import Due, NextSteps
from workbench.hotlists.hits.recording import Acted
from workbench.hotlists.hits.violations import Violation
from workbench.hotlists.lists.lateness import Late


def hit_json(hit: Hit) -> dict[str, Any]:
    """Return a hit; times are ISO 8601 in UTC."""
    values = asdict(hit)
    for name in ("made_at", "seen_at", "list_loaded_at"):
        values[name] = values[name].isoformat() if values[name] else None
    return values


def event_json(event: HitEvent) -> dict[str, Any]:
    """Return an event."""
    times = {name: getattr(event, name).isoformat() for name in ("happened_at", "recorded_at")}
    return {**asdict(event), **times}


def violation_json(violation: Violation) -> dict[str, Any]:
    """Return a violation with its section."""
    return {
        "violation": violation.kind.value,
        "event": violation.event_id,
        "at": violation.at.isoformat(),
        "section": violation.section,
        "corrected_by": violation.corrected_by,
    }


def due_json(due: Due) -> dict[str, Any]:
    """Return what a hit waits for."""
    return {
        "due": due.kind.value,
        "since": due.since.isoformat(),
        "by": due.by.isoformat() if due.by else None,
        "overdue": due.overdue,
        "section": due.section,
    }


def steps_json(steps: NextSteps) -> dict[str, Any]:
    """Return what comes next."""
    return {
        "allowed": [kind.value for kind in steps.allowed],
        "due": [due_json(due) for due in steps.due],
        "violations": [violation_json(one) for one in steps.violations],
        "confirmation": steps.confirmation.id if steps.confirmation else None,
        "stale": steps.stale,
    }


def late_json(late: Late) -> dict[str, list[str]]:
    """Return which lists are late, and how."""
    return {code: [way.value for way in ways] for code, ways in late.items()}


def file_json(file: HitFile) -> dict[str, Any]:
    """Return a hit with its events and what comes next."""
    return {
        "hit": hit_json(file.hit),
        "events": [event_json(event) for event in file.events],
        "next": steps_json(file.steps),
        "list_late": [way.value for way in file.late],
        "access_id": file.access_id,
    }


def acted_json(acted: Acted) -> dict[str, Any]:
    """Return what became of an act."""
    return {
        "event": event_json(acted.event),
        "state": acted.state.value,
        "violations": [violation_json(one) for one in acted.violations],
        "audit_seq": acted.audit_seq,
    }

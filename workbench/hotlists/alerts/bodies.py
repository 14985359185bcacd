"""The JSON of hits, notices, calls for service and tests, by ``data_schema/alerts``."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from workbench.domain.alert import Level
from workbench.hotlists.alerts.called import call_of
from workbench.hotlists.alerts.sending.parcel import About
from workbench.hotlists.lists.lateness import Lateness

VERSION = 1
"""Of each of the four; a member more is no new version, a member less or other is."""

NOT_CONFIRMED = (
    "Not confirmed. Compare with the picture and confirm by CLETS or NCIC before any action; "
    "never the sole basis of a stop (Policy 426.5 (d), 426.6 (d))."
)
INFORMATIONAL = "Informational only: no stop, no enforcement action (Policy 426.6.4 (c))."


def hit_body(
    row: Row[Any], key: UUID, level: Level, page: str, late: Collection[Lateness] = ()
) -> bytes:
    """Return the body of a hit; nothing of the list's entry but what was looked for.

    Parameters
    ----------
    row
        Of the hit's table.
    late
        In which ways its list was late when it was made.
    """
    hit = {
        "number": row.id,
        "page": page,
        "made_at": _time(row.made_at),
        "seen_at": _time(row.seen_at),
        "category": row.category,
        "match": row.match,
        "posterior": round(row.posterior, 6),
        "rival": row.rival,
        "rival_posterior": _rounded(row.rival_posterior),
        "read_plate": row.read_plate,
        "read_region": row.read_region,
        "camera_id": row.camera_id,
        "listed_plate": row.listed_plate,
        "listed_region": row.listed_region,
        "list_code": row.list_code,
        "list_kind": row.list_kind,
        "list_loaded_at": _time(row.list_loaded_at),
        "list_stale": Lateness.STALE in late,
        "list_short": Lateness.SHORT in late,
    }
    return _body(About.HIT, key, level, informational=row.informational, content=hit)


def notice_body(row: Row[Any], key: UUID, level: Level, page: str) -> bytes:
    """Return the body of a notice.

    Parameters
    ----------
    row
        Of the notices' table.
    """
    notice = {
        "number": row.id,
        "page": page,
        "kind": row.kind,
        "subject": row.subject,
        "text": row.text,
        "found_at": _time(row.found_at),
    }
    return _body(About.NOTICE, key, level, informational=None, content=notice)


def call_body(row: Row[Any], key: UUID, level: Level, page: str) -> bytes:
    """Return the body of a call for service.

    Parameters
    ----------
    row
        Of the hit's table, with the event's ``event_id``, ``happened_at`` and ``details``.
    """
    said = call_of(row.details)
    call = {
        "number": row.event_id,
        "page": page,
        "hit_number": row.id,
        "call_type": said.call_type,
        "call_number": said.number,
        "description": said.description,
        "direction": said.direction,
        "called_at": _time(row.happened_at),
        "seen_at": _time(row.seen_at),
        "camera_id": row.camera_id,
        "plate": row.read_plate,
        "region": row.read_region,
        "category": row.category,
    }
    return _body(About.CALL, key, level, informational=row.informational, content=call)


TESTED = "A test: nothing was seen, nothing is to be done."


def trial_body(number: int, key: UUID, at: datetime, *, target: str, page: str) -> bytes:
    """Return the body of a test, which no receiver can take for a hit or a call.

    Parameters
    ----------
    number
        Of its record in the log.
    at
        When it is sent.
    target
        Name of where it goes.
    """
    test = {
        "number": number,
        "page": page,
        "target": target,
        "text": TESTED,
        "sent_at": _time(at),
    }
    return _body(About.TEST, key, Level.LOW, informational=None, content=test)


def _body(
    about: About,
    key: UUID,
    level: Level,
    *,
    informational: bool | None,
    content: Mapping[str, Any],
) -> bytes:
    head: dict[str, Any] = {
        "schema": f"urn:alpr-workbench:alerts:{about}:v{VERSION}",
        "version": VERSION,
        "id": str(key),
        "kind": about.value,
        "level": level.value,
    }
    if informational is not None:
        head["quiet"] = level is Level.LOW
        head["informational_only"] = informational
        head["caution"] = INFORMATIONAL if informational else NOT_CONFIRMED
    return json.dumps({**head, about.value: content}, separators=(",", ":")).encode()


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 6)

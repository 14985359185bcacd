"""Between what a caller asks to have logged and the row that is stored."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from workbench.audit.canonical import JSON_FIELDS, Row, json_text, time_text
from workbench.audit.entry import SCHEMA_VERSION, Entry, Record
from workbench.domain.event import EventKind, Outcome
from workbench.domain.person import Origin
from workbench.errors import AuditWriteError

MAX_ENTRY_CHARACTERS = 262_144
"""Longest entry, so that nobody can fill the log with one request."""

_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def entry_row(entry: Entry, *, at: datetime, organisation: str, policy_version: str) -> Row:
    """Return the row of an entry, without its place in the chain and its hashes.

    Characters that PostgreSQL cannot hold (NUL, lone surrogates) become U+FFFD.

    Raises
    ------
    AuditWriteError
        If criteria or details hold something that JSON cannot say, or the entry is too long.
    """
    person = entry.actor.person if entry.actor else None
    origin = entry.actor.origin if entry.actor else entry.origin
    row = {
        "recorded_at": time_text(at),
        "schema_version": SCHEMA_VERSION,
        "kind": entry.kind.value,
        "username": _text(person.username if person else None),
        "display_name": _text(person.display_name if person else None),
        "organisation": _text(person.organisation if person else organisation),
        "roles": _json(sorted(person.roles_at(at)) if person else []),
        "purpose": _text(entry.purpose),
        "case_number": _text(entry.case_number),
        "reason": _text(entry.reason),
        "plate": _text(entry.plate),
        "criteria": None if entry.criteria is None else _json(entry.criteria),
        "inquiry_id": str(entry.inquiry_id) if entry.inquiry_id else None,
        "access_id": entry.access_id,
        "policy_version": policy_version,
        "origin": _json(_origin(origin)) if origin else None,
        "outcome": entry.outcome.value if entry.outcome else None,
        "details": _json(entry.details),
    }
    length = sum(len(value) for value in row.values() if isinstance(value, str))
    if length > MAX_ENTRY_CHARACTERS:
        raise AuditWriteError(
            "The entry is too long for the audit log",
            given=f"{length} characters",
            allowed=f"{MAX_ENTRY_CHARACTERS} characters",
        )
    return row


def row_record(row: Row) -> Record:
    """Return the record of a whole row."""
    values = dict(row)
    for name in JSON_FIELDS:
        values[name] = None if row[name] is None else json.loads(row[name])
    values["recorded_at"] = datetime.fromisoformat(row["recorded_at"])
    values["kind"] = EventKind(row["kind"])
    values["outcome"] = Outcome(row["outcome"]) if row["outcome"] else None
    values["inquiry_id"] = UUID(row["inquiry_id"]) if row["inquiry_id"] else None
    values["roles"] = tuple(values["roles"])
    return Record(**values)


def _origin(origin: Origin) -> dict[str, str | None]:
    return {
        "channel": origin.channel.value,
        "address": origin.address,
        "session": origin.session,
        "agent": origin.agent,
    }


def _text(value: str | None) -> str | None:
    return None if value is None else _NOT_STORABLE.sub("\ufffd", value)


def _json(value: object) -> str:
    try:
        return json_text(_plain(value))
    except (TypeError, ValueError, RecursionError) as error:
        raise AuditWriteError(
            "The audit log cannot hold what was to be logged",
            given=f"{type(error).__name__}: {error}",
            allowed="text, finite numbers, times, and lists and mappings of them",
        ) from error


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_STORABLE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    return value

"""The log's SQL, in one place because each statement is part of what makes the chain hold."""

from __future__ import annotations

from workbench.audit.canonical import FIELDS, FIRST_PREVIOUS_HASH

CHAIN_LOCK = 0x616C_7072_6C6F_6731
"""Key of the advisory lock that writers queue for ("alprlog1")."""

_CASTS = {
    "recorded_at": "timestamptz",
    "schema_version": "smallint",
    "inquiry_id": "uuid",
    "access_id": "bigint",
    "criteria": "json",
    "details": "json",
    "origin": "json",
    "roles": "json",
}
_STORED = {
    "recorded_at": """to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    "inquiry_id": "inquiry_id::text",
    "criteria": "criteria::text",
    "details": "details::text",
    "origin": "origin::text",
    "roles": "roles::text",
    "previous_hash": "encode(previous_hash, 'hex')",
    "hash": "encode(hash, 'hex')",
}
_WRITTEN = tuple(name for name in FIELDS if name not in {"previous_hash", "seq"})

ROW = ", ".join(f"{_STORED.get(name, name)} AS {name}" for name in (*FIELDS, "hash"))
"""A record as `canonical.Row` wants it: every column as the text that is hashed."""

LOCK = f"SELECT pg_advisory_xact_lock({CHAIN_LOCK})"
LOCK_DURABLE = f"{LOCK} FROM set_config('lock_timeout', '10s', true) AS waits"
LOCK_LATER = f"{LOCK_DURABLE}, set_config('synchronous_commit', 'off', true) AS commits"

_INSERT = f"""
    WITH head AS (
        (SELECT seq, hash FROM audit_record ORDER BY seq DESC LIMIT 1)
        UNION ALL SELECT 0, decode('{FIRST_PREVIOUS_HASH}', 'hex')
        ORDER BY seq DESC LIMIT 1
    )
    INSERT INTO audit_record (seq, previous_hash, hash, {", ".join(_WRITTEN)})
    SELECT head.seq + 1, head.hash, sha256(convert_to(
        %(before)s::text || encode(head.hash, 'hex') || %(between)s::text
        || (head.seq + 1)::text || %(after_seq)s::text, 'UTF8')),
        {", ".join(f"%({name})s::{_CASTS.get(name, 'text')}" for name in _WRITTEN)}
    FROM head
"""  # noqa: S608 - names of our own columns; every value is bound
_RETURNING = f"RETURNING {ROW}"

INSERT = _INSERT + _RETURNING
"""Takes the place behind the head and hashes itself to it; run under the lock."""

READS_OUT = """
    SELECT coalesce(sum((details ->> 'reads')::bigint), 0)::bigint FROM audit_record
    WHERE kind = 'look:outcome' AND outcome IN ('returned', 'truncated')
      AND details ->> 'reads' IS NOT NULL
"""
"""Sums how many reads looks let out; the rest of the condition follows it."""

OF_PERSON = """
      AND username = %(of_person)s AND recorded_at > %(after)s::timestamptz
      AND details ->> 'allowance' IS NULL
"""
UNDER_ALLOWANCE = """
      AND inquiry_id = %(of_inquiry)s::uuid AND details ->> 'allowance' = %(allowance)s::text
"""


def insert_within(condition: str) -> str:
    """Return `INSERT` that adds no row when the reads let out would be more than ``most``.

    Parameters
    ----------
    condition
        Which outcomes count: `OF_PERSON` or `UNDER_ALLOWANCE`.
    """
    return f"{_INSERT} WHERE %(reads)s::bigint + ({READS_OUT} {condition}) <= %(most)s {_RETURNING}"


READ_ONE = f"SELECT {ROW} FROM audit_record WHERE seq = %(seq)s"  # noqa: S608 - as above

HEAD = f"SELECT {ROW} FROM audit_record ORDER BY seq DESC LIMIT 1"  # noqa: S608 - as above

_SELECTED = """
    FROM audit_record
    WHERE (%(start)s::timestamptz IS NULL OR recorded_at >= %(start)s::timestamptz)
      AND (%(end)s::timestamptz IS NULL OR recorded_at < %(end)s::timestamptz)
      AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s::text[]))
"""
MEASURE = f"SELECT count(*), coalesce(min(seq), 0), coalesce(max(seq), 0) {_SELECTED}"
SELECT = f"SELECT {ROW} {_SELECTED} ORDER BY seq"

ACCESSES = """
    SELECT look.seq, look.recorded_at, look.kind, look.username, look.display_name,
        look.organisation, look.purpose, look.case_number, look.reason, look.plate,
        look.criteria::text, look.inquiry_id::text, look.policy_version,
        look.origin ->> 'channel', look.origin ->> 'address',
        ended.outcome,
        CASE WHEN ended.details ->> 'rows' ~ '^[0-9]{1,18}$'
             THEN (ended.details ->> 'rows')::bigint END
    FROM audit_record look
    LEFT JOIN LATERAL (
        SELECT outcome, details FROM audit_record
        WHERE access_id = look.seq AND kind = 'look:outcome'
        ORDER BY seq LIMIT 1
    ) ended ON true
    WHERE look.recorded_at >= %(start)s AND look.recorded_at < %(end)s
      AND look.kind = ANY(%(kinds)s::text[])
    ORDER BY look.seq
"""

EVENTS = f"""
    SELECT seq, recorded_at, kind, username, organisation, purpose, case_number, reason, plate,
        inquiry_id::text, access_id, origin ->> 'channel', origin ->> 'address', outcome,
        details::text
    {_SELECTED} ORDER BY seq DESC LIMIT %(limit)s
"""

"""The end of a purge: files deleted, the certificate signed, logged and written."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from workbench.audit import EventKind, Outcome
from workbench.audit.keys import signing_key
from workbench.retention.authority import authority_of
from workbench.retention.certificate import signed_certificate, write_certificate
from workbench.retention.doing import FILES, Doer, PurgeParts, Report
from workbench.retention.files import delete_some, digests
from workbench.retention.locking import part
from workbench.retention.standing import held_in_all
from workbench.storage.retention_tables import purge, purge_count, purge_file

Rows = tuple[dict[str, Any], ...]
_p, _c = purge.c, purge_count.c


def end_purge(
    parts: PurgeParts, doer: Doer, number: int, report: Report
) -> tuple[Rows, Path | None]:
    """Delete the files that a purge listed and certify what it did; also for one that was killed.

    Returns
    -------
    tuple
        What went, and the file of the certificate; ``None`` where nothing went.
    """
    at = parts.clock()
    while _some_files(parts, number, at):
        report(FILES)
    with part(parts.purger, alone=False) as connection:
        rows, content = _certificate(connection, parts, number, at)
        connection.execute(
            update(purge).where(_p.id == number).values(ended_at=at, certificate=content)
        )
        connection.execute(delete(purge_file).where(purge_file.c.purge_id == number))
        sha256 = hashlib.sha256(content.encode()).hexdigest() if content else None
        details = {"purge": number, "rows": len(rows), "sha256": sha256}
        entry = doer.entry(EventKind.RETENTION_CERTIFY, Outcome.DONE, details)
        parts.audit.append_in(connection, entry)
    report("certified")
    if content is None:
        return rows, None
    file = write_certificate(parts.stores.home, number, content)
    report("written")
    return rows, file


def write_certificates(parts: PurgeParts) -> None:
    """Write the certificates of earlier purges that were killed before they were written."""
    with parts.purger.connect() as connection:
        every = select(_p.id, _p.certificate).where(_p.certificate.is_not(None))
        rows = connection.execute(every).all()
    for row in rows:
        write_certificate(parts.stores.home, row.id, row.certificate)


def _some_files(parts: PurgeParts, number: int, at: datetime) -> int:
    with part(parts.purger) as connection:
        return delete_some(connection, parts.stores, number, at)


def _certificate(
    connection: Connection, parts: PurgeParts, number: int, at: datetime
) -> tuple[Rows, str | None]:
    row = connection.execute(select(purge).where(_p.id == number)).one()
    rows = _rows(connection, number)
    if not rows:
        return rows, None
    holds, held = held_in_all(connection, at)
    authority = authority_of(connection, row.authority_id)
    stated = {
        "organisation": parts.policy.department.name.value,
        "purge": number,
        "counted_from": row.counted_from.isoformat(),
        "ended_at": at.isoformat(),
        "by": row.begun_by or "(job)",
        "policy_version": row.policy_version,
        "access_id": row.access_id,
        "authority": authority.as_json() if authority else None,
        "rows": list(rows),
        "files": digests(connection, number),
        "held_reads": held,
        "standing_holds": holds,
    }
    return rows, signed_certificate(stated, signing_key(parts.keys))


def _rows(connection: Connection, number: int) -> Rows:
    names = (_c.kind, _c.rule, _c.section, _c.month, _c.cutoff, _c.way)
    rows = connection.execute(
        select(*names, func.sum(_c.gone).label("gone"))
        .where(_c.purge_id == number)
        .group_by(*names)
        .order_by(_c.month.nulls_last(), _c.kind, _c.rule)
    )
    return tuple(
        {
            "kind": row.kind,
            "rule": row.rule,
            "section": row.section,
            "month": row.month.isoformat() if row.month else None,
            "cutoff": row.cutoff.isoformat(),
            "gone": int(row.gone),
            "way": row.way,
        }
        for row in rows
    )

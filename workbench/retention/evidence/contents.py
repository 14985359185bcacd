"""``data/contents.json``: what a package says it holds, for programs and for verification."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench.errors import EvidenceError
from workbench.retention.evidence.access_files import Accesses
from workbench.retention.evidence.payload import Making, Reads
from workbench.retention.evidence.surroundings import software

CONTENTS = "contents.json"
CONTENTS_VERSION = 1


def write_contents(making: Making, reads: Reads, accesses: Accesses | None) -> None:
    """Write what the package holds."""
    record, order = making.record, making.order
    found = accesses.verification if accesses else None
    said: dict[str, Any] = {
        "schema_version": CONTENTS_VERSION,
        "released_to": order.recipient.line if order.recipient else None,
        "held_by": making.frame.held_by,
        "package": making.number,
        "department": making.frame.department,
        "order": order.as_json(),
        "case_number": record.case_number,
        "purpose": record.purpose,
        "reason": record.reason,
        "made_by": record.username,
        "begun_at": making.begun_at.isoformat(),
        "access_id": record.seq,
        "inquiry_id": str(record.inquiry_id),
        "booking": making.booking,
        "policy_version": making.sources.policy.version,
        "reads": len(reads.keys),
        "pictures": reads.pictures,
        "pictures_lost": dict(reads.lost),
        "tables": making.tables,
        "pages": making.pages,
        "notes": making.notes,
        "audit_log": None
        if found is None
        else {
            "whole": found.whole,
            "records": found.records,
            "last_seq": found.last_seq,
            "last_hash": found.last_hash,
            "explanation": found.broken.explanation if found.broken else None,
        },
        "software": software(),
    }
    text = json.dumps(said, indent=2, ensure_ascii=False)
    (making.folder / CONTENTS).write_text(f"{text}\n", encoding="utf-8")


def read_contents(payload: Path) -> dict[str, Any]:
    """Return what a package says it holds.

    Raises
    ------
    EvidenceError
        If that cannot be read.
    """
    try:
        said = json.loads((payload / CONTENTS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvidenceError(
            "What the package holds cannot be read", given=type(error).__name__
        ) from error
    if not isinstance(said, dict) or said.get("schema_version") != CONTENTS_VERSION:
        raise EvidenceError("This is no package of a version that is known here")
    return said

"""What goes into a package, in its order; each part in a file of its own beside this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from workbench.audit import AuditLog, Record
from workbench.audit.checkpoint import Checkpoint
from workbench.detections.gathering import Gathering
from workbench.hotlists.hits.scoring import Scoring
from workbench.policy import Policy
from workbench.recognition.misreads.stored import MisreadModels
from workbench.retention.evidence.inspections import KnowsInspections
from workbench.retention.evidence.order import Order
from workbench.retention.evidence.page import Frame
from workbench.retention.evidence.pictures import Pictures
from workbench.retention.evidence.read_files import ReadFiles
from workbench.retention.evidence.read_keys import ReadKeys
from workbench.retention.evidence.read_pages import ReadPages


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the parts of a package come from.

    Attributes
    ----------
    log_engine
        May read the audit log.
    audit
        The log itself.
    inspections
        Whoever keeps the records of equipment.
    signed
        Asked for the heads that were signed of the log, with which it has to agree.
    """

    policy: Policy
    audit: AuditLog
    log_engine: Engine
    misreads: MisreadModels
    scoring: Scoring
    inspections: KnowsInspections
    signed: Callable[[], Sequence[Checkpoint]]


@dataclass(slots=True, kw_only=True)
class Making:
    """A package on its way.

    Attributes
    ----------
    folder
        Of the payload.
    number
        The package's.
    record
        The look that lets its reads out.
    tables
        Names of the tables written, each with its rows; `verify` counts them again.
    pages
        Names of the pages written.
    notes
        What who opens it has to know first.
    """

    folder: Path
    number: int
    order: Order
    record: Record
    begun_at: datetime
    booking: str | None
    sources: Sources
    gathering: Gathering
    frame: Frame
    key: Ed25519PrivateKey
    tables: dict[str, int] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """The packed reads, as far as the other parts need them.

    Attributes
    ----------
    first
        The first of them as HTML, for the first page.
    """

    keys: ReadKeys
    first: tuple[str, ...]
    pages: tuple[str, ...]
    pictures: int
    lost: Mapping[str, str]


def write_reads(making: Making) -> Reads:
    """Write reads and pictures portion by portion; memory holds one portion, and the keys.

    Raises
    ------
    EvidenceError
        If there is no read.
    """
    pictures = Pictures(making.folder, making.gathering)
    recipient, two_sided = making.order.recipient, making.order.two_sided
    files = ReadFiles(making.folder, recipient, candidates=two_sided)
    pages = ReadPages(making.folder, making.frame, pictures, two_sided=two_sided)
    with files, pages:

        def written() -> Any:
            for portion in making.gathering.portions():
                files.write(portion)
                for read in portion.to_pylist():
                    pages.write(read)
                yield portion

        keys = ReadKeys(written())
    making.tables |= files.rows
    making.pages += pages.names
    if pictures.lost:
        making.notes.append(
            f"{len(pictures.lost)} pictures could not be packed; the reads say which and why"
        )
    return Reads(
        keys=keys,
        first=tuple(pages.first),
        pages=tuple(pages.names),
        pictures=pictures.written,
        lost=dict(pictures.lost),
    )

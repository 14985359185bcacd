"""Puts the services of evidence packages together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from workbench.access.office import Office
from workbench.audit.checkpoint import Checkpoint
from workbench.audit.keys import signing_key
from workbench.detections.door import Door
from workbench.hotlists.hits.scoring import Scoring
from workbench.recognition.misreads.stored import MisreadModels
from workbench.retention.evidence.inspections import KnowsInspections, NoInspections
from workbench.retention.evidence.making import Packages
from workbench.retention.evidence.payload import Sources


def open_evidence(
    office: Office,
    *,
    door: Door,
    scoring: Scoring,
    misreads: MisreadModels,
    keys: Path,
    inspections: KnowsInspections | None = None,
    signed: Callable[[], Sequence[Checkpoint]] = tuple,
) -> Packages:
    """Return what makes packages.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    door
        Lets reads out.
    scoring, misreads
        How often hits are wrong, and what engines mistake.
    keys
        The folder with the key that signs checkpoints; it signs packages too.
    inspections
        Whoever keeps the records of equipment; without, a package says that there are none.
    signed
        Asked for what was signed of the log; a log that contradicts it is not signed again.
    """
    sources = Sources(
        policy=office.policy,
        audit=office.audit,
        log_engine=office.engine,
        misreads=misreads,
        scoring=scoring,
        inspections=inspections or NoInspections(),
        signed=signed,
    )
    return Packages(office, door=door, sources=sources, key=lambda: signing_key(keys))

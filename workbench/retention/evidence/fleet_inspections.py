"""Inspections as the records of equipment have them, for packages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from workbench.fleet.inspections import Inspection as Done
from workbench.fleet.inspections import inspections_of
from workbench.retention.evidence.inspections import Inspection


class FleetInspections:
    """Reads the inspections of cameras.

    Parameters
    ----------
    engine
        Of the service or reader role.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def inspections(self, camera_ids: Sequence[str], until: datetime) -> Sequence[Inspection]:
        """Return the inspections of some cameras up to an instant, the earliest first."""
        with self._engine.connect() as connection:
            done = inspections_of(connection, list(camera_ids))
        return [
            Inspection(
                camera_id=one.camera_id,
                inspected_at=one.done_at,
                inspected_by=one.done_by,
                passed=tuple(item.item for item in one.items if item.good),
                failed=tuple(f"{item.item}: {item.words}" for item in one.items if not item.good),
                note=_note(one),
            )
            for one in done
            if one.done_at <= until
        ]


def _note(done: Done) -> str | None:
    """Say of an inspection that came after its quarter that it did."""
    if done.makes_up is None:
        return None
    return f"late: makes up {done.makes_up}, recorded {done.recorded_at.isoformat()}"

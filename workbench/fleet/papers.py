"""What is on record about cameras, for an evidence package and for whoever asks about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection

from workbench.detections.cameras import Camera, registered
from workbench.domain.period import Period
from workbench.fleet.as_json import camera_json, fault_json, inspection_json, plain, rows_json
from workbench.fleet.fault import Fault, faults_of
from workbench.fleet.inspections import Inspection, inspections_of
from workbench.fleet.places import CameraPlace, places_of
from workbench.hotlists.hits.scoring import rates_of_weeks


@dataclass(frozen=True, slots=True, eq=False)
class CameraPapers:
    """What is on record about a camera and a time.

    Attributes
    ----------
    camera
        ``None`` if the department has none of that identifier on its list.
    places
        Where it was in that time.
    inspections
        Done in that time, and the last one before it.
    faults
        That were there in that time.
    error_rates
        Of its hits in the weeks of that time, with the columns of `TRUTH_DTYPES`.
    """

    camera_id: str
    camera: Camera | None
    places: tuple[CameraPlace, ...]
    inspections: tuple[Inspection, ...]
    faults: tuple[Fault, ...]
    error_rates: pd.DataFrame

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready; times are ISO 8601 in UTC."""
        return {
            "camera_id": self.camera_id,
            "camera": None if self.camera is None else camera_json(self.camera),
            "places": [plain(asdict(place)) for place in self.places],
            "inspections": [inspection_json(done) for done in self.inspections],
            "faults": [fault_json(fault) for fault in self.faults],
            "error_rates": rows_json(self.error_rates),
        }


def camera_papers(
    connection: Connection, camera_ids: Sequence[str], period: Period, *, zone: ZoneInfo
) -> tuple[CameraPapers, ...]:
    """Return what is on record about cameras and a time, in the order that was asked for.

    It names no plate and no hit, so it is no look at either.

    Parameters
    ----------
    connection
        Of the service role.
    zone
        The department's, by whose weeks error rates are estimated.
    """
    ids = list(dict.fromkeys(camera_ids))
    known = {one.camera.id: one.camera for one in registered(connection)}
    places = places_of(connection, ids)
    inspections, faults = inspections_of(connection, ids), faults_of(connection, camera_ids=ids)
    rates = rates_of_weeks(connection, period, zone)
    of_cameras = rates[rates["by"] == "camera"]
    return tuple(
        CameraPapers(
            camera_id=one,
            camera=known.get(one),
            places=tuple(p for p in places.get(one, ()) if p.within(period) is not None),
            inspections=_of_time([i for i in inspections if i.camera_id == one], period),
            faults=tuple(f for f in faults if f.camera_id == one and _stood(f, period)),
            error_rates=of_cameras[of_cameras["value"] == one].reset_index(drop=True),
        )
        for one in ids
    )


def _of_time(inspections: list[Inspection], period: Period) -> tuple[Inspection, ...]:
    before = [done for done in inspections if done.done_at < period.start]
    within = [done for done in inspections if period.start <= done.done_at < period.end]
    return (*before[-1:], *within)


def _stood(fault: Fault, period: Period) -> bool:
    mended = fault.repaired_at
    return fault.discovered_at < period.end and (mended is None or mended > period.start)

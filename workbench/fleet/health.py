"""Which cameras are not well: silent, suddenly quiet, broken, not inspected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from workbench.detections.cameras import Camera, CameraKind, registered
from workbench.detections.read_counts import ReadCounts
from workbench.domain.clock import Clock
from workbench.domain.equipment import FaultState, HealthWrong
from workbench.domain.period import Period
from workbench.domain.stretches import HOUR, hour_of
from workbench.fleet.drops import Compared, Drops, compared_cameras, drops, same_hours
from workbench.fleet.fault import Fault, faults_of
from workbench.fleet.inspections import Overdue, overdue_at
from workbench.fleet.places import CameraPlace, places_of
from workbench.policy import Policy

_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a camera stands.

    Attributes
    ----------
    place
        Where it is; ``None`` if no installation is on record.
    since
        Since when it is there, or known.
    last_seen_at
        Its last read before the present hour, which is not told; ``None`` if there is none.
    worked_on
        The department's day since which it has made as many reads as may be told; ``None`` if it
        has not.
    silent
        Of a fixed camera or trailer: no read for longer than the policy lets pass, up to the
        present hour.
    out_of_service
        Whether a fault keeps it from being used; then it is not called silent.
    compared
        What it read lately beside other weeks; ``None`` where too little is expected to tell.
    """

    camera: Camera
    place: CameraPlace | None
    since: datetime
    last_seen_at: datetime | None
    worked_on: date | None
    silent: bool
    out_of_service: bool
    faults: tuple[Fault, ...]
    compared: Compared | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFinding:
    """Something out of order.

    Attributes
    ----------
    on
        A camera's identifier, ``car`` and its number, or ``all``.
    since
        From when on it is so.
    """

    what: HealthWrong
    on: str
    since: datetime
    why: str
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How all cameras stand, and what is out of order, the oldest first."""

    at: datetime
    cameras: tuple[Standing, ...]
    drops: Drops
    findings: tuple[HealthFinding, ...]

    @property
    def well(self) -> bool:
        """Whether nothing is out of order."""
        return not self.findings


class HealthCheck:
    """Looks how cameras stand; counts reads and shows none.

    What is told changes with whole hours only, names no time of a read and no count of them.

    Parameters
    ----------
    counts
        Of reads.
    policy, clock
        When a camera is silent or has dropped, and the present instant.
    """

    def __init__(self, counts: ReadCounts, *, policy: Policy, clock: Clock) -> None:
        self._counts = counts
        self._policy = policy
        self._rules = policy.equipment
        self._zone = ZoneInfo(policy.department.time_zone.value)
        self._clock = clock

    def look(self, connection: Connection) -> Health:
        """Return how all cameras in use stand now.

        Parameters
        ----------
        connection
            Of the service role.
        """
        at = self._clock()
        standing_faults = faults_of(connection, states=(FaultState.OPEN, FaultState.REPORTED))
        cameras = list(self._cameras(connection, at, standing_faults))
        dropped, horizon = self._dropped(cameras, at)
        compared = {one.camera_id: one for one in dropped.compared}
        standings = tuple(_with(one, compared.get(one.camera.id)) for one in cameras)
        overdue = overdue_at(connection, at, policy=self._policy)
        findings = (
            *self._silent(standings),
            *self._drop_findings(dropped, horizon),
            *_of_faults(standing_faults),
            *self._not_inspected(overdue),
        )
        ordered = tuple(sorted(findings, key=lambda one: (one.since, one.on, one.what)))
        return Health(at=at, cameras=standings, drops=dropped, findings=ordered)

    def _cameras(
        self, connection: Connection, at: datetime, faults: tuple[Fault, ...]
    ) -> Iterator[Standing]:
        active = [one for one in registered(connection) if one.camera.active]
        places = places_of(connection)
        hour, ids = hour_of(at), [one.camera.id for one in active]
        last = self._counts.last_seen(ids, hour)
        enough = self._counts.last_seen(ids, hour, nth=self._policy.aggregates.min_cell.value)
        for one in active:
            camera = one.camera
            of_camera = tuple(fault for fault in faults if fault.camera_id == camera.id)
            there = [place for place in places.get(camera.id, ()) if place.until_at is None]
            since = there[0].from_at if there else one.created_at
            out = any(fault.out_of_service for fault in of_camera)
            seen = last.get(camera.id)
            yield Standing(
                camera=camera,
                place=there[0] if there else None,
                since=since,
                last_seen_at=seen,
                worked_on=self._day_of(enough.get(camera.id)),
                silent=not out and self._is_silent(camera, max(since, seen or since), hour),
                out_of_service=out,
                faults=of_camera,
                compared=None,
            )

    def _day_of(self, at: datetime | None) -> date | None:
        return None if at is None else at.astimezone(self._zone).date()

    def _is_silent(self, camera: Camera, since: datetime, at: datetime) -> bool:
        hours = timedelta(hours=self._rules.silent_hours.value)
        return camera.kind is not CameraKind.VEHICLE and at - since > hours

    def _dropped(self, cameras: list[Standing], at: datetime) -> tuple[Drops, datetime]:
        stands_still = [
            one
            for one in cameras
            if one.camera.kind is not CameraKind.VEHICLE and not one.out_of_service
        ]
        # Where reads come in once a night, what is not here yet is not missing.
        seen = [one.last_seen_at for one in stands_still if one.last_seen_at is not None]
        if not seen:
            return drops((), self._rules.drop_share.value), at
        horizon, weeks = hour_of(min(max(seen), at)), self._rules.drop_weeks.value
        ids = [one.camera.id for one in stands_still]
        counts: dict[str, dict[datetime, int]] = {}
        for week in range(weeks + 1):
            hours = same_hours(horizon, week, self._zone)
            window = Period(min(hours), max(hours) + HOUR)
            for camera_id, of_camera in self._counts.hours(window, ids).items():
                counts.setdefault(camera_id, {}).update(of_camera)
        since = {
            one.camera.id: one.place.from_at if one.place else _ALWAYS
            for one in stands_still
            if not one.silent
        }
        compared = compared_cameras(counts, since, horizon=horizon, weeks=weeks, zone=self._zone)
        return drops(compared, self._rules.drop_share.value), horizon

    def _silent(self, standings: Iterable[Standing]) -> Iterator[HealthFinding]:
        rule = self._rules.silent_hours
        for one in standings:
            if one.silent:
                quiet_from = max(one.since, one.last_seen_at or one.since)
                day = (quiet_from + timedelta(hours=rule.value)).astimezone(self._zone).date()
                yield HealthFinding(
                    what=HealthWrong.SILENT,
                    on=one.camera.id,
                    since=datetime.combine(day, time(), self._zone).astimezone(UTC),
                    why=f"No read for more than {rule.value} hours",
                    section=rule.section,
                )

    def _drop_findings(self, found: Drops, horizon: datetime) -> Iterator[HealthFinding]:
        rule = self._rules.drop_share
        if found.all_dropped and found.typical is not None:
            why = (
                f"All cameras together: about {round(found.typical, 1):.0%} of other weeks;"
                " the way in, or the day"
            )
            yield HealthFinding(
                what=HealthWrong.ALL_DROPPED, on="all", since=horizon, why=why, section=rule.section
            )
        for one in found.dropped:
            why = f"Less than {rule.value:.0%} of other weeks in the last {one.hours} h"
            yield HealthFinding(
                what=HealthWrong.DROPPED,
                on=one.camera_id,
                since=horizon - one.hours * HOUR,
                why=why,
                section=rule.section,
            )

    def _not_inspected(self, overdue: Iterable[Overdue]) -> Iterator[HealthFinding]:
        section = self._policy.inspections.every.section
        for one in overdue:
            if one.made_up_at is None:
                yield HealthFinding(
                    what=HealthWrong.INSPECTION_OVERDUE,
                    on=one.camera_id,
                    since=one.since,
                    why=f"Not inspected in {one.turn}",
                    section=section,
                )


def _with(one: Standing, compared: Compared | None) -> Standing:
    values = {name: getattr(one, name) for name in Standing.__dataclass_fields__}
    return Standing(**values | {"compared": compared})


def _of_faults(faults: Iterable[Fault]) -> Iterator[HealthFinding]:
    for fault in faults:
        on = fault.camera_id or f"car {fault.vehicle}"
        if fault.state is FaultState.OPEN:
            yield HealthFinding(
                what=HealthWrong.FAULT_UNREPORTED,
                on=on,
                since=fault.discovered_at,
                why=f"Fault {fault.id}: nobody is on record as told",
                section="426.6.2 (a)",
            )
        if fault.out_of_service:
            yield HealthFinding(
                what=HealthWrong.OUT_OF_SERVICE,
                on=on,
                since=fault.discovered_at,
                why=f"Fault {fault.id}: out of service until the garage has repaired it",
                section="426.6.2",
            )

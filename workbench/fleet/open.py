"""Puts the services of equipment together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, Engine

from workbench.access import Action, decide
from workbench.access.office import Office
from workbench.detections.read_counts import ReadCounts
from workbench.domain.alert import Notice
from workbench.domain.period import Period
from workbench.domain.person import Actor
from workbench.domain.week import Week
from workbench.fleet.assignments import Assignments
from workbench.fleet.coverage import coverage
from workbench.fleet.faults import Faults
from workbench.fleet.health import Health, HealthCheck
from workbench.fleet.inspections import Inspections
from workbench.fleet.papers import CameraPapers, camera_papers
from workbench.fleet.places import Places
from workbench.fleet.registry import Registry
from workbench.fleet.shift_findings import ShiftFinding, ShiftFindings
from workbench.fleet.shifts import Shifts
from workbench.fleet.telling import LOOKED_BACK, notice_of_shift, notices_of_health


class Reading:
    """Answers about all equipment together; reads rows and counts, no plates.

    Of reads it tells whole hours and whole days that have enough of them, so nothing here is a
    look.

    Parameters
    ----------
    office
        The rules, the log and the clock.
    reader
        Of the service role, read-only and limited in time.
    """

    def __init__(self, office: Office, reader: Engine) -> None:
        self._office = office
        self._reader = reader
        self._zone = ZoneInfo(office.policy.department.time_zone.value)
        self._counts = ReadCounts(reader)
        self._health = HealthCheck(self._counts, policy=office.policy, clock=office.clock)
        self.shifts = ShiftFindings(reader, policy=office.policy, clock=office.clock)

    def allow(self, by: Actor) -> None:
        """Refuse who may not see equipment.

        Raises
        ------
        DeniedError
            Logged.
        """
        self._office.require(by, Action.EQUIPMENT_VIEW)

    def health(self) -> Health:
        """Return how all cameras in use stand now."""
        with self._reader.connect() as connection:
            return self._health.look(connection)

    def coverage(self, period: Period) -> pd.DataFrame:
        """Return in how many hours each camera worked, of a time widened to whole hours.

        See `coverage`.
        """
        min_cell = self._office.policy.aggregates.min_cell.value
        with self._reader.connect() as connection:
            now = self._office.clock()
            return coverage(connection, self._counts, period, now=now, min_cell=min_cell)

    def exceptions(self, by: Actor, window: Period) -> tuple[ShiftFinding, ...]:
        """Return what is out of order with shifts: all for whom they concern, else one's own.

        Raises
        ------
        DeniedError
            If the actor may not see equipment; logged.
        EquipmentError
            If the time is too long.
        """
        self.allow(by)
        found = self.shifts.within(window)
        policy, at = self._office.policy, self._office.clock()
        if decide(by.person, Action.SHIFTS_REVIEW, policy=policy, at=at).allowed:
            return found
        return tuple(one for one in found if one.username == by.person.username)

    def papers(
        self, connection: Connection, camera_ids: Sequence[str], period: Period
    ) -> tuple[CameraPapers, ...]:
        """Return what is on record about cameras and a time; see `camera_papers`."""
        return camera_papers(connection, camera_ids, period, zone=self._zone)

    def camera(self, camera_id: str, period: Period) -> CameraPapers:
        """Return what is on record about one camera and a time, for whoever sees equipment.

        Error rates are of weeks that are over and of as many hits as may be told.
        """
        over = Week.of(self._office.clock(), self._zone).period(self._zone).start
        least = self._office.policy.aggregates.min_cell.value
        with self._reader.connect() as connection:
            found = self.papers(connection, [camera_id], period)[0]
            if period.start >= over:
                return replace(found, error_rates=found.error_rates.iloc[:0])
            until = Period(period.start, min(period.end, over))
            rates = self.papers(connection, [camera_id], until)[0].error_rates
        told = rates[rates["hits"] >= least].reset_index(drop=True)
        return replace(found, error_rates=told)

    def notices(self) -> Iterator[Notice]:
        """Yield what people are to be told about equipment now."""
        yield from notices_of_health(self.health(), self._zone)
        now = self._office.clock()
        for finding in self.shifts.within(Period(now - LOOKED_BACK, now)):
            yield notice_of_shift(finding, self._zone)


@dataclass(frozen=True, slots=True)
class FleetParts:
    """Everything about equipment, ready to use."""

    registry: Registry
    places: Places
    inspections: Inspections
    faults: Faults
    assignments: Assignments
    shifts: Shifts
    reading: Reading


def open_fleet(office: Office, reader: Engine) -> FleetParts:
    """Return the services.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    reader
        Of the same role, read-only and limited in time.
    """
    return FleetParts(
        registry=Registry(office),
        places=Places(office),
        inspections=Inspections(office),
        faults=Faults(office),
        assignments=Assignments(office),
        shifts=Shifts(office),
        reading=Reading(office, reader),
    )

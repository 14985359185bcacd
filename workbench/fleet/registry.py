"""Sites and cars: what cameras can be put up at."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.access import Action
from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.person import Actor
from workbench.domain.place import Point
from workbench.errors import EquipmentError
from workbench.fleet.times import said
from workbench.storage.fleet_tables import site as site_table
from workbench.storage.fleet_tables import vehicle as vehicle_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place at which cameras stand.

    Attributes
    ----------
    owner, public_owner
        Whose ground or pole it is, and whether that is a public body; ``None`` if not known.
    """

    name: str
    address: str
    position: Point
    owner: str | None = None
    public_owner: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A car that carries readers.

    Attributes
    ----------
    unit
        The department's number of it.
    marked
        Readers on marked cars are on at all times (Policy 426.6.1).
    """

    unit: str
    description: str
    marked: bool = True
    active: bool = True


class Registry:
    """Keeps sites and cars; every change is logged with it.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def add_site(self, by: Actor, new: Site) -> None:
        """Add a site.

        Raises
        ------
        DeniedError
            If the actor may not.
        EquipmentError
            If it has no name or address, or there is one of that name.
        """
        at = self._office.require(by, Action.EQUIPMENT_MANAGE)
        values = {
            "name": said(new.name, what="The site's name"),
            "address": said(new.address, what="The site's address"),
            "owner": new.owner,
            "public_owner": new.public_owner,
            "lon": new.position.lon,
            "lat": new.position.lat,
        }
        about = {"site": values["name"], **asdict(new)}
        row = insert(site_table).values(**values, added_at=at, added_by=by.person.username)
        self._add(row, by, about, "There is a site of that name", new.name)

    def add_vehicle(self, by: Actor, new: Vehicle) -> None:
        """Add a car.

        Raises
        ------
        DeniedError
            If the actor may not.
        EquipmentError
            If it has no number or description, or there is one of that number.
        """
        at = self._office.require(by, Action.EQUIPMENT_MANAGE)
        values = {
            **asdict(new),
            "unit": said(new.unit, what="The car's number"),
            "description": said(new.description, what="What car it is"),
        }
        about = {"vehicle": values["unit"], **asdict(new)}
        row = insert(vehicle_table).values(**values, added_at=at, added_by=by.person.username)
        self._add(row, by, about, "There is a car of that number", new.unit)

    def change_vehicle(self, by: Actor, new: Vehicle) -> None:
        """Put other values in the place of a car's.

        Raises
        ------
        DeniedError
            If the actor may not.
        EquipmentError
            If there is none of that number, or it has no description.
        """
        self._office.require(by, Action.EQUIPMENT_MANAGE)
        words = said(new.description, what="What car it is")
        with self._office.engine.begin() as connection:
            vehicle_of(connection, new.unit)
            connection.execute(
                update(vehicle_table)
                .where(vehicle_table.c.unit == new.unit)
                .values(description=words, marked=new.marked, active=new.active)
            )
            about = {"vehicle": new.unit, **asdict(new)}
            self._office.audit.append_in(connection, _entry(EventKind.EQUIPMENT_CHANGE, by, about))

    def sites(self) -> tuple[Site, ...]:
        """Return every site, by name."""
        with self._office.engine.connect() as connection:
            rows = connection.execute(select(site_table).order_by(site_table.c.name))
            return tuple(_site(row) for row in rows)

    def vehicles(self) -> tuple[Vehicle, ...]:
        """Return every car, by number."""
        with self._office.engine.connect() as connection:
            return all_vehicles(connection)

    def _add(self, row: Any, by: Actor, about: dict[str, Any], double: str, name: str) -> None:
        try:
            with self._office.engine.begin() as connection:
                connection.execute(row)
                self._office.audit.append_in(connection, _entry(EventKind.EQUIPMENT_ADD, by, about))
        except IntegrityError:
            raise EquipmentError(double, given=name, allowed="a new one") from None


def all_vehicles(connection: Connection) -> tuple[Vehicle, ...]:
    """Return every car, by number."""
    rows = connection.execute(select(vehicle_table).order_by(vehicle_table.c.unit))
    return tuple(_vehicle(row) for row in rows)


def vehicle_of(connection: Connection, unit: str) -> Vehicle:
    """Return a car.

    Raises
    ------
    EquipmentError
        If there is none of that number.
    """
    found = connection.execute(select(vehicle_table).where(vehicle_table.c.unit == unit))
    row = found.one_or_none()
    if row is None:
        raise EquipmentError(
            "There is no such car", given=unit, next_step="`workbench equipment list` names them"
        )
    return _vehicle(row)


def _entry(kind: EventKind, by: Actor, details: dict[str, Any]) -> Entry:
    return Entry(kind, by, outcome=Outcome.DONE, details=details)


def _site(row: Row[Any]) -> Site:
    return Site(
        name=row.name,
        address=row.address,
        position=Point(row.lon, row.lat),
        owner=row.owner,
        public_owner=row.public_owner,
    )


def _vehicle(row: Row[Any]) -> Vehicle:
    return Vehicle(unit=row.unit, description=row.description, marked=row.marked, active=row.active)

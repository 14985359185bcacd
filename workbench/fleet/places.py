"""Where each camera is and was: at a site, or on a car; a trailer moves and keeps its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.access import Action
from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.detections.cameras import CameraKind, registered_camera, set_standing
from workbench.domain.period import Period
from workbench.domain.person import Actor
from workbench.domain.place import Point
from workbench.domain.stretches import shared
from workbench.errors import EquipmentError
from workbench.fleet.registry import vehicle_of
from workbench.fleet.times import past, remark
from workbench.storage.fleet_tables import camera_place, site


@dataclass(frozen=True, slots=True, kw_only=True)
class PutUp:
    """Where a camera is put.

    Attributes
    ----------
    site, vehicle
        Name of a site, or number of a car; one of them.
    heading_deg
        Where it looks, clockwise from north.
    direction
        Direction of travel that it reads, in words.
    """

    site: str | None = None
    vehicle: str | None = None
    heading_deg: float | None = None
    direction: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is no place."""
        if (self.site is None) == (self.vehicle is None):
            raise EquipmentError("Where is the camera put?", allowed="at a site or on a car")
        if self.heading_deg is not None and not 0 <= self.heading_deg < 360:
            raise EquipmentError(
                "That is no heading", given=self.heading_deg, allowed="0 up to, without, 360"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPlace:
    """Where a camera is or was, from when to when.

    Attributes
    ----------
    position
        Of the site; ``None`` on a car.
    until_at
        Not part of it; ``None`` while the camera is there.
    placed_at, removed_at
        When beginning and end were recorded.
    """

    id: int
    camera_id: str
    site: str | None
    address: str | None
    vehicle: str | None
    position: Point | None
    heading_deg: float | None
    direction: str | None
    from_at: datetime
    until_at: datetime | None
    placed_at: datetime
    removed_at: datetime | None
    removed_because: str | None

    def within(self, window: Period) -> Period | None:
        """Return the part of a window in which the camera was there."""
        end = self.until_at or window.end
        return shared(window, Period(self.from_at, end)) if self.from_at < end else None


class Places:
    """Puts cameras up and takes them down; every change is logged with it.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def put(
        self, by: Actor, camera_id: str, where: PutUp, *, from_at: datetime | None = None
    ) -> int:
        """Put a camera up; where it was before, it is not any more.

        Parameters
        ----------
        from_at
            Since when it is there; now by default, never ahead.

        Returns
        -------
        int
            Number of the installation.

        Raises
        ------
        DeniedError
            If the actor may not.
        InputError
            If there is no such camera.
        EquipmentError
            If there is no such site or car, it is no place for that kind of camera, or the camera
            was elsewhere since.
        """
        now = self._office.require(by, Action.EQUIPMENT_MANAGE)
        at = past(from_at, now, what="The installation")
        who = by.person.username
        with self._office.engine.begin() as connection:
            kind = registered_camera(connection, camera_id, lock=True).camera.kind
            target = _target(connection, where, kind)
            _close(connection, camera_id, at, now=now, who=who, because="moved")
            values = {"camera_id": camera_id, "from_at": at, "placed_at": now, "placed_by": who}
            values |= {"heading_deg": where.heading_deg, "direction": where.direction}
            number = _stored(connection, values | target.column)
            set_standing(
                connection,
                camera_id,
                position=target.position,
                heading_deg=where.heading_deg,
                active=True,
            )
            about = {"camera": camera_id, "place": number, "from_at": at.isoformat()}
            self._log(connection, by, {**about, **asdict(where)})
        return number

    def take_down(
        self,
        by: Actor,
        camera_id: str,
        *,
        because: str,
        until_at: datetime | None = None,
    ) -> None:
        """Take a camera down: from then on it is not used, and nothing is expected of it.

        Raises
        ------
        DeniedError
            If the actor may not.
        InputError
            If there is no such camera.
        EquipmentError
            If it is nowhere, was not there yet at that time, or nobody says why.
        FormError
            If why is said with too few words.
        """
        now = self._office.require(by, Action.EQUIPMENT_MANAGE)
        at = past(until_at, now, what="Taking it down")
        words = remark(self._office.policy, because, what="Why it is taken down")
        with self._office.engine.begin() as connection:
            registered_camera(connection, camera_id, lock=True)
            who = by.person.username
            if not _close(connection, camera_id, at, now=now, who=who, because=words):
                raise EquipmentError("The camera is nowhere", given=camera_id)
            set_standing(connection, camera_id, position=None, heading_deg=None, active=False)
            about = {"camera": camera_id, "until_at": at.isoformat(), "because": words}
            self._log(connection, by, about)

    def of(self, camera_id: str) -> tuple[CameraPlace, ...]:
        """Return where a camera was and is, the first place first."""
        with self._office.engine.connect() as connection:
            return places_of(connection, [camera_id]).get(camera_id, ())

    def standing(self) -> Mapping[str, CameraPlace]:
        """Return where each camera is now, by camera; those that are nowhere are not in it."""
        with self._office.engine.connect() as connection:
            every = places_of(connection)
        return {camera: known[-1] for camera, known in every.items() if known[-1].until_at is None}

    def _log(self, connection: Connection, by: Actor, about: dict[str, Any]) -> None:
        entry = Entry(EventKind.EQUIPMENT_CHANGE, by, outcome=Outcome.DONE, details=about)
        self._office.audit.append_in(connection, entry)


def places_of(
    connection: Connection, camera_ids: list[str] | None = None
) -> Mapping[str, tuple[CameraPlace, ...]]:
    """Return where cameras were and are, the first place first; of all cameras by default."""
    p = camera_place.c
    wanted = select(camera_place, site.c.name, site.c.address, site.c.lon, site.c.lat)
    joined = wanted.select_from(camera_place.outerjoin(site, site.c.id == p.site_id))
    if camera_ids is not None:
        joined = joined.where(p.camera_id.in_(camera_ids))
    found: dict[str, tuple[CameraPlace, ...]] = {}
    for row in connection.execute(joined.order_by(p.from_at, p.id)):
        found[row.camera_id] = (*found.get(row.camera_id, ()), _place(row))
    return found


@dataclass(frozen=True, slots=True)
class _Target:
    column: dict[str, Any]
    position: Point | None


def _target(connection: Connection, where: PutUp, kind: CameraKind) -> _Target:
    if (kind is CameraKind.VEHICLE) != (where.vehicle is not None):
        raise EquipmentError(
            "That is no place for this camera",
            given=kind.value,
            allowed="a car for a vehicle's camera, a site for fixed ones and trailers",
        )
    if where.vehicle is not None:
        vehicle_of(connection, where.vehicle)
        return _Target({"vehicle_unit": where.vehicle}, None)
    row = connection.execute(select(site).where(site.c.name == where.site)).one_or_none()
    if row is None:
        raise EquipmentError(
            "There is no such site",
            given=where.site,
            next_step="`workbench equipment add-site` adds it",
        )
    return _Target({"site_id": row.id}, Point(row.lon, row.lat))


def _close(
    connection: Connection, camera_id: str, at: datetime, *, now: datetime, who: str, because: str
) -> bool:
    p = camera_place.c
    standing = select(p.from_at).where(p.camera_id == camera_id, p.until_at.is_(None))
    since = connection.execute(standing).scalar_one_or_none()
    if since is None:
        return False
    if at <= since:
        raise EquipmentError(
            "The camera was put there later than that",
            given=at.isoformat(),
            allowed=f"after {since.isoformat()}",
        )
    connection.execute(
        update(camera_place)
        .where(p.camera_id == camera_id, p.until_at.is_(None))
        .values(until_at=at, removed_at=now, removed_by=who, removed_because=because)
    )
    return True


def _stored(connection: Connection, values: dict[str, Any]) -> int:
    try:
        row = insert(camera_place).values(values).returning(camera_place.c.id)
        return int(connection.execute(row).scalar_one())
    except IntegrityError:
        raise EquipmentError(
            "The camera was elsewhere since",
            given=values["from_at"].isoformat(),
            allowed="a time after it was taken down there",
        ) from None


def _place(row: Row[Any]) -> CameraPlace:
    return CameraPlace(
        id=row.id,
        camera_id=row.camera_id,
        site=row.name,
        address=row.address,
        vehicle=row.vehicle_unit,
        position=None if row.lon is None else Point(row.lon, row.lat),
        heading_deg=row.heading_deg,
        direction=row.direction,
        from_at=row.from_at,
        until_at=row.until_at,
        placed_at=row.placed_at,
        removed_at=row.removed_at,
        removed_because=row.removed_because,
    )

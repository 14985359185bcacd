"""The department's cameras: added by hand or from a file, and looked up when reads come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.access import Action, require
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.detections.derived import KnownCamera
from workbench.domain.clock import Clock
from workbench.domain.person import Actor, Origin
from workbench.domain.place import Point
from workbench.errors import InputError
from workbench.policy import Policy
from workbench.storage.camera_tables import camera


class CameraKind(StrEnum):
    """How a camera is put up."""

    FIXED = "fixed"
    TRAILER = "trailer"
    VEHICLE = "vehicle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A camera that the department knows.

    Attributes
    ----------
    id
        As sources name it; reads find it by this.
    position
        Where it stands; needed for a fixed one, ``None`` for a vehicle's.
    heading_deg
        Where it looks, clockwise from north.

    Raises
    ------
    InputError
        If it has no name, or is fixed and stands nowhere.
    """

    id: str
    name: str
    kind: CameraKind
    position: Point | None = None
    heading_deg: float | None = None
    source_system: str | None = None
    active: bool = True

    def __post_init__(self) -> None:
        """Refuse what the table would refuse less clearly."""
        if not (self.id.strip() and self.name.strip()):
            raise InputError("A camera needs an identifier and a name", given=(self.id, self.name))
        if self.kind is CameraKind.FIXED and self.position is None:
            raise InputError(
                "A fixed camera stands somewhere", given=self.id, allowed="a position, lon and lat"
            )
        if self.heading_deg is not None and not 0 <= self.heading_deg < 360:
            raise InputError(
                "That is no heading", given=self.heading_deg, allowed="0 up to, without, 360"
            )


class Cameras:
    """Keeps the list of cameras; every addition is logged with it.

    Parameters
    ----------
    engine
        Connects as the service role.
    policy, audit, clock
        Who may, where it is logged, and when.
    """

    def __init__(self, engine: Engine, *, policy: Policy, audit: AuditLog, clock: Clock) -> None:
        self._engine = engine
        self._policy = policy
        self._audit = audit
        self._clock = clock

    def add(self, actor: Actor | None, new: Camera, *, origin: Origin | None = None) -> None:
        """Add a camera.

        Parameters
        ----------
        actor
            Who adds it; ``None`` for a command on the installation itself.
        origin
            Where it comes from when there is no actor.

        Raises
        ------
        DeniedError
            If the actor may not.
        InputError
            If there is one of that identifier.
        """
        at = self._clock()
        if actor is not None:
            require(actor, Action.CAMERAS_MANAGE, policy=self._policy, audit=self._audit, at=at)
        details = {**asdict(new), "kind": new.kind.value}
        entry = Entry(
            EventKind.CAMERA_ADD, actor, outcome=Outcome.DONE, details=details, origin=origin
        )
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(camera).values(**_values(new), created_at=at))
                self._audit.append_in(connection, entry)
        except IntegrityError:
            raise InputError(
                "There is a camera of that identifier", given=new.id, allowed="a new identifier"
            ) from None

    def all(self) -> tuple[Camera, ...]:
        """Return every camera, by identifier."""
        with self._engine.connect() as connection:
            return tuple(one.camera for one in registered(connection))


@dataclass(frozen=True, slots=True)
class Registered:
    """A camera and since when the workbench knows it."""

    camera: Camera
    created_at: datetime


def registered(connection: Connection) -> tuple[Registered, ...]:
    """Return every camera, by identifier."""
    rows = connection.execute(select(camera).order_by("id"))
    return tuple(Registered(_camera(row), row.created_at) for row in rows)


def registered_camera(connection: Connection, camera_id: str, *, lock: bool = False) -> Registered:
    """Return a camera.

    Parameters
    ----------
    lock
        Keep it as it is until the transaction ends.

    Raises
    ------
    InputError
        If there is none of that identifier.
    """
    wanted = select(camera).where(camera.c.id == camera_id)
    found = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    if found is None:
        raise InputError(
            "There is no such camera",
            given=camera_id,
            next_step="`workbench cameras list` names them",
        )
    return Registered(_camera(found), found.created_at)


def set_standing(
    connection: Connection,
    camera_id: str,
    *,
    position: Point | None,
    heading_deg: float | None,
    active: bool,
) -> None:
    """Change where a camera stands now and whether it is used.

    Whoever calls it writes the audit record in the same transaction.

    Parameters
    ----------
    position
        ``None`` leaves that of a fixed camera, and takes away that of any other.
    """
    values: dict[str, Any] = {"heading_deg": heading_deg, "active": active}
    if position is not None:
        values |= {"lon": position.lon, "lat": position.lat}
    elif registered_camera(connection, camera_id).camera.kind is not CameraKind.FIXED:
        values |= {"lon": None, "lat": None}
    connection.execute(update(camera).where(camera.c.id == camera_id).values(values))


def known_cameras(connection: Connection) -> Mapping[str, KnownCamera]:
    """Return what storing a read needs to know; only a fixed camera's position is lent to reads.

    A trailer's is where it stands now, which says nothing about where it stood.
    """
    rows = connection.execute(select(camera.c.id, camera.c.kind, camera.c.lon, camera.c.lat))
    return {
        row.id: KnownCamera(row.lon, row.lat) if row.kind == CameraKind.FIXED else KnownCamera()
        for row in rows
    }


def _values(new: Camera) -> dict[str, Any]:
    return {
        "id": new.id,
        "name": new.name,
        "kind": new.kind.value,
        "lon": new.position.lon if new.position else None,
        "lat": new.position.lat if new.position else None,
        "heading_deg": new.heading_deg,
        "source_system": new.source_system,
        "active": new.active,
    }


def _camera(row: Row[Any]) -> Camera:
    return Camera(
        id=row.id,
        name=row.name,
        kind=CameraKind(row.kind),
        position=None if row.lon is None else Point(row.lon, row.lat),
        heading_deg=row.heading_deg,
        source_system=row.source_system,
        active=row.active,
    )

"""Recording faults in their order: found, told with its paper, repaired by the garage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import IntegrityError

from workbench.access import Action
from workbench.access.named_people import named_person
from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.detections.cameras import registered_camera
from workbench.domain.equipment import EquipmentKind, FaultState
from workbench.domain.person import Actor
from workbench.errors import EquipmentError
from workbench.fleet.fault import Fault, faults_of, paper_for
from workbench.fleet.fitness import fit_at
from workbench.fleet.registry import vehicle_of
from workbench.fleet.times import named_or_self, past, remark
from workbench.policy import Policy
from workbench.policy.forms import check_number
from workbench.storage.fleet_tables import fault as fault_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What somebody found.

    Attributes
    ----------
    camera, vehicle
        What it is on; one of them.
    discovered_by
        A person of the department; who records it by default.
    discovered_at
        Now by default.
    damage
        Damage or vandalism; otherwise malfunction or wear.
    out_of_service
        Whether it cannot be used until it is repaired.
    """

    what: str
    camera: str | None = None
    vehicle: str | None = None
    discovered_by: str | None = None
    discovered_at: datetime | None = None
    damage: bool = False
    out_of_service: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Who was told of a fault, when, and on which paper.

    Attributes
    ----------
    supervisor, administrator
        People of the department, by user name or by the name that their account shows.
    paper_number
        Of the crime report or memo that the policy wants, in its form.
    returned_by
        User name of the trained officer who brought a damaged trailer back.
    """

    supervisor: str
    administrator: str
    supervisor_told_at: datetime | None = None
    administrator_told_at: datetime | None = None
    paper_number: str | None = None
    returned_by: str | None = None


class Faults:
    """Records faults; every step is logged with it.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def find(self, by: Actor, found: Finding) -> int:
        """Record that something is damaged or does not work.

        Returns
        -------
        int
            Number of the fault.

        Raises
        ------
        DeniedError
            If the actor may not.
        InputError
            If there is no such camera.
        EquipmentError
            If it is on nothing or on both, nobody says what it is, or it lies in the future.
        FormError
            If what is said says too little.
        PersonUnknownError
            If who found it is nobody of the department.
        """
        now = self._office.require(by, Action.FAULTS_REPORT)
        with self._office.engine.begin() as connection:
            made = add_fault(connection, found, by=by, now=now, policy=self._office.policy)
            self._office.audit.append_in(connection, made.entry(by))
        return made.number

    def tell(self, by: Actor, number: int, told: Told) -> Fault:
        """Record that supervisor and ALPR administrator were told, and on which paper.

        Raises
        ------
        DeniedError
            If the actor may not.
        EquipmentError
            If there is no such fault or it is not open, the paper is missing that the policy
            wants, somebody was told before it was found, or a trailer was brought back by
            somebody who is not trained.
        FormError
            If the paper's number is not written as the policy says.
        PersonUnknownError
            If who was told is nobody of the department.
        """
        now = self._office.require(by, Action.FAULTS_REPORT)
        with self._office.engine.begin() as connection:
            fault = _in_state(connection, number, FaultState.OPEN)
            values = _told_values(connection, fault, told, now, self._office.policy)
            if told.returned_by is not None:
                fit_at(connection, told.returned_by, now, policy=self._office.policy)
            values |= {"reported_at": now, "reported_by": by.person.username}
            _move(connection, number, {"state": FaultState.REPORTED.value, **values})
            entry = _entry(EventKind.EQUIPMENT_FAULT, by, fault, FaultState.REPORTED, values)
            self._office.audit.append_in(connection, entry)
            return faults_of(connection, number=number)[0]

    def repair(
        self, by: Actor, number: int, *, repair: str, repaired_at: datetime | None = None
    ) -> Fault:
        """Record that the garage repaired it; whoever says so has done it.

        Raises
        ------
        DeniedError
            If the actor is not of the garage.
        EquipmentError
            If there is no such fault or nobody was told yet, it was repaired before, or before
            it was found, or nobody says what was done.
        FormError
            If what is said says too little.
        """
        now = self._office.require(by, Action.EQUIPMENT_REPAIR)
        at = past(repaired_at, now, what="The repair")
        values = {
            "repaired_at": at,
            "repaired_by": by.person.username,
            "repair": remark(self._office.policy, repair, what="What was done"),
            "repair_recorded_at": now,
        }
        with self._office.engine.begin() as connection:
            fault = _in_state(connection, number, FaultState.REPORTED)
            _not_before(at, fault, "The repair")
            _move(connection, number, {"state": FaultState.REPAIRED.value, **values})
            entry = _entry(EventKind.EQUIPMENT_REPAIR, by, fault, FaultState.REPAIRED, values)
            self._office.audit.append_in(connection, entry)
            return faults_of(connection, number=number)[0]

    def all(self, *, standing: bool = False) -> tuple[Fault, ...]:
        """Return the faults, the oldest first; only those that are not repaired if so wanted."""
        states = (FaultState.OPEN, FaultState.REPORTED) if standing else ()
        with self._office.engine.connect() as connection:
            return faults_of(connection, states=states)


@dataclass(frozen=True, slots=True)
class Added:
    """A fault that was just stored, and how it is logged."""

    number: int
    details: dict[str, Any]

    def entry(self, by: Actor) -> Entry:
        """Return it as an entry of the log."""
        return Entry(EventKind.EQUIPMENT_FAULT, by, outcome=Outcome.DONE, details=self.details)


def add_fault(
    connection: Connection,
    found: Finding,
    *,
    by: Actor,
    now: datetime,
    policy: Policy,
    inspection: int | None = None,
    shift: int | None = None,
) -> Added:
    """Store a fault in the transaction of what found it; whoever calls it writes the record.

    Parameters
    ----------
    inspection, shift
        That found it.

    Raises
    ------
    InputError
        If there is no such camera.
    EquipmentError
        If it is on nothing or on both, nobody says what it is, or it lies in the future.
    FormError
        If what is said says too little.
    PersonUnknownError
        If who found it is nobody of the department.
    """
    kind = _kind(connection, found)
    paper = paper_for(kind, policy.equipment, damage=found.damage)
    at = past(found.discovered_at, now, what="The discovery")
    values = {
        "camera_id": found.camera,
        "vehicle_unit": found.vehicle,
        "kind": kind.value,
        "discovered_at": at,
        "discovered_by": named_or_self(connection, found.discovered_by, by, what="Who found it"),
        "what": remark(policy, found.what, what="What is wrong"),
        "damage": found.damage,
        "out_of_service": found.out_of_service,
        "inspection_id": inspection,
        "shift_id": shift,
        "needs_paper": None if paper is None else paper.value,
        "state": FaultState.OPEN.value,
    }
    recorded = {"recorded_at": now, "recorded_by": by.person.username}
    row = insert(fault_table).values(**values, **recorded).returning(fault_table.c.id)
    number = int(connection.execute(row).scalar_one())
    return Added(number, {"fault": number, **_plain(values)})


def _kind(connection: Connection, found: Finding) -> EquipmentKind:
    if (found.camera is None) == (found.vehicle is None):
        raise EquipmentError("What is the fault on?", allowed="a camera or a car")
    if found.camera is not None:
        camera = registered_camera(connection, found.camera).camera
        return EquipmentKind(camera.kind.value)
    vehicle_of(connection, found.vehicle or "")
    return EquipmentKind.VEHICLE


def _told_values(
    connection: Connection, fault: Fault, told: Told, now: datetime, policy: Policy
) -> dict[str, Any]:
    if told.returned_by is not None and fault.kind is not EquipmentKind.TRAILER:
        raise EquipmentError("Only a trailer is brought back", given=fault.on)
    times = {
        "supervisor_told_at": past(told.supervisor_told_at, now, what="Telling the supervisor"),
        "administrator_told_at": past(
            told.administrator_told_at, now, what="Telling the administrator"
        ),
    }
    for at in times.values():
        _not_before(at, fault, "Telling somebody")
    return {
        "supervisor": named_person(
            connection, told.supervisor, what="The supervisor who was told"
        ).username,
        "administrator": named_person(
            connection, told.administrator, what="The administrator who was told"
        ).username,
        **times,
        "paper_number": _paper_number(fault, told, policy),
        "returned_by": told.returned_by,
    }


def _paper_number(fault: Fault, told: Told, policy: Policy) -> str | None:
    number = (told.paper_number or "").strip()
    # A paper that is not asked for has the number of one that could be.
    paper = fault.needs_paper or paper_for(fault.kind, policy.equipment, damage=True)
    words = "paper" if paper is None else paper.value.replace("_", " ")
    if not number and fault.needs_paper is not None:
        raise EquipmentError(
            "The paper is missing",
            given=fault.on,
            allowed=f"the number of a {words} (Policy 426.6.2)",
        )
    if not number or paper is None:
        return None
    form = policy.forms.paper(paper)
    return check_number(form, number, what=f"The number of the {words}")


def _not_before(at: datetime, fault: Fault, what: str) -> None:
    if at < fault.discovered_at:
        raise EquipmentError(
            f"{what} came before the fault was found",
            given=at.isoformat(),
            allowed=f"from {fault.discovered_at.isoformat()} on",
        )


def _in_state(connection: Connection, number: int, state: FaultState) -> Fault:
    found = faults_of(connection, number=number)
    if not found:
        raise EquipmentError(
            "There is no such fault", given=number, next_step="`workbench faults list` names them"
        )
    if found[0].state is not state:
        raise EquipmentError(
            "A fault is told first and repaired then, each once",
            given=f"fault {number} is {found[0].state}",
            allowed=f"one that is {state}",
        )
    return found[0]


def _move(connection: Connection, number: int, values: dict[str, Any]) -> None:
    try:
        connection.execute(update(fault_table).where(fault_table.c.id == number).values(values))
    except IntegrityError as error:
        raise EquipmentError(
            "The database does not take this step",
            given=str(error.orig).splitlines()[0],
            allowed="open, reported, repaired, in this order; the repair by the garage",
        ) from None


def _entry(
    kind: EventKind, by: Actor, fault: Fault, state: FaultState, values: dict[str, Any]
) -> Entry:
    about = {"camera_id": fault.camera_id, "vehicle_unit": fault.vehicle}
    details = {"fault": fault.id, **about, "state": state.value, **_plain(values)}
    return Entry(kind, by, outcome=Outcome.DONE, details=details)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }

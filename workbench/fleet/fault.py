"""What a fault is: found, told with its paper, repaired by the garage (Policy 426.6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from workbench.domain.equipment import EquipmentKind, FaultState
from workbench.domain.period import Period
from workbench.policy.life_rules import EquipmentRules, Paper
from workbench.storage.fleet_tables import fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Damaged or inoperable equipment, and what was done about it.

    Attributes
    ----------
    camera_id, vehicle
        What it is on; one of them.
    damage
        Damage or vandalism; otherwise malfunction or wear.
    out_of_service
        Until it is repaired.
    needs_paper
        What has to be written; ``None`` where telling is enough.
    supervisor, administrator
        Who was told, and when.
    """

    id: int
    camera_id: str | None
    vehicle: str | None
    kind: EquipmentKind
    discovered_at: datetime
    discovered_by: str
    what: str
    damage: bool
    out_of_service: bool
    needs_paper: Paper | None
    state: FaultState
    recorded_at: datetime
    paper_number: str | None
    supervisor: str | None
    supervisor_told_at: datetime | None
    administrator: str | None
    administrator_told_at: datetime | None
    returned_by: str | None
    reported_at: datetime | None
    repaired_at: datetime | None
    repaired_by: str | None
    repair: str | None

    @property
    def on(self) -> str:
        """What it is on, in words."""
        return f"camera {self.camera_id}" if self.camera_id else f"car {self.vehicle}"

    def out(self, until: datetime) -> Period | None:
        """Return the time up to an instant in which it kept its equipment out of service."""
        end = min(self.repaired_at or until, until)
        if not self.out_of_service or end <= self.discovered_at:
            return None
        return Period(self.discovered_at, end)


def paper_for(kind: EquipmentKind, rules: EquipmentRules, *, damage: bool) -> Paper | None:
    """Return which paper the policy wants; malfunction of what stands still is only told.

    Policy 426.6.2 (b) wants paper for damage or vandalism of fixed cameras and trailers, (c) for
    damage or malfunction of what is installed on a car.
    """
    if not damage and kind is not EquipmentKind.VEHICLE:
        return None
    papers = {
        EquipmentKind.FIXED: rules.paper_fixed,
        EquipmentKind.TRAILER: rules.paper_trailer,
        EquipmentKind.VEHICLE: rules.paper_vehicle,
    }
    return papers[kind].value


def faults_of(
    connection: Connection,
    *,
    number: int | None = None,
    camera_ids: list[str] | None = None,
    states: tuple[FaultState, ...] = (),
) -> tuple[Fault, ...]:
    """Return faults, the oldest first; all by default.

    Parameters
    ----------
    number
        Only that one.
    camera_ids
        Only of these cameras.
    states
        Only in these.
    """
    f = fault.c
    wanted = select(fault).order_by(f.discovered_at, f.id)
    if number is not None:
        wanted = wanted.where(f.id == number)
    if camera_ids is not None:
        wanted = wanted.where(f.camera_id.in_(camera_ids))
    if states:
        wanted = wanted.where(f.state.in_([state.value for state in states]))
    return tuple(_fault(row) for row in connection.execute(wanted))


def _fault(row: Row[Any]) -> Fault:
    same = (
        *("id", "camera_id", "discovered_at", "discovered_by", "what", "damage"),
        *("out_of_service", "recorded_at", "paper_number", "supervisor", "supervisor_told_at"),
        *("administrator", "administrator_told_at", "returned_by", "reported_at"),
        *("repaired_at", "repaired_by", "repair"),
    )
    return Fault(
        **{name: getattr(row, name) for name in same},
        vehicle=row.vehicle_unit,
        kind=EquipmentKind(row.kind),
        needs_paper=None if row.needs_paper is None else Paper(row.needs_paper),
        state=FaultState(row.state),
    )

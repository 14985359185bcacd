"""The guards of the database hold when two come at once, and in any order of steps."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fleet import READY
from workbench.domain.equipment import FaultState
from workbench.domain.person import Actor, Role
from workbench.errors import EquipmentError
from workbench.fleet.faults import Finding

NEXT = {
    (FaultState.OPEN, "tell"): FaultState.REPORTED,
    (FaultState.REPORTED, "repair"): FaultState.REPAIRED,
}


def test_of_two_who_take_a_car_at_once_one_has_it(depot):
    unit, _ = depot.car()
    officers = [depot.person() for _ in range(6)]
    for officer in officers:
        depot.runtime.fleet.assignments.assign(depot.admin, officer.person.username, unit)

    def took(officer: Actor) -> str:
        try:
            depot.runtime.fleet.shifts.start(officer, unit, READY)
        except EquipmentError as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(6) as pool:
        one, *others = sorted(pool.map(took, officers))
    assert one == ""
    assert all("another shift" in refusal for refusal in others)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["tell", "repair"]), max_size=5))
def test_whatever_people_try_a_fault_goes_from_open_to_reported_to_repaired(depot, steps):
    faults, garage = depot.runtime.fleet.faults, depot.person(Role.GARAGE)
    number = faults.find(depot.admin, Finding(what="Broken", damage=True, camera=depot.camera()))
    expected = FaultState.OPEN
    for step in steps:
        with contextlib.suppress(EquipmentError):
            if step == "tell":
                faults.tell(depot.admin, number, depot.told())
            else:
                faults.repair(garage, number, repair="Mended")
        expected = NEXT.get((expected, step), expected)
        (now,) = [one.state for one in faults.all() if one.id == number]
        assert now is expected

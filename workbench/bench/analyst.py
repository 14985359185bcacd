"""A made-up analyst with an open inquiry, so that benchmarks pass the door like everybody."""

from __future__ import annotations

from datetime import timedelta

from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.person import Actor, Channel, Origin, Person, Role, Training
from workbench.runtime import Runtime


class Analyst:
    """Looks through the door under an inquiry of the benchmark.

    Parameters
    ----------
    runtime
        Whose door; the inquiry and every look go into its audit log.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._door = runtime.door
        self._actor = _actor(runtime)
        self._inquiry_id = runtime.inquiries.open(
            self._actor,
            purpose="active_investigation",
            case_number="26-000000",
            reason="Benchmark on made-up reads, no real investigation",
        ).id

    def search(self, criteria: SearchCriteria) -> int:
        """Search and return how many rows came."""
        return self._door.search(self._actor, self._inquiry_id, criteria).rows

    def search_frame(self, criteria: SearchCriteria) -> int:
        """Search, make the frame that an analyst gets, and return how many rows it has."""
        return len(self._door.search(self._actor, self._inquiry_id, criteria).frame)

    def canvass(self, criteria: CanvassCriteria) -> int:
        """Canvass and return how many rows came."""
        return self._door.canvass(self._actor, self._inquiry_id, criteria).rows


def _actor(runtime: Runtime) -> Actor:
    """Return an analyst with current training in every system that the policy names."""
    now = runtime.clock()
    done, ends = now - timedelta(days=1), now + timedelta(days=30)
    systems = runtime.policy.training.systems.value
    person = Person(
        username="bench.analyst",
        display_name="Made-up analyst of the benchmark",
        title="Crime Analyst",
        organisation=runtime.policy.department.name.value,
        roles=frozenset({Role.ANALYST}),
        training=tuple(Training(system, done, ends) for system in systems),
    )
    return Actor(person, Origin(Channel.JOB, "127.0.0.1", agent="bench"))

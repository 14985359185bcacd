"""Made-up analysts with open inquiries, so that benchmarks pass the door like everybody."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.person import Actor, Channel, Origin, Person, Role, Training
from workbench.runtime import Runtime


class Analyst:
    """Looks through the door under inquiries of the benchmark.

    When one made-up person has brought out what a person may in a day, the next one goes on.

    Parameters
    ----------
    runtime
        Whose door; the inquiries and every look go into its audit log.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._next_person()

    def search(self, criteria: SearchCriteria) -> int:
        """Search and return how many rows came."""
        return self._counted(self._door.search(self._actor, self._inquiry_id, criteria).rows)

    def search_frame(self, criteria: SearchCriteria) -> int:
        """Search, make the frame that an analyst gets, and return how many rows it has."""
        found = self._door.search(self._actor, self._inquiry_id, criteria)
        return self._counted(len(found.frame))

    def canvass(self, criteria: CanvassCriteria) -> int:
        """Canvass and return how many rows came."""
        return self._counted(self._door.canvass(self._actor, self._inquiry_id, criteria).rows)

    def _counted(self, rows: int) -> int:
        self._out += rows
        rules = self._runtime.policy.search
        if self._out + rules.reads_per_look.value > rules.reads_per_day.value:
            self._next_person()
        return rows

    def _next_person(self) -> None:
        self._door = self._runtime.door
        self._actor = _actor(self._runtime)
        self._inquiry_id = self._runtime.inquiries.open(
            self._actor,
            purpose="active_investigation",
            case_number="26-000000",
            reason="Benchmark on made-up reads, no real investigation",
        ).id
        self._out = 0


def _actor(runtime: Runtime) -> Actor:
    """Return an analyst with current training in every system that the policy names."""
    now = runtime.clock()
    done, ends = now - timedelta(days=1), now + timedelta(days=30)
    systems = runtime.policy.training.systems.value
    person = Person(
        username=f"bench.{uuid4().hex[:12]}",
        display_name="Made-up analyst of the benchmark",
        title="Crime Analyst",
        organisation=runtime.policy.department.name.value,
        roles=frozenset({Role.ANALYST}),
        training=tuple(Training(system, done, ends) for system in systems),
    )
    return Actor(person, Origin(Channel.JOB, "127.0.0.1", agent="bench"))

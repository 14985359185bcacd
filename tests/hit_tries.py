"""One hit of tests, and what people and the service's role try on it."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from tests.hits import (
    OPEN,
    enrolled,
    see,
    store_hits_of_reads,
)
from tests.people import made_actor
from workbench.domain.person import Role
from workbench.errors import (
    HitError,
)
from workbench.hotlists.hits.violations import ViolationKind
from workbench.storage.hit_tables import hit_event

OFFICER = made_actor(Role.OFFICER, Role.DISPATCHER, Role.ANALYST, username="o.officer")
OTHER = made_actor(Role.OFFICER, Role.DISPATCHER, Role.ANALYST, username="o.other")
SERGEANT = made_actor(Role.OFFICER, Role.SUPERVISOR, username="s.sergeant")


class TriedHit:
    """One hit that somebody has opened, and what is tried on it, a minute between tries."""

    def __init__(self, runtime, clock, **made):
        self.runtime = runtime
        self.clock = clock
        for actor in (OFFICER, OTHER):
            enrolled(runtime.database, actor.person.username)
        enrolled(runtime.database, "s.sergeant", Role.SUPERVISOR)
        (self.id,) = store_hits_of_reads(runtime, **made)
        self.do(OPEN)

    def do(self, *acts, by=OFFICER, knowing=(), at=None):
        acted = None
        for act in acts:
            self.clock.move(minutes=1)
            acted = self.runtime.hits.act(by, self.id, act, happened_at=at, knowing=knowing)
        return acted

    def see(self, by=OFFICER):
        see(self.runtime, by, self.id)

    def show(self):
        return self.runtime.hits.show(OFFICER, self.id)

    def kinds(self):
        return [event.kind for event in self.show().events]

    def broken(self):
        return {one.kind for one in self.show().steps.violations}

    def due(self):
        return {one.kind for one in self.show().steps.due}

    def write(self, act, *, by="o.officer", **details):
        """Write an event past everything that Python checks, as the service role."""
        values = {
            "hit_id": self.id,
            "kind": act.kind,
            "happened_at": self.clock(),
            "recorded_at": self.clock(),
            "recorded_by": by,
            "details": act.details() | details,
        }
        with self.runtime.database.service.begin() as connection:
            connection.execute(insert(hit_event).values(values))

    def refused(self, act, match, *, by=OFFICER, error=HitError, straight=None, **details):
        """Try an act by deed, and as the database would have it written; nothing is recorded."""
        before = self.kinds()
        with pytest.raises(error, match=match):
            self.do(act, by=by, knowing=ViolationKind)
        with pytest.raises(IntegrityError, match=straight or match):
            self.write(act, by=by.person.username, **details)
        assert self.kinds() == before

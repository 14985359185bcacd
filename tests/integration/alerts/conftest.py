"""Targets, workers and receivers for the tests of alerts."""

from __future__ import annotations

from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import select, text

from tests.people import made_actor
from workbench.domain.alert import TargetKind
from workbench.domain.person import Role
from workbench.hotlists.alerts.open import open_worker
from workbench.hotlists.alerts.target import Target
from workbench.storage.alert_tables import alert_delivery, alert_target

SECRET = "test-secret"


@pytest.fixture(autouse=True)
def _alone(database):
    """Switch off what earlier tests set up, so that each sees its own targets alone."""
    with database.owner.begin() as connection:
        connection.execute(text("UPDATE alert_target SET enabled = false"))


@pytest.fixture
def admin():
    return made_actor(Role.ALPR_ADMINISTRATOR, username="t.admin")


@pytest.fixture
def target(runtime, admin):
    """Set up a target; a signed webhook on this machine unless told otherwise."""

    def add(address: str, **changed) -> Target:
        kind = changed.pop("kind", TargetKind.WEBHOOK)
        if kind.by_http:
            changed = {"secret_name": SECRET, "internal": True} | changed
        new = Target(name=f"t-{uuid4().hex[:12]}", kind=kind, address=address, **changed)
        runtime.alerts.targets.add(admin, new)
        return new

    return add


@pytest.fixture
def worker(runtime, settings):
    """Make a worker with short waits."""

    def make(**changed):
        changed = {"rng": np.random.default_rng(1), "timeout_s": 5.0} | changed
        changed = {"find": runtime.finds_notices, "guard": runtime.guard} | changed
        return open_worker(
            runtime.database.service,
            changed.pop("settings", settings),
            policy=runtime.policy,
            audit=runtime.audit,
            clock=changed.pop("clock", runtime.clock),
            **changed,
        )

    return make


@pytest.fixture
def standing(database):
    """Return the rows of the outbox of a target."""

    def of(target: Target):
        t = alert_target.c
        wanted = select(alert_delivery).join(alert_target, t.id == alert_delivery.c.target_id)
        with database.service.connect() as connection:
            rows = connection.execute(wanted.where(t.name == target.name))
            return rows.all()

    return of

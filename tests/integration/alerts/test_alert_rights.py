"""Who may set targets up, what is logged of it, and what the database refuses by itself."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.people import made_actor
from workbench.audit import EventKind
from workbench.domain.alert import TargetKind
from workbench.domain.person import Role
from workbench.errors import AlertTargetError, DeniedError
from workbench.hotlists.alerts.target import Target
from workbench.storage.alert_tables import alert_target
from workbench.storage.audit_tables import audit_record
from workbench.storage.metadata import metadata

MAIL = {"kind": TargetKind.EMAIL, "address": "desk@example.gov"}


@pytest.fixture
def changes(database):
    """Return what was logged of changes to a target, in order."""

    def of(name: str) -> list:
        c = audit_record.c
        wanted = select(audit_record).where(c.kind == EventKind.ALERT_CHANGE.value).order_by(c.seq)
        with database.service.connect() as connection:
            rows = connection.execute(wanted).all()
        return [r for r in rows if name in str(r.details)]

    return of


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ALPR_ADMINISTRATOR])
def test_only_who_runs_the_program_says_where_alerts_go(runtime, target, role):
    alerts, other = runtime.alerts, made_actor(role, username="t.other")
    one = target("desk@example.gov", kind=TargetKind.EMAIL)
    with pytest.raises(DeniedError):
        alerts.targets.add(other, Target(name="mine", **MAIL))
    with pytest.raises(DeniedError):
        alerts.targets.switch(other, one.name, enabled=False)
    with pytest.raises(DeniedError):
        alerts.deliveries.retry(other)
    assert "mine" not in {stored.target.name for stored in alerts.targets.all()}


def test_a_target_comes_back_as_it_was_set_up_and_each_change_is_logged(
    runtime, admin, target, changes
):
    ours = runtime.policy.department.name.value
    one = target("https://cad.example.gov/alpr", internal=False, agency=ours)
    runtime.alerts.targets.switch(admin, one.name, enabled=False)
    runtime.alerts.targets.switch(admin, one.name, enabled=True)
    (stored,) = (s for s in runtime.alerts.targets.all() if s.target.name == one.name)
    assert stored.target == one
    assert (stored.enabled, stored.set_up_by) == (True, "t.admin")
    added, off, on = (record.details for record in changes(one.name))
    assert added["added"]["address"] == one.address
    assert (off["enabled"], on["enabled"]) == (False, True)
    assert {record.username for record in changes(one.name)} == {"t.admin"}


def test_a_name_is_given_once_and_a_switch_has_two_sides(runtime, admin, target):
    one = target("desk@example.gov", kind=TargetKind.EMAIL)
    with pytest.raises(AlertTargetError, match="of that name"):
        runtime.alerts.targets.add(admin, one)
    with pytest.raises(AlertTargetError, match="switched on"):
        runtime.alerts.targets.switch(admin, one.name, enabled=True)
    with pytest.raises(AlertTargetError, match="switched off"):
        runtime.alerts.targets.switch(admin, "nobody", enabled=False)


def test_no_audit_no_target(database, runtime, admin):
    role = database.service.url.username
    with database.owner.begin() as connection:
        connection.execute(text(f"REVOKE INSERT ON audit_record FROM {role}"))
    try:
        with pytest.raises(Exception, match="nothing was done"):
            runtime.alerts.targets.add(admin, Target(name="unlogged", **MAIL))
    finally:
        with database.owner.begin() as connection:
            connection.execute(text(f"GRANT INSERT ON audit_record TO {role}"))
    assert "unlogged" not in {stored.target.name for stored in runtime.alerts.targets.all()}


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "pigeon"},
        {"name": "Desk"},
        {"levels": ["deafening"]},
        {"categories": ["parking"]},
        {"kind": "webhook"},  # without a secret
        {"secret_name": "cad"},  # with one, but nothing to sign
    ],
)
def test_the_database_refuses_what_is_no_target(database, clock, changed):
    values = {
        "name": "desk", "kind": "email", "address": "desk@example.gov", "internal": False,
        "levels": ["high"], "categories": [], "notices": False, "enabled": True,
        "set_up_at": clock.at, "set_up_by": "t", "switched_at": clock.at, "switched_by": "t",
    }  # fmt: skip
    with database.service.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(alert_target.insert().values(values | changed))


@pytest.mark.parametrize("table", ["alert_target", "alert_delivery", "alert_notice"])
def test_the_service_deletes_nothing_of_the_alerts(database, table):
    with database.service.connect() as connection, pytest.raises(DBAPIError, match="denied"):
        connection.execute(metadata.tables[table].delete())

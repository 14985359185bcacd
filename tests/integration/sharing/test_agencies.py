"""The register: entered by one, verified by another, every change logged with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.sharing import (
    ADMIN,
    ADMIN_2,
    AUDITOR,
    CAPTAIN,
    OFFICER,
    new_agency_name,
    profile,
)
from workbench.audit import AuditLog
from workbench.domain.recipient import RecipientKind
from workbench.errors import AuditWriteError, DeniedError, SharingError


def named(desk, name):
    return next(one for one in desk.parts.agencies.all(AUDITOR) if one.name == name)


def test_who_entered_an_agency_does_not_verify_it(desk, logged):
    agencies = desk.parts.agencies
    added = agencies.add(ADMIN, profile())
    with pytest.raises(SharingError, match="does not verify"):
        agencies.verify(ADMIN, added.name, how="I know them")
    assert agencies.verify(ADMIN_2, added.name, how="Called back").verified_by == "t.admin2"
    with pytest.raises(SharingError, match="verified already"):
        agencies.verify(CAPTAIN, added.name, how="Called back")
    assert logged("agency", added.id) == [("agency:add", "done"), ("agency:change", "done")]


@pytest.mark.parametrize(
    "said",
    [
        lambda: {"kind": RecipientKind.OUT_OF_STATE, "state": "NV"},
        lambda: {"aliases": (new_agency_name("Alias"),)},
    ],
)
def test_a_change_takes_the_verification_away(desk, said):
    agencies = desk.parts.agencies
    agency = desk.agency()
    changed = agencies.change(ADMIN_2, agency.name, reason="It was wrong", **said())
    assert changed.verified_at is None
    with pytest.raises(SharingError, match="does not verify"):
        agencies.verify(ADMIN_2, agency.name, how="x")
    assert agencies.verify(ADMIN, agency.name, how="Called back").verified_by == "t.admin"


def test_switching_off_and_on_leaves_the_verification(desk):
    agency = desk.agency()
    agencies = desk.parts.agencies
    assert not agencies.switch(ADMIN, agency.name, on=False, reason="Breach").enabled
    with pytest.raises(SharingError, match="off already"):
        agencies.switch(ADMIN, agency.name, on=False, reason="Breach")
    on = agencies.switch(ADMIN, agency.name, on=True, reason="Cleared")
    assert on.enabled
    assert on.verified_by == "t.captain"


def test_a_name_belongs_to_one_agency(desk):
    agencies = desk.parts.agencies
    added = agencies.add(ADMIN, profile(aliases=(new_agency_name("Alias"),)))
    same = added.name.upper().replace("POLICE DEPARTMENT", "P.D.")
    for name in (added.name, same, added.profile.aliases[0]):
        with pytest.raises(SharingError, match="that name already"):
            agencies.add(ADMIN, profile(name))
    with pytest.raises(SharingError, match="Nothing of the agency"):
        agencies.change(ADMIN, added.name, reason="x", state="CA")
    with pytest.raises(SharingError, match="no agency of that name"):
        agencies.change(ADMIN, "Nowhere PD \x00", reason="x", state="CA")


def test_a_file_is_taken_whole_or_not_at_all(desk):
    first, second = profile(), profile()
    with pytest.raises(SharingError, match="that name already"):
        desk.parts.agencies.import_all(ADMIN, [first, second, first])
    names = {one.name for one in desk.parts.agencies.all(ADMIN)}
    assert not names & {first.name, second.name}
    assert len(desk.parts.agencies.import_all(ADMIN, [first, second])) == 2


def test_who_may_not_enters_changes_and_verifies_nothing(desk):
    agencies = desk.parts.agencies
    agency = agencies.add(ADMIN, profile())
    for act in (
        lambda: agencies.add(OFFICER, profile()),
        lambda: agencies.add(CAPTAIN, profile()),
        lambda: agencies.change(AUDITOR, agency.name, reason="x", aliases=("Y",)),
        lambda: agencies.switch(AUDITOR, agency.name, on=False, reason="x"),
        lambda: agencies.verify(OFFICER, agency.name, how="x"),
        lambda: agencies.all(OFFICER),
    ):
        with pytest.raises(DeniedError):
            act()


def test_no_audit_no_agency(desk, monkeypatch):
    def fails(*_args):
        raise AuditWriteError("The audit log cannot be written")

    new = profile()
    with monkeypatch.context() as patched:
        patched.setattr(AuditLog, "append_in", fails)
        with pytest.raises(AuditWriteError):
            desk.parts.agencies.add(ADMIN, new)
    assert new.name not in {one.name for one in desk.parts.agencies.all(ADMIN)}


BY_THEMSELVES = """
UPDATE agency SET verified_at = now(), verified_how = 'x', verified_by = changed_by WHERE id = :id
"""


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (BY_THEMSELVES, "verified_by_another"),
        ("UPDATE agency SET kind = 'federal' WHERE id = :id", "so it is unverified"),
        (
            "UPDATE agency SET duty = 'other', verified_at = NULL WHERE id = :id",
            "verification_whole",
        ),
        ("UPDATE agency SET name = 'Else' WHERE id = :id", "name of an agency stays"),
        ("UPDATE agency SET state = 'NV' WHERE id = :id", "state_of_kind|unverified"),
    ],
)
def test_the_database_refuses_it_too(desk, database, statement, said):
    agency = desk.agency()
    with pytest.raises(IntegrityError, match=said), database.service.begin() as connection:
        connection.execute(text(statement), {"id": agency.id})
    assert named(desk, agency.name) == agency


def test_the_database_lets_no_agency_begin_verified_or_with_anothers_name(desk, database):
    agency = desk.agency()
    insert = (
        "INSERT INTO agency (name, name_keys, kind, state, duty, enabled, added_at, added_by,"
        " changed_at, changed_by, verified_at, verified_how, verified_by)"
        " SELECT {name}, {keys}, kind, state, duty, true, added_at, added_by, changed_at,"
        " changed_by, {verified} FROM agency WHERE id = :id"
    )
    none = "NULL, NULL, NULL"
    for given, said in (
        ({"name": "'a'", "keys": "name_keys", "verified": none}, "another agency"),
        ({"name": "'a'", "keys": "ARRAY['q q']", "verified": "now(), 'x', 'y'"}, "unverified"),
    ):
        with pytest.raises(IntegrityError, match=said), database.service.begin() as connection:
            connection.execute(text(insert.format(**given)), {"id": agency.id})


@pytest.mark.parametrize("role", ["service", "owner", "purger"])
@pytest.mark.parametrize("statement", ["DELETE FROM agency", "TRUNCATE agency CASCADE"])
def test_nobody_deletes_an_agency(desk, database, role, statement):
    desk.agency()
    with (
        pytest.raises(DBAPIError, match="permission denied|is refused"),
        getattr(database, role).begin() as connection,
    ):
        connection.execute(text(statement))


def test_the_same_agencies_twice_are_one_import(desk):
    profiles = [profile(), profile()]
    first = desk.parts.agencies.import_all(ADMIN, profiles)
    assert desk.parts.agencies.import_all(ADMIN, profiles) == first
    with pytest.raises(SharingError):
        desk.parts.agencies.import_all(ADMIN, [*profiles, replace(profiles[0], state="NV")])

"""`workbench retention` and its routes, as a custodian, a timer and an auditor use them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner, Result

from tests.access import CHEAP, Staff
from tests.retention import Site, empty, opened_site
from workbench.access import Passwords, open_access
from workbench.access.keys import load_or_make_key
from workbench.audit import AuditLog
from workbench.cli.retention import app
from workbench.domain.clock import system_clock
from workbench.domain.person import Role
from workbench.errors import RetentionError, WorkbenchError
from workbench.policy import load_policy
from workbench.resources import resource_root
from workbench.settings import Settings

GIVEN = (
    "authorise", "--resolution", "2026-118", "--resolution-date", "2024-03-18",
    "--attorney", "Alex Attorney", "--consented-on", "2024-03-20",
)  # fmt: skip
Run = Callable[..., Result]


@pytest.fixture
def at_home(purged_database, purged_home) -> Iterator[Site]:
    """An empty site in the database's own home, by the machine's clock."""
    for folder in ("ledger", "pictures", "certificates"):
        shutil.rmtree(purged_home / folder, ignore_errors=True)
    with opened_site(purged_database, purged_home, system_clock) as site:
        yield site
    empty(purged_database)


@pytest.fixture
def custodian(at_home) -> str:
    """A token of the custodian of records."""
    policy, database = load_policy(), at_home.database
    audit = AuditLog(
        database.service, clock=system_clock, organisation="Made up", policy_version="test"
    )
    access = open_access(
        database.service, policy=policy, audit=audit, clock=system_clock,
        key=load_or_make_key(at_home.settings.home / "keys"),
        passwords=Passwords(policy.sign_in, hasher=CHEAP),
    )  # fmt: skip
    staff = Staff(access, audit, database, system_clock)
    return staff.enter(*staff.hired(Role.RECORDS_CUSTODIAN)).token


@pytest.fixture
def run(at_home, custodian) -> Run:
    def invoke(*arguments: str, code: int = 0) -> Result:
        variables = {"WORKBENCH_HOME": str(at_home.settings.home), "WORKBENCH_TOKEN": custodian}
        done = CliRunner().invoke(app, list(arguments), env=variables)
        if isinstance(done.exception, WorkbenchError):
            raise done.exception
        assert done.exit_code == code, done.output
        return done

    return invoke


def last(done: Result):
    return json.loads(done.stdout.splitlines()[-1])


def test_from_preview_to_certificate(at_home, run):
    long_ago = datetime.now(UTC) - timedelta(days=800)
    number = at_home.read(long_ago)
    held = at_home.read(long_ago)
    at_home.hold(held)
    previewed = last(run("preview", "--as-job", "--json"))
    assert [(row["kind"], row["gone"], row["held"]) for row in previewed["rows"]] == [
        ("reads", 1, None)
    ]
    tried = last(run("purge", "--dry-run", "--as-job", "--json"))
    assert [(row["kind"], row["gone"]) for row in tried["rows"]] == [("reads", 1)]
    assert at_home.reads() == {number, held}
    with pytest.raises(RetentionError, match="attorney's consent"):
        run("purge", "--as-job")
    assert run("authorities", code=1).stdout == ""
    assert "authority" in run(*GIVEN).stdout
    (made,) = last(run("authorities", "--json"))["authorities"]
    assert (made["resolution"], made["in_force"]) == ("2026-118", True)
    assert "2026-118 of 2024-03-18" in run("authorities").stdout
    done = last(run("purge", "--json"))
    assert at_home.reads() == {held}
    assert done["rows"][0]["gone"] == 1
    assert "signature is right" in run("verify", done["certificate"]).stdout
    content = json.loads(Path(done["certificate"]).read_text())
    jsonschema.validate(content, schema("certificate"))
    (past,) = last(run("purges", "--json"))["purges"]
    assert past["gone"] == {"reads": 1}
    assert "nothing is over" in run("purge", "--as-job").stdout
    for folder in ("ledger", "pictures/ledger"):
        for file in (at_home.settings.home / folder).glob("*.json"):
            jsonschema.validate(json.loads(file.read_text()), schema("ledger"))


def test_tables_for_people_show_no_plate(at_home, run):
    at_home.read(datetime.now(UTC) - timedelta(days=800))
    run(*GIVEN)
    told = run("preview", "--as-job").stdout + run("purge", "--as-job").stdout
    told += run("purges").stdout + run("simulate", "--as-job").stdout
    assert "7ABC123" not in told
    assert "certificate:" in told


def test_a_purge_that_was_killed_shows_in_the_exit_code(at_home, run):
    with at_home.database.owner.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO purge (counted_from, policy_version) VALUES (now(), 'test')"
        )
    assert "killed" in run("purges", code=1).stdout


def schema(name: str):
    file = resource_root() / "data_schema" / "retention" / f"{name}.v1.schema.json"
    return json.loads(file.read_text())


def test_the_shipped_lengths_are_taken_by_name(at_home):
    settings = Settings(home=at_home.settings.home, retention_file="maine-21-days")
    policy = load_policy(settings.policy_file, retention=settings.retention_file)
    assert str(policy.retention.reads.value) == "21 days"

"""Puts the parts together once, for every entry point: commands, service, pages, jobs, reports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workbench.access.credentials import Credentials
from workbench.access.keys import load_or_make_key
from workbench.access.office import Office
from workbench.access.passwords import Passwords
from workbench.access.second_factor import SecondFactor
from workbench.access.sessions import Sessions
from workbench.access.sign_in import SignIn
from workbench.access.vault import Vault
from workbench.audit import AuditLog
from workbench.detections.door import Door
from workbench.detections.inquiries import Inquiries
from workbench.detections.looks import Looks
from workbench.domain.clock import Clock, system_clock
from workbench.policy import Policy, load_policy
from workbench.settings import Settings
from workbench.storage.database import Database, open_database
from workbench.storage.migrations import check_schema
from workbench.storage.pictures import PictureStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """An open workbench.

    Attributes
    ----------
    settings, policy, clock
        What it was opened with.
    database, pictures, audit
        The stores.
    office
        What the services of people are given.
    sign_in, sessions, credentials
        How people come in.
    inquiries, door
        How detections are looked at.
    """

    settings: Settings
    policy: Policy
    clock: Clock
    database: Database
    pictures: PictureStore
    audit: AuditLog
    office: Office
    sign_in: SignIn
    sessions: Sessions
    credentials: Credentials
    inquiries: Inquiries
    door: Door


@contextmanager
def open_runtime(settings: Settings, *, clock: Clock = system_clock) -> Iterator[Runtime]:
    """Open the workbench of some settings; the database must be migrated.

    Parameters
    ----------
    settings
        Where everything is.
    clock
        The present instant.

    Yields
    ------
    Runtime

    Raises
    ------
    PolicyError
        If the policy file is broken.
    DatabaseError
        If the database cannot be reached.
    MigrationError
        If its schema is not this version's.
    """
    policy = load_policy(settings.policy_file)
    timeout_s = policy.search.statement_timeout_s.value
    with open_database(settings, read_timeout_s=timeout_s) as database:
        check_schema(database)
        yield build_runtime(settings, policy, database, clock=clock)


def build_runtime(
    settings: Settings, policy: Policy, database: Database, *, clock: Clock
) -> Runtime:
    """Return the parts put together around an open database."""
    audit = AuditLog(
        database.service,
        clock=clock,
        organisation=policy.department.name.value,
        policy_version=policy.version,
    )
    pictures = PictureStore(settings.picture_store_url)
    office = Office(engine=database.service, policy=policy, audit=audit, clock=clock)
    sessions = Sessions(office)
    passwords = Passwords(policy.sign_in)
    vault = Vault(load_or_make_key(settings.home / "keys"))
    second_factor = SecondFactor(
        vault,
        issuer=policy.department.name.value,
        drift_steps=policy.sign_in.code_drift_steps.value,
    )
    inquiries = Inquiries(database.service, policy=policy, audit=audit, clock=clock)
    looks = Looks(policy=policy, audit=audit, inquiries=inquiries, clock=clock)
    return Runtime(
        settings=settings,
        policy=policy,
        clock=clock,
        database=database,
        pictures=pictures,
        audit=audit,
        office=office,
        sessions=sessions,
        sign_in=SignIn(
            office,
            passwords=passwords,
            second_factor=second_factor,
            vault=vault,
            sessions=sessions,
        ),
        credentials=Credentials(
            office,
            passwords=passwords,
            second_factor=second_factor,
            vault=vault,
            sessions=sessions,
        ),
        inquiries=inquiries,
        door=Door(database.reader, pictures=pictures, policy=policy, looks=looks),
    )

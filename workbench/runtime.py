"""Puts the parts together once, for every entry point: commands, service, pages, jobs, reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workbench.access import (
    Accounts,
    Credentials,
    Grants,
    Invitations,
    Rescue,
    Sessions,
    SignIn,
    load_or_make_key,
    open_access,
)
from workbench.access.office import Office
from workbench.audit import AuditLog
from workbench.detections.cameras import Cameras
from workbench.detections.door import Door
from workbench.detections.ingest import Ingest
from workbench.detections.inquiries import Inquiries
from workbench.detections.intake import Intake, open_intake
from workbench.detections.kept_reads import KeptReads
from workbench.detections.looks import Looks
from workbench.detections.quarantine import Quarantine
from workbench.domain.clock import Clock, system_clock
from workbench.hotlists.alerts.notices import FindsNotices
from workbench.hotlists.alerts.open import Alerts, open_alerts
from workbench.hotlists.hits.handling import Hits
from workbench.hotlists.hits.scoring import Scoring
from workbench.hotlists.matching.open import Matching, open_matching
from workbench.hotlists.notices import found_notices
from workbench.hotlists.open import HotListParts, open_hot_lists
from workbench.policy import Policy, load_policy
from workbench.recognition.misreads.stored import MisreadModels
from workbench.retention.ledger import Ledger
from workbench.retention.open import Retention, open_ledger, open_retention
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
    accounts, grants, invitations, rescue, credentials
        Who may come in, and what they were given.
    sign_in, sessions
        How people come in.
    inquiries, door
        How detections are looked at.
    ingest, quarantine, cameras
        How reads come in.
    misreads
        What engines mistake for what.
    alerts
        Who is told about hits, and the outbox of what is sent.
    finds_notices
        Looks for what people are to be told that is no hit.
    hits, scoring
        What is done about hits, and how often they are wrong.
    hot_lists
        Lists of wanted plates, and hot plates.
    matching
        What makes hits of reads.
    retention
        How long data stay: purges, and what they rest on.
    """

    settings: Settings
    policy: Policy
    clock: Clock
    database: Database
    pictures: PictureStore
    audit: AuditLog
    accounts: Accounts
    grants: Grants
    invitations: Invitations
    rescue: Rescue
    credentials: Credentials
    sign_in: SignIn
    sessions: Sessions
    inquiries: Inquiries
    door: Door
    ingest: Ingest
    quarantine: Quarantine
    cameras: Cameras
    misreads: MisreadModels
    alerts: Alerts
    finds_notices: FindsNotices
    hits: Hits
    scoring: Scoring
    hot_lists: HotListParts
    matching: Matching
    retention: Retention


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
    policy = load_policy(settings.policy_file, retention=settings.retention_file)
    timeout_s = policy.search.statement_timeout_s.value
    with open_database(settings, read_timeout_s=timeout_s) as database:
        check_schema(database)
        yield build_runtime(settings, policy, database, clock=clock)


def build_runtime(
    settings: Settings, policy: Policy, database: Database, *, clock: Clock
) -> Runtime:
    """Return the parts put together around an open database."""
    audit = _audit(database, policy, clock)
    pictures = PictureStore(settings.picture_store_url)
    key = load_or_make_key(settings.home / "keys")
    access = open_access(database.service, policy=policy, audit=audit, clock=clock, key=key)
    office = Office(database.service, policy, audit, clock)
    misreads = MisreadModels(database.service, audit=audit, clock=clock)
    alerts = open_alerts(database.service, settings, policy=policy, audit=audit, clock=clock)
    matching = _matching(database, misreads, alerts, policy, audit=audit, clock=clock)
    inquiries = Inquiries(database.service, policy=policy, audit=audit, clock=clock)
    intake = _intake(office, settings, pictures, matching)
    ledger = open_ledger(database, settings)
    looks = Looks(policy=policy, audit=audit, inquiries=inquiries, clock=clock, check=ledger.check)
    return Runtime(
        settings=settings,
        policy=policy,
        clock=clock,
        database=database,
        pictures=pictures,
        audit=audit,
        accounts=access.accounts,
        grants=access.grants,
        invitations=access.invitations,
        rescue=access.rescue,
        credentials=access.credentials,
        sign_in=access.sign_in,
        sessions=access.sessions,
        inquiries=inquiries,
        door=Door(database.reader, pictures=pictures, policy=policy, looks=looks),
        ingest=intake.ingest,
        quarantine=intake.quarantine,
        cameras=intake.cameras,
        alerts=alerts,
        finds_notices=lambda connection: found_notices(connection, at=clock(), policy=policy),
        hits=_hits(database, alerts, policy, audit=audit, clock=clock, check=ledger.check),
        scoring=Scoring(database.service, database.reader, policy=policy, audit=audit, clock=clock),
        hot_lists=open_hot_lists(office, files=_store(settings, "hot_lists")),
        misreads=misreads,
        matching=matching,
        retention=_retention(office, database, settings, ledger, pictures),
    )


def _audit(database: Database, policy: Policy, clock: Clock) -> AuditLog:
    return AuditLog(
        database.service,
        clock=clock,
        organisation=policy.department.name.value,
        policy_version=policy.version,
    )


def _matching(
    database: Database,
    misreads: MisreadModels,
    alerts: Alerts,
    policy: Policy,
    *,
    audit: AuditLog,
    clock: Clock,
) -> Matching:
    return open_matching(
        database.service,
        reads=KeptReads(database.service),
        misreads=misreads,
        alerts=alerts.queue,
        policy=policy,
        audit=audit,
        clock=clock,
    )


def _hits(
    database: Database,
    alerts: Alerts,
    policy: Policy,
    *,
    audit: AuditLog,
    clock: Clock,
    check: Callable[[], None],
) -> Hits:
    return Hits(
        database.service,
        database.reader,
        policy=policy,
        audit=audit,
        clock=clock,
        calls=alerts.queue,
        check=check,
    )


def _intake(
    office: Office, settings: Settings, pictures: PictureStore, matching: Matching
) -> Intake:
    return open_intake(
        office.engine,
        pictures=pictures,
        originals=_store(settings, "deliveries"),
        policy=office.policy,
        audit=office.audit,
        clock=office.clock,
        watchers=(matching.watcher,),
    )


def _retention(
    office: Office, database: Database, settings: Settings, ledger: Ledger, pictures: PictureStore
) -> Retention:
    return open_retention(
        office,
        database,
        settings,
        ledger=ledger,
        pictures=pictures,
        deliveries=_store(settings, "deliveries"),
        hot_lists=_store(settings, "hot_lists"),
    )


def _store(settings: Settings, folder: str) -> PictureStore:
    """Return the store of a folder beside the pictures, which nobody reads through the door."""
    return PictureStore(f"{settings.picture_store_url.rstrip('/')}/{folder}")

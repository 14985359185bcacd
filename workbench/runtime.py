"""Puts the parts together once, for every entry point: commands, service, pages, jobs, reports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from workbench.access import (
    Accounts,
    Credentials,
    Grants,
    IdleAccounts,
    Invitations,
    Rescue,
    Sessions,
    SignIn,
)
from workbench.access.turned_away import TurnedAway
from workbench.access.weekly_review import WeeklyReview
from workbench.assembly import Assembly
from workbench.audit import AuditLog
from workbench.detections.allowances import Allowances
from workbench.detections.cameras import Cameras
from workbench.detections.door import Door
from workbench.detections.hit_door import HitDoor
from workbench.detections.ingest import Ingest
from workbench.detections.inquiries import Inquiries
from workbench.detections.quarantine import Quarantine
from workbench.detections.read_limits import ReadLimits
from workbench.detections.waiting import WaitingDecisions
from workbench.domain.clock import Clock, system_clock
from workbench.fleet.open import FleetParts
from workbench.hotlists.alerts.notices import FindsNotices
from workbench.hotlists.alerts.open import Alerts
from workbench.hotlists.hits.board import HitBoard
from workbench.hotlists.hits.handling import Hits
from workbench.hotlists.hits.scoring import Scoring
from workbench.hotlists.matching.open import Matching
from workbench.hotlists.open import HotListParts
from workbench.policy import Policy, load_policy
from workbench.recognition.misreads.stored import MisreadModels
from workbench.retention.evidence.making import Packages
from workbench.retention.holds.open import HoldParts
from workbench.retention.log_heads import LogHeads
from workbench.retention.open import Retention
from workbench.settings import Settings
from workbench.sharing.agencies.guard import SharingGuard
from workbench.sharing.open import SharingParts
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
    turned_away
        Counts whom nobody knows; what it has counted is written when the workbench closes.
    inquiries, door
        How detections are looked at.
    read_limits, allowances, waiting
        How many reads looks may let out, more of them under an inquiry, and what waits for
        another person's decision.
    weekly_review
        The review of who looked at how much.
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
    board, hit_door
        How hits are watched, and how their own reads and pictures are looked at.
    hot_lists
        Lists of wanted plates, and hot plates.
    matching
        What makes hits of reads.
    fleet
        Equipment and its care: sites, cars, inspections, shifts, faults, how cameras stand.
    retention
        How long data stay: purges, and what they rest on.
    log_heads
        Heads of the log that were signed, outside the database, and what speaks against it.
    holds, evidence
        What must stay although its time is over, and the packages that leave the house.
    sharing
        Who may have data, requests for release, and standing shares.
    guard
        Says who may have data, wherever something leaves the house.
    """

    settings: Settings
    policy: Policy
    clock: Clock
    database: Database
    pictures: PictureStore
    audit: AuditLog
    accounts: Accounts
    grants: Grants
    idle_accounts: IdleAccounts
    invitations: Invitations
    rescue: Rescue
    credentials: Credentials
    sign_in: SignIn
    turned_away: TurnedAway
    sessions: Sessions
    inquiries: Inquiries
    read_limits: ReadLimits
    allowances: Allowances
    waiting: WaitingDecisions
    weekly_review: WeeklyReview
    door: Door
    ingest: Ingest
    quarantine: Quarantine
    cameras: Cameras
    misreads: MisreadModels
    alerts: Alerts
    finds_notices: FindsNotices
    hits: Hits
    scoring: Scoring
    board: HitBoard
    hit_door: HitDoor
    hot_lists: HotListParts
    matching: Matching
    fleet: FleetParts
    retention: Retention
    log_heads: LogHeads
    holds: HoldParts
    evidence: Packages
    sharing: SharingParts
    guard: SharingGuard


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
        runtime = build_runtime(settings, policy, database, clock=clock)
        try:
            yield runtime
        finally:
            runtime.turned_away.flush()


def build_runtime(
    settings: Settings, policy: Policy, database: Database, *, clock: Clock
) -> Runtime:
    """Return the parts put together around an open database."""
    made = Assembly(settings, policy, database, clock)
    access, intake = made.access, made.intake
    return Runtime(
        settings=settings,
        policy=policy,
        clock=clock,
        database=database,
        pictures=made.pictures,
        audit=made.audit,
        accounts=access.accounts,
        grants=access.grants,
        idle_accounts=access.idle,
        invitations=access.invitations,
        rescue=access.rescue,
        credentials=access.credentials,
        sign_in=access.sign_in,
        turned_away=access.turned_away,
        sessions=access.sessions,
        inquiries=made.inquiries,
        read_limits=made.read_limits,
        allowances=made.allowances,
        waiting=made.waiting,
        weekly_review=made.weekly_review,
        door=made.door,
        ingest=intake.ingest,
        quarantine=intake.quarantine,
        cameras=intake.cameras,
        misreads=made.misreads,
        alerts=made.alerts,
        finds_notices=made.finds_notices,
        hits=made.hits,
        scoring=made.scoring,
        board=made.board,
        hit_door=made.hit_door,
        hot_lists=made.hot_lists,
        matching=made.matching,
        fleet=made.fleet,
        retention=made.retention,
        log_heads=made.log_heads,
        holds=made.holds,
        evidence=made.evidence,
        sharing=made.sharing,
        guard=made.guard,
    )

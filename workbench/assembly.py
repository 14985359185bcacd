"""How the parts of an open workbench are made of one another; each is made once, when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from sqlalchemy import Connection

from workbench.access import load_or_make_key, open_access
from workbench.access.office import Office
from workbench.access.open import Access
from workbench.access.weekly_review import WeeklyReview
from workbench.audit import AuditLog
from workbench.detections.allowances import Allowances
from workbench.detections.door import Door
from workbench.detections.hit_door import HitDoor
from workbench.detections.inquiries import Inquiries
from workbench.detections.intake import Intake, open_intake
from workbench.detections.kept_reads import KeptReads
from workbench.detections.looks import Looks
from workbench.detections.read_limits import ReadLimits
from workbench.detections.waiting import WaitingDecisions
from workbench.domain.alert import Notice
from workbench.domain.clock import Clock
from workbench.fleet.open import FleetParts, open_fleet
from workbench.fleet.telling import EquipmentNotices
from workbench.hotlists.alerts.notices import FindsNotices
from workbench.hotlists.alerts.open import Alerts, open_alerts
from workbench.hotlists.hits.board import HitBoard
from workbench.hotlists.hits.handling import Hits
from workbench.hotlists.hits.of_read import ReadsOfHits
from workbench.hotlists.hits.scoring import Scoring
from workbench.hotlists.lists.sources import list_sources
from workbench.hotlists.matching.open import Matching, open_matching
from workbench.hotlists.notices import found_notices
from workbench.hotlists.open import HotListParts, open_hot_lists
from workbench.policy import Policy
from workbench.recognition.misreads.stored import MisreadModels
from workbench.retention.evidence.fleet_inspections import FleetInspections
from workbench.retention.evidence.making import Packages
from workbench.retention.evidence.open import open_evidence
from workbench.retention.holds.open import HoldParts, open_holds
from workbench.retention.ledger import Ledger
from workbench.retention.log_heads import LogHeads
from workbench.retention.open import Retention, open_ledger, open_log_heads, open_retention
from workbench.settings import Settings
from workbench.sharing.agencies.guard import SharingGuard
from workbench.sharing.open import SharingParts, open_sharing, sharing_guard
from workbench.sharing.releases.evidence_maker import EvidenceForRecipients
from workbench.storage.database import Database
from workbench.storage.pictures import PictureStore


class Assembly:
    """The parts by name; what `workbench.runtime.Runtime` holds is described there.

    Parameters
    ----------
    settings, policy, database, clock
        What everything else is made of.
    """

    def __init__(
        self, settings: Settings, policy: Policy, database: Database, clock: Clock
    ) -> None:
        self.settings = settings
        self.policy = policy
        self.database = database
        self.clock = clock
        self._service = database.service
        self._reader = database.reader

    @cached_property
    def audit(self) -> AuditLog:
        """The log of the department under this policy."""
        return AuditLog(
            self._service,
            clock=self.clock,
            organisation=self.policy.department.name.value,
            policy_version=self.policy.version,
        )

    @cached_property
    def office(self) -> Office:
        """What most services are given."""
        return Office(self._service, self.policy, self.audit, self.clock)

    @cached_property
    def pictures(self) -> PictureStore:
        """Pictures of reads."""
        return PictureStore(self.settings.picture_store_url)

    def store(self, folder: str) -> PictureStore:
        """Return the store of a folder beside the pictures, which nobody reads by the door."""
        return PictureStore(f"{self.settings.picture_store_url.rstrip('/')}/{folder}")

    @cached_property
    def access(self) -> Access:
        """People and how they come in."""
        key = load_or_make_key(self.settings.home / "keys")
        return open_access(
            self._service, policy=self.policy, audit=self.audit, clock=self.clock, key=key
        )

    @cached_property
    def inquiries(self) -> Inquiries:
        """Stated purposes."""
        return Inquiries(self._service, policy=self.policy, audit=self.audit, clock=self.clock)

    @cached_property
    def read_limits(self) -> ReadLimits:
        """How many reads looks may let out."""
        return ReadLimits(self._service, policy=self.policy, audit=self.audit, clock=self.clock)

    @cached_property
    def allowances(self) -> Allowances:
        """More reads under an inquiry, asked for and decided."""
        return Allowances(
            self._service,
            inquiries=self.inquiries,
            policy=self.policy,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def waiting(self) -> WaitingDecisions:
        """What waits for another person's decision."""
        return WaitingDecisions(
            self._service,
            inquiries=self.inquiries,
            limits=self.read_limits,
            policy=self.policy,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def weekly_review(self) -> WeeklyReview:
        """The review of who looked at how much."""
        return WeeklyReview(self.office)

    @cached_property
    def looks(self) -> Looks:
        """What writes the log around each look."""
        return Looks(
            policy=self.policy,
            audit=self.audit,
            inquiries=self.inquiries,
            clock=self.clock,
            limits=self.read_limits,
            check=self.ledger.check,
        )

    @cached_property
    def door(self) -> Door:
        """The one door to reads."""
        return Door(
            self._reader,
            pictures=self.pictures,
            tries=self.matching.tries,
            policy=self.policy,
            looks=self.looks,
        )

    @cached_property
    def hit_door(self) -> HitDoor:
        """The door to the read of a hit."""
        return HitDoor(
            self._reader,
            hits=ReadsOfHits(self._reader, policy=self.policy),
            pictures=self.pictures,
            looks=self.looks,
            policy=self.policy,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def intake(self) -> Intake:
        """How reads come in."""
        return open_intake(
            self._service,
            pictures=self.pictures,
            originals=self.store("deliveries"),
            policy=self.policy,
            audit=self.audit,
            clock=self.clock,
            watchers=(self.holds.watcher, self.matching.watcher),
        )

    @cached_property
    def misreads(self) -> MisreadModels:
        """What engines mistake for what."""
        return MisreadModels(self._service, audit=self.audit, clock=self.clock)

    @cached_property
    def guard(self) -> SharingGuard:
        """What says who may have data."""
        return sharing_guard(self.policy)

    @cached_property
    def alerts(self) -> Alerts:
        """Who is told about hits."""
        return open_alerts(
            self._service,
            self.settings,
            policy=self.policy,
            audit=self.audit,
            clock=self.clock,
            guard=self.guard,
        )

    @cached_property
    def matching(self) -> Matching:
        """What makes hits of reads."""
        return open_matching(
            self._service,
            reads=KeptReads(self._service),
            misreads=self.misreads,
            alerts=self.alerts.queue,
            policy=self.policy,
            audit=self.audit,
            clock=self.clock,
        )

    @cached_property
    def hot_lists(self) -> HotListParts:
        """Lists of wanted plates."""
        return open_hot_lists(
            self.office,
            files=self.store("hot_lists"),
            guard=self.guard,
            sources=list_sources(self.policy, self.settings),
        )

    @cached_property
    def hits(self) -> Hits:
        """What is done about hits."""
        return Hits(
            self._service,
            self._reader,
            policy=self.policy,
            audit=self.audit,
            clock=self.clock,
            calls=self.alerts.queue,
            check=self.ledger.check,
        )

    @cached_property
    def board(self) -> HitBoard:
        """Hits for those who watch."""
        return HitBoard(
            self._reader,
            policy=self.policy,
            audit=self.audit,
            clock=self.clock,
            check=self.ledger.check,
        )

    @cached_property
    def scoring(self) -> Scoring:
        """How often hits are wrong."""
        return Scoring(
            self._service, self._reader, policy=self.policy, audit=self.audit, clock=self.clock
        )

    @cached_property
    def fleet(self) -> FleetParts:
        """Equipment and its care."""
        return open_fleet(self.office, self._reader)

    @cached_property
    def finds_notices(self) -> FindsNotices:
        """What people are to be told that is no hit."""
        of_equipment = EquipmentNotices(self.fleet.reading.notices, clock=self.clock)

        def found(connection: Connection) -> Iterator[Notice]:
            yield from found_notices(connection, at=self.clock(), policy=self.policy)
            yield from of_equipment()

        return found

    @cached_property
    def ledger(self) -> Ledger:
        """What tells that a database was restored; outside of it."""
        return open_ledger(self.database, self.settings)

    @cached_property
    def log_heads(self) -> LogHeads:
        """Heads of the log, signed outside the database."""
        return open_log_heads(self.office, self.settings)

    @cached_property
    def retention(self) -> Retention:
        """How long data stay."""
        return open_retention(
            self.office,
            self.database,
            self.settings,
            ledger=self.ledger,
            pictures=self.pictures,
            deliveries=self.store("deliveries"),
            hot_lists=self.store("hot_lists"),
        )

    @cached_property
    def holds(self) -> HoldParts:
        """What must stay although its time is over."""
        return open_holds(self.office, self.looks)

    @cached_property
    def evidence(self) -> Packages:
        """What makes evidence packages."""
        return open_evidence(
            self.office,
            door=self.door,
            scoring=self.scoring,
            misreads=self.misreads,
            keys=self.settings.home / "keys",
            inspections=FleetInspections(self._reader),
            signed=lambda: self.log_heads.evidence().signed,
        )

    @cached_property
    def sharing(self) -> SharingParts:
        """Agencies, requests for release, standing shares."""
        return open_sharing(
            self.office,
            originals=self.store("requests"),
            packages=EvidenceForRecipients(self.evidence, self.database.service),
            evidence=self.evidence,
        )

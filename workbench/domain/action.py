"""What a person can ask the workbench to do; who may do it stands in the policy file."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """A thing to do, named ``subject:action``; sorted.

    Some say what an action takes with it: ``accounts:reset`` is a new password or code for
    somebody else, ``accounts:list`` is also the list of accounts that nobody uses;
    ``evidence:oversee`` is whose duty everybody's packages are, with ``evidence:view``;
    ``holds:oversee`` is whose duty every hold's criteria, reason and case are.

    Examples
    --------
    >>> Action("detections:search").subject
    'detections'
    """

    ACCOUNTS_CREATE = "accounts:create"
    ACCOUNTS_DESIGNATE = "accounts:designate"
    ACCOUNTS_DISABLE = "accounts:disable"
    ACCOUNTS_GRANT = "accounts:grant"
    ACCOUNTS_LIST = "accounts:list"
    ACCOUNTS_RELEASE = "accounts:release"
    ACCOUNTS_RESET = "accounts:reset"
    AGENCIES_MANAGE = "agencies:manage"
    AGENCIES_VIEW = "agencies:view"
    ALERTS_MANAGE = "alerts:manage"
    AUDIT_CHECKPOINT = "audit:checkpoint"
    AUDIT_EXPORT = "audit:export"
    AUDIT_READ = "audit:read"
    AUDIT_REVIEW = "audit:review"
    AUDIT_VERIFY = "audit:verify"
    CAMERAS_MANAGE = "cameras:manage"
    CAMERAS_VIEW = "cameras:view"
    DETECTIONS_CANVASS = "detections:canvass"
    DETECTIONS_SEARCH = "detections:search"
    DETECTIONS_VIEW = "detections:view"
    EQUIPMENT_INSPECT = "equipment:inspect"
    EQUIPMENT_MANAGE = "equipment:manage"
    EQUIPMENT_REPAIR = "equipment:repair"
    EQUIPMENT_VIEW = "equipment:view"
    EVIDENCE_BOOK = "evidence:book"
    EVIDENCE_DISCLOSE = "evidence:disclose"
    EVIDENCE_OVERSEE = "evidence:oversee"
    EVIDENCE_PACKAGE = "evidence:package"
    EVIDENCE_VIEW = "evidence:view"
    FAULTS_REPORT = "faults:report"
    HITS_CONFIRM = "hits:confirm"
    HITS_HANDLE = "hits:handle"
    HITS_REVIEW = "hits:review"
    HITS_SCORE = "hits:score"
    HITS_VIEW = "hits:view"
    HOLDS_COUNT = "holds:count"
    HOLDS_DECIDE = "holds:decide"
    HOLDS_OVERSEE = "holds:oversee"
    HOLDS_PLACE = "holds:place"
    HOLDS_RELEASE = "holds:release"
    HOLDS_VIEW = "holds:view"
    HOT_LISTS_APPROVE = "hot_lists:approve"
    HOT_LISTS_DECIDE = "hot_lists:decide"
    HOT_LISTS_LOAD = "hot_lists:load"
    HOT_LISTS_MANAGE = "hot_lists:manage"
    HOT_LISTS_VIEW = "hot_lists:view"
    HOT_PLATES_END = "hot_plates:end"
    HOT_PLATES_ENTER = "hot_plates:enter"
    HOT_PLATES_REHEARSE = "hot_plates:rehearse"
    HOT_PLATES_VIEW = "hot_plates:view"
    INQUIRIES_DECIDE = "inquiries:decide"
    INQUIRIES_OPEN = "inquiries:open"
    PICTURES_VIEW = "pictures:view"
    POLICY_VIEW = "policy:view"
    QUARANTINE_RETRY = "quarantine:retry"
    QUARANTINE_VIEW = "quarantine:view"
    READS_INGEST = "reads:ingest"
    RELEASES_APPROVE = "releases:approve"
    RELEASES_FILE = "releases:file"
    RELEASES_FULFIL = "releases:fulfil"
    RELEASES_RECORD = "releases:record"
    RELEASES_REVIEW = "releases:review"
    RELEASES_VIEW = "releases:view"
    REPORTS_RUN = "reports:run"
    RETENTION_AUTHORISE = "retention:authorise"
    RETENTION_PREVIEW = "retention:preview"
    RETENTION_PURGE = "retention:purge"
    RETENTION_SIMULATE = "retention:simulate"
    SHARES_MANAGE = "shares:manage"
    SHARES_REVIEW = "shares:review"
    SHARES_VIEW = "shares:view"
    SHIFTS_RECORD = "shifts:record"
    SHIFTS_RECORD_OTHERS = "shifts:record_others"
    SHIFTS_REVIEW = "shifts:review"
    TRAINING_RECORD = "training:record"
    VEHICLES_ASSIGN = "vehicles:assign"

    @property
    def subject(self) -> str:
        """What is acted on."""
        return self.value.partition(":")[0]

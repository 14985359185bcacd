"""What is logged and how it ended: closed sets that the audit table checks too."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    """What happened, as ``subject:action``, sorted by value.

    The table's CHECK constraint names them all, so after a release a new kind needs a migration.
    """

    ACCESS_DENY = "access:deny"
    ACCOUNT_CHANGE = "account:change"
    ACCOUNT_CREATE = "account:create"
    ACCOUNT_DISABLE = "account:disable"
    ACCOUNT_ENABLE = "account:enable"
    ACCOUNT_LOCK = "account:lock"
    ACCOUNT_RELEASE = "account:release"
    ACCOUNT_SUSPEND = "account:suspend"
    AGENCY_ADD = "agency:add"
    AGENCY_CHANGE = "agency:change"
    ALERT_CHANGE = "alert:change"
    ALERT_SEND = "alert:send"
    AUDIT_CHECKPOINT = "audit:checkpoint"
    AUDIT_EXPORT = "audit:export"
    AUDIT_READ = "audit:read"
    AUDIT_REVIEW = "audit:review"
    AUDIT_VERIFY = "audit:verify"
    CAMERA_ADD = "camera:add"
    CAMERA_CHANGE = "camera:change"
    DATABASE_MIGRATE = "database:migrate"
    DEMAND_ORIGINAL = "demand:original"
    DEMAND_RECORD = "demand:record"
    DEMAND_VIEW = "demand:view"
    DESIGNATION_END = "designation:end"
    DESIGNATION_RECORD = "designation:record"
    DETECTION_CANVASS = "detection:canvass"
    DETECTION_SEARCH = "detection:search"
    DETECTION_VIEW = "detection:view"
    EQUIPMENT_ADD = "equipment:add"
    EQUIPMENT_ASSIGN = "equipment:assign"
    EQUIPMENT_CHANGE = "equipment:change"
    EQUIPMENT_FAULT = "equipment:fault"
    EQUIPMENT_INSPECT = "equipment:inspect"
    EQUIPMENT_REPAIR = "equipment:repair"
    EVIDENCE_BOOK = "evidence:book"
    EVIDENCE_DISCLOSE = "evidence:disclose"
    EVIDENCE_PACKAGE = "evidence:package"
    EVIDENCE_VIEW = "evidence:view"
    HIT_ACT = "hit:act"
    HIT_CORRECT = "hit:correct"
    HIT_REVIEW = "hit:review"
    HIT_SCORE = "hit:score"
    HIT_STOP = "hit:stop"
    HIT_VIEW = "hit:view"
    HIT_VIOLATION = "hit:violation"
    HITS_MATCH = "hits:match"
    HOLD_APPROVE = "hold:approve"
    HOLD_COUNT = "hold:count"
    HOLD_PLACE = "hold:place"
    HOLD_REFUSE = "hold:refuse"
    HOLD_RELEASE = "hold:release"
    HOLD_VIEW = "hold:view"
    HOLD_WITHDRAW = "hold:withdraw"
    HOT_LIST_APPROVE = "hot_list:approve"
    HOT_LIST_CHANGE = "hot_list:change"
    HOT_LIST_DECIDE = "hot_list:decide"
    HOT_LIST_LOAD = "hot_list:load"
    HOT_PLATE_CUT = "hot_plate:cut"
    HOT_PLATE_END = "hot_plate:end"
    HOT_PLATE_ENTER = "hot_plate:enter"
    HOT_PLATE_REHEARSE = "hot_plate:rehearse"
    INQUIRY_ALLOW = "inquiry:allow"
    INQUIRY_APPROVE = "inquiry:approve"
    INQUIRY_ASK = "inquiry:ask"
    INQUIRY_CLOSE = "inquiry:close"
    INQUIRY_OPEN = "inquiry:open"
    INQUIRY_REFUSE = "inquiry:refuse"
    INQUIRY_VIEW = "inquiry:view"
    LOOK_OUTCOME = "look:outcome"
    MISREAD_MODEL_ADD = "misread_model:add"
    PASSWORD_CHANGE = "password:change"  # noqa: S105 - the name of an event
    PASSWORD_RESET = "password:reset"  # noqa: S105 - the name of an event
    PICTURE_VIEW = "picture:view"
    POLICY_LOAD = "policy:load"
    QUARANTINE_RETRY = "quarantine:retry"
    QUARANTINE_VIEW = "quarantine:view"
    READS_INGEST = "reads:ingest"
    READS_OUTCOME = "reads:outcome"
    RELEASE_APPROVE = "release:approve"
    RELEASE_FILE = "release:file"
    RELEASE_FULFIL = "release:fulfil"
    RELEASE_ORIGINAL = "release:original"
    RELEASE_RECORD = "release:record"
    RELEASE_REFUSE = "release:refuse"
    RELEASE_REVIEW = "release:review"
    RELEASE_ROUTE = "release:route"
    RELEASE_VIEW = "release:view"
    REPORT_OUTCOME = "report:outcome"
    REPORT_RUN = "report:run"
    RETENTION_ASK = "retention:ask"
    RETENTION_AUTHORISE = "retention:authorise"
    RETENTION_CERTIFY = "retention:certify"
    RETENTION_PREVIEW = "retention:preview"
    RETENTION_PURGE = "retention:purge"
    RETENTION_RESTORE = "retention:restore"
    RETENTION_SIMULATE = "retention:simulate"
    ROLE_GRANT = "role:grant"
    ROLE_REVOKE = "role:revoke"
    SECOND_FACTOR_ENROL = "second_factor:enrol"
    SECOND_FACTOR_RESET = "second_factor:reset"
    SESSION_ACKNOWLEDGE = "session:acknowledge"
    SESSION_END = "session:end"
    SESSION_REFUSE = "session:refuse"
    SESSION_SIGN_IN = "session:sign_in"
    SESSION_TURN_AWAY = "session:turn_away"
    SHARE_DRIFT = "share:drift"
    SHARE_END = "share:end"
    SHARE_REVIEW = "share:review"
    SHARE_START = "share:start"
    SHIFT_END = "shift:end"
    SHIFT_START = "shift:start"
    TRAINING_END = "training:end"
    TRAINING_RECORD = "training:record"

    @property
    def subject(self) -> str:
        """What it happened to.

        Examples
        --------
        >>> EventKind.PICTURE_VIEW.subject
        'picture'
        """
        return self.value.partition(":")[0]

    @property
    def action(self) -> str:
        """What was done to it."""
        return self.value.partition(":")[2]


LOOKS = frozenset(
    {
        EventKind.DETECTION_CANVASS,
        EventKind.DETECTION_SEARCH,
        EventKind.DETECTION_VIEW,
        EventKind.EVIDENCE_DISCLOSE,
        EventKind.EVIDENCE_PACKAGE,
        EventKind.HIT_VIEW,
        EventKind.HOLD_COUNT,
        EventKind.HOLD_PLACE,
        EventKind.HOT_PLATE_REHEARSE,
        EventKind.PICTURE_VIEW,
    }
)
"""Kinds that let detections out: who, for whom, why and what was asked must all be there."""

OUTCOMES = frozenset({EventKind.LOOK_OUTCOME, EventKind.READS_OUTCOME, EventKind.REPORT_OUTCOME})
"""Kinds that tell how an earlier record ended and so must name it."""


class Outcome(StrEnum):
    """How it ended, or that it only began, sorted by value."""

    ALLOWED = "allowed"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    RETURNED = "returned"
    STARTED = "started"
    TRUNCATED = "truncated"
    WAITING = "waiting"

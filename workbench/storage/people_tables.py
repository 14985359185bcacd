"""The tables of people: accounts, what was granted to them, and how they came in."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from workbench.domain.person import Channel, Role
from workbench.storage.metadata import metadata
from workbench.storage.types import Sha256, UtcDateTime

ATTEMPT_OUTCOMES = ("failed", "locked", "released", "succeeded")
"""How an attempt to sign in ended; ``released`` is an administrator's, and starts anew."""

SESSION_ENDS = ("absolute", "account", "credentials", "idle", "sign_out")
"""Why a session ended."""


def _listed(values: type[Role | Channel] | tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


def _username() -> Column[str]:
    target = ForeignKey("account.username", ondelete="RESTRICT", onupdate="RESTRICT")
    return Column("username", Text, target, nullable=False)


account = Table(
    "account",
    metadata,
    Column("username", Text, primary_key=True, comment="Never deleted and never given again"),
    Column("display_name", Text, nullable=False),
    Column("title", Text, nullable=False, comment="One of the policy's authorised titles"),
    Column("organisation", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Text, nullable=False, comment="system:init for the first account"),
    Column("password_hash", Text, comment="argon2id with its salt and parameters"),
    Column("password_changed_at", UtcDateTime),
    Column("totp_secret", LargeBinary, comment="AES-256-GCM, bound to the user name"),
    Column("totp_enrolled_at", UtcDateTime),
    Column("totp_last_step", BigInteger, comment="Last accepted step; a code counts once"),
    Column("invitation_hash", Sha256, comment="SHA-256 of the one-time invitation"),
    Column("invitation_ends_at", UtcDateTime),
    Column("last_sign_in_at", UtcDateTime),
    Column("disabled_at", UtcDateTime),
    Column("disabled_reason", Text),
    Column("suspended_at", UtcDateTime, comment="Disabled because nobody used it"),
    Column("enabled_at", UtcDateTime, comment="When it was last enabled again"),
    CheckConstraint("username ~ '^[a-z][a-z0-9._-]{1,31}$'", name="username_form"),
    CheckConstraint(
        "display_name <> '' AND title <> '' AND organisation <> ''", name="names_given"
    ),
    CheckConstraint("left(password_hash, 10) = '$argon2id$'", name="password_hashed"),
    CheckConstraint("(totp_secret IS NULL) = (totp_enrolled_at IS NULL)", name="totp_whole"),
    CheckConstraint(
        "(invitation_hash IS NULL) = (invitation_ends_at IS NULL)", name="invitation_whole"
    ),
    CheckConstraint("(disabled_at IS NULL) = (disabled_reason IS NULL)", name="disabling_whole"),
    CheckConstraint("suspended_at IS NULL OR suspended_at = disabled_at", name="suspended_is_so"),
    comment="Who may sign in (Policy 426.3 (8), 426.8 (a))",
)

account_role = Table(
    "account_role",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _username(),
    Column("role", Text, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, comment="Not part of it; empty while it has no end"),
    Column("granted_at", UtcDateTime, nullable=False),
    Column("granted_by", Text, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("revoked_by", Text),
    CheckConstraint(f"role IN ({_listed(Role)})", name="role_known"),
    CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    CheckConstraint("granted_by <> username", name="granted_by_another"),
    CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoking_whole"),
    Index(None, "username", "role"),
    comment="Roles that were granted, with their dates; nobody grants themselves",
)

designation = Table(
    "designation",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _username(),
    Column("role", Text, nullable=False, comment="The role that the designee stands in for"),
    Column("title", Text, nullable=False, comment="Of the designee, as it is published"),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Column("designated_at", UtcDateTime, nullable=False),
    Column("designated_by", Text, nullable=False),
    Column("ended_at", UtcDateTime, comment="When it was ended before its time"),
    Column("ended_by", Text),
    CheckConstraint(f"role IN ({_listed(Role)})", name="role_known"),
    CheckConstraint("title <> ''", name="title_given"),
    CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    CheckConstraint("designated_by <> username", name="designated_by_another"),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ending_whole"),
    Index(None, "username", "starts_at"),
    comment="Dated designees (Policy 426.4, 426.4.1 (e))",
)

training = Table(
    "training",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _username(),
    Column("system", Text, nullable=False, comment="One of the policy's systems"),
    Column("completed_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("ended_at", UtcDateTime, comment="When a mistaken record was ended; it counts no more"),
    Column("ended_by", Text),
    Column("end_reason", Text),
    CheckConstraint("system <> ''", name="system_given"),
    CheckConstraint("num_nulls(ended_at, ended_by, end_reason) IN (0, 3)", name="ending_whole"),
    CheckConstraint("ended_by <> username", name="ended_by_another"),
    CheckConstraint("end_reason <> ''", name="end_says_why"),
    CheckConstraint("expires_at > completed_at", name="expires_after_completion"),
    CheckConstraint("recorded_by <> username", name="recorded_by_another"),
    Index(None, "username", "system", "expires_at"),
    comment="Completed training per person and system (Policy 426.10)",
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("attempted_at", UtcDateTime, nullable=False),
    Column(
        "name_digest",
        Sha256,
        nullable=False,
        comment="Keyed digest of the name that was typed, which may be no account's",
    ),
    Column("outcome", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    CheckConstraint(f"outcome IN ({_listed(ATTEMPT_OUTCOMES)})", name="outcome_known"),
    CheckConstraint(f"channel IN ({_listed(Channel)})", name="channel_known"),
    Index(None, "name_digest", "id"),
    comment="What the lockout counts (CJIS 5.9.5 AC-7); the audit log names the people",
)

session = Table(
    "session",
    metadata,
    Column("token_hash", Sha256, primary_key=True, comment="The token itself is nowhere"),
    Column("id", Uuid, nullable=False, unique=True, comment="What the audit log calls it"),
    _username(),
    Column("started_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False, comment="However busy it is"),
    Column("ended_at", UtcDateTime),
    Column("end_reason", Text),
    Column("banner_acknowledged_at", UtcDateTime, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text),
    CheckConstraint("ends_at > started_at AND last_seen_at >= started_at", name="times_in_order"),
    CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ending_whole"),
    CheckConstraint(f"end_reason IN ({_listed(SESSION_ENDS)})", name="end_reason_known"),
    CheckConstraint(f"channel IN ({_listed(Channel)})", name="channel_known"),
    Index("ix_session_standing", "username", postgresql_where=text("ended_at IS NULL")),
    comment="Who is signed in (CJIS 5.9.5 AC-11, IA-2)",
)

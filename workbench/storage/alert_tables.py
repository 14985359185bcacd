"""Where alerts go, what people are told beside hits, and the outbox of what is sent."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    text,
)

from workbench.domain.alert import DeliveryState, Level, NoticeKind, TargetKind
from workbench.domain.hot_entry import Category
from workbench.storage.metadata import metadata
from workbench.storage.types import UtcDateTime


def _listed(values: type[StrEnum]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


alert_target = Table(
    "alert_target",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False, comment="Web address, mail address or folder"),
    Column("secret_name", Text, comment="Of the file with what signs; never the secret itself"),
    Column("internal", Boolean, nullable=False, comment="May lie in the department's own network"),
    Column("levels", ARRAY(Text), nullable=False, comment="Of the hits that it gets"),
    Column("categories", ARRAY(Text), nullable=False, comment="Of the hits; empty means all"),
    Column("notices", Boolean, nullable=False, comment="Whether it hears of late lists and such"),
    Column("person", Text, comment="Whose it is: also gets what concerns that person alone"),
    Column("agency", Text, comment="Whose it is, by its name in the register; empty means ours"),
    Column("quiet_from", Time, comment="Local time; what is not high waits until the end"),
    Column("quiet_until", Time, comment="Local time; not part of it"),
    Column("enabled", Boolean, nullable=False),
    Column("set_up_at", UtcDateTime, nullable=False),
    Column("set_up_by", Text, nullable=False),
    Column("switched_at", UtcDateTime, nullable=False),
    Column("switched_by", Text, nullable=False),
    CheckConstraint("name ~ '^[a-z][a-z0-9-]{0,40}$'", name="name_plain"),
    CheckConstraint(f"kind IN ({_listed(TargetKind)})", name="kind_known"),
    CheckConstraint("address <> ''", name="address_given"),
    CheckConstraint(
        "(kind IN ('cad_webhook', 'webhook')) = (secret_name IS NOT NULL)", name="signed"
    ),
    CheckConstraint(f"levels <@ ARRAY[{_listed(Level)}]", name="levels_known"),
    CheckConstraint(f"categories <@ ARRAY[{_listed(Category)}]", name="categories_known"),
    CheckConstraint(
        "(quiet_from IS NULL) = (quiet_until IS NULL) AND quiet_from <> quiet_until",
        name="quiet_whole",
    ),
    comment="Where alerts go, and who set it up",
)

alert_notice = Table(
    "alert_notice",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Text, nullable=False, unique=True, comment="The same thing is told once"),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False, comment="A list, hot plate, camera or car"),
    Column("text", Text, nullable=False, comment="Without plate, place or person"),
    Column("found_at", UtcDateTime, nullable=False),
    Column("concerns", Text, comment="User name of whom it concerns"),
    CheckConstraint(f"kind IN ({_listed(NoticeKind)})", name="kind_known"),
    CheckConstraint("key <> '' AND subject <> '' AND text <> ''", name="given"),
    comment="What people are told that is no hit: late lists, cut hot plates, silent cameras",
)

alert_delivery = Table(
    "alert_delivery",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Uuid, nullable=False, unique=True, comment="The receiver knows a repeat by it"),
    Column("target_id", BigInteger, ForeignKey("alert_target.id"), nullable=False),
    Column("hit_id", BigInteger, ForeignKey("hit.id")),
    Column("notice_id", BigInteger, ForeignKey("alert_notice.id")),
    Column("hit_event_id", BigInteger, ForeignKey("hit_event.id"), comment="A call for service"),
    Column("level", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, comment="Begun; counted before anything leaves"),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("tried_at", UtcDateTime, comment="When the last attempt began"),
    Column("ended_at", UtcDateTime, comment="When it was sent or given up"),
    Column("last_error", Text, comment="Without anything that the receiver answered"),
    CheckConstraint(f"level IN ({_listed(Level)})", name="level_known"),
    CheckConstraint(f"state IN ({_listed(DeliveryState)})", name="state_known"),
    CheckConstraint("num_nonnulls(hit_id, notice_id, hit_event_id) = 1", name="about_one_thing"),
    CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="end_dated"),
    CheckConstraint("state <> 'dead' OR coalesce(last_error, '') <> ''", name="death_explained"),
    CheckConstraint("attempts >= 0", name="attempts_counted"),
    UniqueConstraint("target_id", "hit_id"),
    UniqueConstraint("target_id", "notice_id"),
    UniqueConstraint("target_id", "hit_event_id"),
    Index(
        "ix_alert_delivery_waiting",
        "target_id",
        "next_try_at",
        postgresql_where=text("state = 'waiting'"),
    ),
    comment="The outbox: what goes to which target, once each, and what became of it",
)

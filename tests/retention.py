"""A workbench of its own for tests that purge: database, stores and ledger, and made-up reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, text

from tests.alerted_hits import made_hit
from tests.people import made_actor
from tests.reads import store_reads
from workbench.detections.partitions import ensure_months
from workbench.domain.person import Actor, Channel, Origin, Role
from workbench.policy import Policy, load_policy
from workbench.retention.doing import Doer, Purged
from workbench.runtime import Runtime, build_runtime
from workbench.settings import Settings
from workbench.storage.database import AllRoles
from workbench.storage.detection_tables import detection
from workbench.storage.hold_tables import held_detection, hold
from workbench.storage.picture_rows import keep_picture

JOB = Doer(origin=Origin(Channel.JOB, "127.0.0.1", agent="pytest"))
NOW = datetime(2026, 11, 2, 18, tzinfo=UTC)
EMPTIED = (
    "alert_delivery, hit_event, hit, hot_list_entry, hot_list_load, hot_list, hot_plate,"
    " held_detection, hold, quarantine, delivery, picture, detection, purge_file, purge_count,"
    " purge_request, purge, retention_authority, ledger_entry, restoration"
)

SAVED = {
    # in an order in which each names what is there; whether the database numbers its rows
    "delivery": True,
    "quarantine": True,
    "picture": False,
    "detection": False,
    "hot_list": False,
    "hot_list_load": True,
    "hit": True,
    "hold": True,
    "held_detection": False,
    "retention_authority": True,
    "purge": True,
    "purge_count": True,
    "ledger_entry": False,
}
NUMBERS_ON = (
    "SELECT setval(pg_get_serial_sequence('{name}', 'id'), coalesce(max(id), 0) + 1, false)"
    " FROM {name}"
)
GUARDS = (("hit", "hit_stays"), ("hit_event", "hit_event_stays"))


@dataclass
class Site:
    """An open workbench whose clock can be set, and what tests do in it."""

    settings: Settings
    database: AllRoles
    policy: Policy
    clock: Any
    since: int = 0

    @property
    def runtime(self) -> Runtime:
        """Put together anew, as after a restart."""
        return build_runtime(self.settings, self.policy, self.database, clock=self.clock)

    @property
    def custodian(self) -> Actor:
        return made_actor(Role.RECORDS_CUSTODIAN, username="r.custodian")

    def authorise(self) -> None:
        self.runtime.retention.authorities.record(
            self.custodian,
            resolution="2026-118",
            resolution_date=date(2024, 3, 18),
            attorney="Alex Attorney",
            consented_on=date(2024, 3, 20),
        )

    def purge(self, doer: Doer = JOB) -> Purged:
        return self.runtime.retention.purging(self.database.purger).run(doer)

    def read(self, seen_at: datetime, **changed: Any) -> int:
        """Store a read, with its pictures where bytes are given; return its number."""
        pictures = {}
        for column in ("plate_picture", "vehicle_picture"):
            if column in changed:
                content = changed.pop(column)
                with self.database.service.begin() as connection:
                    pictures[column] = keep_picture(
                        self.runtime.pictures, connection, content, seen_at
                    )
        row = made_read(seen_at) | changed | pictures
        store_reads(self.database.service, [row])
        with self.database.service.connect() as connection:
            wanted = select(detection.c.id).where(detection.c.event_key == row["event_key"])
            return int(connection.execute(wanted).scalar_one())

    def reads(self) -> set[int]:
        with self.database.service.connect() as connection:
            return set(connection.execute(select(detection.c.id)).scalars())

    def hit(self, number: int, seen_at: datetime, made_at: datetime, **changed: Any) -> int:
        with self.database.service.begin() as connection:
            return made_hit(connection, made_at, detection_id=number, seen_at=seen_at, **changed)

    def hold(self, *reads: int, ends_at: datetime | None = None, **criteria: Any) -> int:
        """Place a hold on some reads, or by criteria; return its number."""
        at = self.clock()
        values = {
            "case_number": "26-014532",
            "reason": "Evidence",
            "criteria": criteria or {"look": "rows", "detections": list(reads)},
            "placed_at": at,
            "placed_by": "r.custodian",
            "ends_at": ends_at,
        }
        with self.database.service.begin() as connection:
            number = connection.execute(
                insert(hold).values(values).returning(hold.c.id)
            ).scalar_one()
            for read in reads:
                seen = select(detection.c.seen_at).where(detection.c.id == read)
                connection.execute(
                    insert(held_detection).values(
                        hold_id=number,
                        detection_id=read,
                        seen_at=connection.execute(seen).scalar_one(),
                        held_at=at,
                    )
                )
        return int(number)

    def release(self, number: int) -> None:
        at = self.clock()
        said = {"released_at": at, "released_by": "r.custodian", "released_because": "Ended"}
        with self.database.service.begin() as connection:
            connection.execute(hold.update().where(hold.c.id == number).values(said))

    def save(self) -> None:
        """Copy the tables, as a backup of the database does."""
        with self.database.owner.begin() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS saved CASCADE"))
            connection.execute(text("CREATE SCHEMA saved"))
            for name in ("detection_month", *SAVED):
                connection.execute(text(f"CREATE TABLE saved.{name} AS TABLE {name}"))

    def restore(self) -> None:
        """Put the copied tables in place of what is there; stores and ledger stay as they are."""
        empty(self.database)
        with self.database.owner.begin() as connection:
            months = connection.execute(text("SELECT year, month FROM saved.detection_month"))
            for row in months.all():
                first = datetime(row.year, row.month, 1, tzinfo=UTC)
                ensure_months(connection, first, first)
            connection.execute(text("ALTER TABLE hold DISABLE TRIGGER hold_in_ledger"))
            for name, always in SAVED.items():
                way = "OVERRIDING SYSTEM VALUE" if always else ""
                connection.execute(text(f"INSERT INTO {name} {way} TABLE saved.{name}"))
                if always:
                    connection.execute(text(NUMBERS_ON.format(name=name)))
            connection.execute(text("ALTER TABLE hold ENABLE ALWAYS TRIGGER hold_in_ledger"))

    def one(self, sql: str, **values: Any) -> Any:
        with self.database.owner.connect() as connection:
            return connection.execute(text(sql), values).scalar_one()

    def all(self, sql: str, **values: Any) -> list[Any]:
        with self.database.owner.connect() as connection:
            return list(connection.execute(text(sql), values).all())

    def logged(self, kind: str) -> list[dict[str, Any]]:
        rows = self.all(
            "SELECT outcome, details FROM audit_record WHERE kind = :kind AND seq > :since"
            " ORDER BY seq",
            kind=kind,
            since=self.since,
        )
        return [{"outcome": row.outcome, **row.details} for row in rows]


def made_read(seen_at: datetime) -> dict[str, Any]:
    return {
        "seen_at": seen_at,
        "received_at": seen_at + timedelta(seconds=2),
        "camera_id": "T1",
        "plate": "7ABC123",
        "plate_normal": "7ABC123",
        "pseudonym": False,
        "source": "plain",
        "event_key": uuid4(),
        "flags": [],
    }


def empty(database: AllRoles) -> None:
    """Take everything out of the tables, as no role of the product can."""
    with database.owner.begin() as connection:
        for table, trigger in GUARDS:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}"))
        connection.execute(text(f"TRUNCATE {EMPTIED} CASCADE"))
        for name in connection.execute(text("SELECT partition FROM detection_month")).scalars():
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("DELETE FROM detection_month"))
        for table, trigger in GUARDS:
            connection.execute(text(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}"))


@contextmanager
def opened_site(database: AllRoles, home: Path, clock: Any, *, lengths: str = "") -> Iterator[Site]:
    """Open an empty site; `lengths` is TOML of a [retention] that is put in the policy's place."""
    retention = None
    if lengths:
        file = home / "lengths.toml"
        file.write_text(lengths)
        retention = str(file)
    policy = load_policy(retention=retention)
    empty(database)
    site = Site(Settings(home=home), database, policy, clock)
    site.since = site.one("SELECT coalesce(max(seq), 0) FROM audit_record")
    yield site

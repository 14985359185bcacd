"""What a purge is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine

from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.clock import Clock
from workbench.domain.person import Actor, Origin
from workbench.policy import Policy
from workbench.retention.files import Stores
from workbench.retention.ledger import Ledger

Report = Callable[[str], None]
"""Gets a line after every step that is committed."""

FILES = "files"


class FitsHolds(Protocol):
    """Holds reads that fit the criteria of standing holds and are not held yet."""

    def __call__(self, connection: Connection, at: datetime) -> int:
        """Return how many reads that were."""
        ...


@dataclass(frozen=True, slots=True)
class Doer:
    """Who purges: a person, or a job that is known by where it runs."""

    actor: Actor | None = None
    origin: Origin | None = None

    @property
    def username(self) -> str | None:
        """The person's name."""
        return self.actor.person.username if self.actor else None

    def entry(self, kind: EventKind, outcome: Outcome, details: dict[str, Any]) -> Entry:
        """Return an entry of the log."""
        origin = None if self.actor else self.origin
        return Entry(kind, self.actor, outcome=outcome, details=details, origin=origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What a purge did.

    Attributes
    ----------
    id
        Its number.
    rows
        What went, as the certificate lists it.
    file
        The certificate; ``None`` where nothing went.
    finished
        Numbers of earlier purges that were killed and that this one finished.
    restored
        Whether it opened a restored database again.
    """

    id: int
    rows: tuple[dict[str, Any], ...]
    file: Path | None
    finished: tuple[int, ...] = ()
    restored: bool = False

    def gone(self, kind: str) -> int:
        """Return how many of a kind went."""
        return sum(row["gone"] for row in self.rows if row["kind"] == kind)


@dataclass(frozen=True, slots=True)
class BegunPurge:
    """A purge that nobody else can begin any more and that is still to be gone on with.

    Attributes
    ----------
    run
        Does it, in whatever thread, and lets others begin after it; called once. Raises what
        `Purging.run` raises.
    give_up
        Lets others begin although nothing was done; instead of `run`.
    """

    run: Callable[[Report], Purged]
    give_up: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeParts:
    """What a purge works with.

    Attributes
    ----------
    purger
        Engine of the role that deletes.
    stores, ledger, keys
        Files, the ledger, and the folder of the signing key.
    fits_holds
        Asked once at the beginning, under the lock that holds are placed under.
    """

    purger: Engine
    policy: Policy
    audit: AuditLog
    clock: Clock
    stores: Stores
    ledger: Ledger
    keys: Path
    fits_holds: FitsHolds

"""What a purge is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine

from workbench.access import require
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.clock import Clock
from workbench.domain.keeping import Cutoffs
from workbench.domain.person import Actor, Origin
from workbench.policy import Policy
from workbench.retention.cutoffs import cutoffs_of
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
    """Who purges: a person, or a job that is known by where it runs.

    Attributes
    ----------
    asked_by
        Who asked for it over HTTP; a job then does what that person was allowed to ask for.
    request
        The number of what was asked for.
    """

    actor: Actor | None = None
    origin: Origin | None = None
    asked_by: str | None = None
    request: int | None = None

    @property
    def username(self) -> str | None:
        """The name of the person who acts or has asked."""
        return self.actor.person.username if self.actor else self.asked_by

    def entry(self, kind: EventKind, outcome: Outcome, details: dict[str, Any]) -> Entry:
        """Return an entry of the log."""
        origin = None if self.actor else self.origin
        if self.request is not None:
            details = {**details, "request": self.request, "asked_by": self.asked_by}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingParts:
    """What a preview and a purge work with, whoever may delete.

    Attributes
    ----------
    stores, ledger, keys
        Files, the ledger, and the folder of the signing key.
    fits_holds
        Asked once at the beginning, under the lock that holds are placed under.
    """

    policy: Policy
    audit: AuditLog
    clock: Clock
    stores: Stores
    ledger: Ledger
    keys: Path
    fits_holds: FitsHolds

    def cutoffs(self, doer: Doer, action: Action) -> Cutoffs:
        """Return what counts as over at this instant.

        Raises
        ------
        DeniedError
            If the person may not ask.
        """
        at = self.clock()
        if doer.actor is not None:
            require(doer.actor, action, policy=self.policy, audit=self.audit, at=at)
        return cutoffs_of(self.policy.retention, at)

    def with_purger(self, purger: Engine) -> PurgeParts:
        """Return the same with the role that deletes."""
        same = {each.name: getattr(self, each.name) for each in fields(self)}
        return PurgeParts(**same, purger=purger)


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeParts(KeepingParts):
    """What a purge works with.

    Attributes
    ----------
    purger
        Engine of the role that deletes; only the process that purges has one.
    """

    purger: Engine

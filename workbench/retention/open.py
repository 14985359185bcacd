"""Everything about how long data stay, put together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from workbench.access.office import Office
from workbench.retention.authority import Authorities
from workbench.retention.doing import FitsHolds, KeepingParts
from workbench.retention.files import Stores
from workbench.retention.history import PurgeHistory
from workbench.retention.holds.fitting import hold_fitting_reads
from workbench.retention.ledger import Ledger
from workbench.retention.ledger_place import LedgerPlace
from workbench.retention.log_heads import LogHeads
from workbench.retention.preview import Previewer
from workbench.retention.purging import Purging
from workbench.retention.requests import PurgeRequests
from workbench.retention.restoring import Restoring
from workbench.retention.simulating import Simulator
from workbench.settings import Settings
from workbench.storage.database import AllRoles, Database
from workbench.storage.pictures import PictureStore

LEDGER_FOLDER = "ledger"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long data stay.

    Attributes
    ----------
    authorities
        What purges rest on.
    previewer
        What a purge would delete.
    requests
        Purges that are asked for, for the process that purges.
    history
        The purges that there were, and the one that is asked for.
    ledger
        Says whether this database is the newest; its `check` stands in front of every look.
    simulator
        How old reads were when they were of use.
    parts
        What a purge works with, but for the role that deletes.
    """

    authorities: Authorities
    previewer: Previewer
    requests: PurgeRequests
    history: PurgeHistory
    ledger: Ledger
    simulator: Simulator
    parts: KeepingParts

    def purging(self, purger: Engine) -> Purging:
        """Return the purge; for a process that has the role that deletes."""
        return Purging(self.parts.with_purger(purger))

    def restoring(self, roles: AllRoles) -> Restoring:
        """Return the purge after a restored backup; for a process that has every role."""
        parts = self.parts.with_purger(roles.purger)
        return Restoring(roles.owner, parts, Purging(parts))

    @property
    def check(self) -> Callable[[], None]:
        """Refuses when the database is an older one than the ledger knows."""
        return self.ledger.check


def open_ledger(database: Database, settings: Settings) -> Ledger:
    """Return the ledger: in the home, beside the pictures, and where else one is wanted."""
    return Ledger(database.reader, places=_places(settings), keys=settings.home / "keys")


def open_log_heads(office: Office, settings: Settings) -> LogHeads:
    """Return the ledger of the log's heads: beside the other, in each of its places."""
    return LogHeads(
        office.engine,
        audit=office.audit,
        places=_places(settings, "/heads"),
        keys=settings.home / "keys",
        checkpoints=settings.home / "checkpoints",
        clock=office.clock,
    )


def _places(settings: Settings, below: str = "") -> tuple[LedgerPlace, ...]:
    addresses = [
        str(settings.home / LEDGER_FOLDER),
        f"{settings.picture_store_url.rstrip('/')}/{LEDGER_FOLDER}",
        *([settings.ledger_url.rstrip("/")] if settings.ledger_url else []),
    ]
    return tuple(LedgerPlace(address + below) for address in addresses)


def open_retention(
    office: Office,
    database: Database,
    settings: Settings,
    *,
    ledger: Ledger,
    pictures: PictureStore,
    deliveries: PictureStore,
    hot_lists: PictureStore,
    fits_holds: FitsHolds = hold_fitting_reads,
) -> Retention:
    """Return the parts put together.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    database
        Reads how old reads were.
    pictures, deliveries, hot_lists
        The stores of files.
    fits_holds
        Holds what fits a standing hold before anything is deleted.
    """
    parts = KeepingParts(
        policy=office.policy,
        audit=office.audit,
        clock=office.clock,
        stores=Stores(
            pictures=pictures, deliveries=deliveries, hot_lists=hot_lists, home=settings.home
        ),
        ledger=ledger,
        keys=settings.home / "keys",
        fits_holds=fits_holds,
    )
    return Retention(
        authorities=Authorities(office),
        previewer=Previewer(office.engine, parts),
        requests=PurgeRequests(office),
        history=PurgeHistory(office),
        ledger=ledger,
        simulator=Simulator(office, database.reader),
        parts=parts,
    )

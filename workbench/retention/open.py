"""Everything about how long data stay, put together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workbench.access.office import Office
from workbench.retention.authority import Authorities
from workbench.retention.doing import FitsHolds, PurgeParts
from workbench.retention.files import Stores
from workbench.retention.history import PurgeHistory
from workbench.retention.holds.fitting import hold_fitting_reads
from workbench.retention.ledger import Ledger
from workbench.retention.ledger_place import LedgerPlace
from workbench.retention.purging import Purging
from workbench.retention.restoring import Restoring
from workbench.retention.simulating import Simulator
from workbench.settings import Settings
from workbench.storage.database import Database
from workbench.storage.pictures import PictureStore

LEDGER_FOLDER = "ledger"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long data stay.

    Attributes
    ----------
    authorities
        What purges rest on.
    purging, restoring
        The purge, and the one after a restored backup.
    history
        The purges that there were.
    ledger
        Says whether this database is the newest; its `check` stands in front of every look.
    simulator
        How old reads were when they were of use.
    """

    authorities: Authorities
    purging: Purging
    restoring: Restoring
    history: PurgeHistory
    ledger: Ledger
    simulator: Simulator

    @property
    def check(self) -> Callable[[], None]:
        """Refuses when the database is an older one than the ledger knows."""
        return self.ledger.check


def open_ledger(database: Database, settings: Settings) -> Ledger:
    """Return the ledger: in the home, and beside the pictures, so that either may be lost."""
    places = (
        LedgerPlace(str(settings.home / LEDGER_FOLDER)),
        LedgerPlace(f"{settings.picture_store_url.rstrip('/')}/{LEDGER_FOLDER}"),
    )
    return Ledger(database.reader, places=places, keys=settings.home / "keys")


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
        For the roles that purge and restore.
    pictures, deliveries, hot_lists
        The stores of files.
    fits_holds
        Holds what fits a standing hold before anything is deleted.
    """
    parts = PurgeParts(
        purger=database.purger,
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
    purging = Purging(parts)
    return Retention(
        authorities=Authorities(office),
        purging=purging,
        restoring=Restoring(database.owner, parts, purging),
        history=PurgeHistory(office),
        ledger=ledger,
        simulator=Simulator(office, database.reader),
    )

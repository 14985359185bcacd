"""Puts the services of holds together."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.access.office import Office
from workbench.retention.holds.placing import Holds
from workbench.retention.holds.watching import HoldWatcher


@dataclass(frozen=True, slots=True)
class HoldParts:
    """Everything about holds, ready to use.

    Attributes
    ----------
    placing
        Places, shows and releases holds.
    watcher
        Holds new reads that fit.
    """

    placing: Holds
    watcher: HoldWatcher


def open_holds(office: Office) -> HoldParts:
    """Return the services.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    """
    return HoldParts(Holds(office), HoldWatcher(office.clock))

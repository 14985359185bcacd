"""Puts the services of holds together."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.access.office import Office
from workbench.detections.looks import Looks
from workbench.retention.holds.counting import HoldCounting
from workbench.retention.holds.deciding import HoldDecisions
from workbench.retention.holds.placing import HoldPlacing
from workbench.retention.holds.register import HoldRegister
from workbench.retention.holds.watching import HoldWatcher


@dataclass(frozen=True, slots=True)
class HoldParts:
    """Everything about holds, ready to use.

    Attributes
    ----------
    placing, counting
        Place holds and count what they hold; each is a look under an inquiry.
    decisions
        Approves, refuses, withdraws and releases holds.
    register
        Lists and shows holds, each reading with its record.
    watcher
        Holds new reads that fit.
    """

    placing: HoldPlacing
    counting: HoldCounting
    decisions: HoldDecisions
    register: HoldRegister
    watcher: HoldWatcher


def open_holds(office: Office, looks: Looks) -> HoldParts:
    """Return the services.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    looks
        Writes the record and the outcome around each look.
    """
    return HoldParts(
        placing=HoldPlacing(office, looks),
        counting=HoldCounting(office, looks),
        decisions=HoldDecisions(office),
        register=HoldRegister(office),
        watcher=HoldWatcher(office.clock),
    )

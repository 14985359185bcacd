"""Puts the services of lists and hot plates together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from workbench.access.office import Office
from workbench.audit import AuditLog
from workbench.domain.clock import Clock
from workbench.hotlists.lists.approvals import Approvals
from workbench.hotlists.lists.deciding import Deciding
from workbench.hotlists.lists.loading import FileStore, Loading
from workbench.hotlists.lists.registry import HotLists
from workbench.hotlists.lists.sharing import Sharing
from workbench.hotlists.lists.watching import Watching
from workbench.hotlists.plates.entering import HotPlates
from workbench.policy import Policy


@dataclass(frozen=True, slots=True)
class HotListParts:
    """Everything about lists and hot plates, ready to use."""

    lists: HotLists
    loading: Loading
    deciding: Deciding
    approvals: Approvals
    sharing: Sharing
    watching: Watching
    plates: HotPlates


def open_hot_lists(
    engine: Engine, *, policy: Policy, audit: AuditLog, clock: Clock, files: FileStore
) -> HotListParts:
    """Return the services.

    Parameters
    ----------
    engine
        Of the service role.
    policy
        Every number comes from it.
    audit
        Where every act is logged.
    clock
        The present instant.
    files
        Keeps the files of lists.
    """
    office = Office(engine, policy, audit, clock)
    return HotListParts(
        lists=HotLists(office),
        loading=Loading(office, files=files),
        deciding=Deciding(office),
        approvals=Approvals(office),
        sharing=Sharing(office),
        watching=Watching(engine, policy=policy, clock=clock),
        plates=HotPlates(office),
    )

"""Puts the services of lists and hot plates together."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.access.office import Office
from workbench.hotlists.lists.approvals import Approvals
from workbench.hotlists.lists.deciding import Deciding
from workbench.hotlists.lists.loading import FileStore, Loading
from workbench.hotlists.lists.registry import HotLists
from workbench.hotlists.lists.sharing import Sharing
from workbench.hotlists.lists.sources import ListSources
from workbench.hotlists.lists.watching import Watching
from workbench.hotlists.plates.entering import HotPlates
from workbench.hotlists.receiving import GuardsSharing


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
    office: Office, *, files: FileStore, guard: GuardsSharing, sources: ListSources
) -> HotListParts:
    """Return the services.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    files
        Keeps the files of lists.
    guard
        Asked before a list is shared.
    sources
        Where lists may come from.
    """
    return HotListParts(
        lists=HotLists(office, sources=sources),
        loading=Loading(office, files=files, sources=sources),
        deciding=Deciding(office),
        approvals=Approvals(office),
        sharing=Sharing(office, guard=guard),
        watching=Watching(office.engine, policy=office.policy, clock=office.clock),
        plates=HotPlates(office),
    )

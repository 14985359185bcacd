"""Puts the services of sharing together."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.access.office import Office
from workbench.policy import Policy
from workbench.retention.evidence.package import MakesPackages as MakesEvidence
from workbench.sharing.agencies.guard import SharingGuard
from workbench.sharing.agencies.register import Agencies
from workbench.sharing.demands.desk import Demands
from workbench.sharing.releases.desk import Releases
from workbench.sharing.releases.figures import CountsReleases
from workbench.sharing.releases.packages import MakesPackages
from workbench.sharing.releases.recording import KeepsOriginals
from workbench.sharing.shares.drift import Drifts
from workbench.sharing.shares.register import Shares


@dataclass(frozen=True, slots=True)
class SharingParts:
    """Everything about who may have data, ready to use."""

    agencies: Agencies
    demands: Demands
    releases: Releases
    figures: CountsReleases
    shares: Shares
    drifts: Drifts


def open_sharing(
    office: Office,
    *,
    originals: KeepsOriginals,
    packages: MakesPackages | None,
    evidence: MakesEvidence | None = None,
) -> SharingParts:
    """Return the services.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    originals
        Keeps written requests.
    packages
        Makes what is released; without it nothing can be fulfilled.
    evidence
        Makes what is disclosed; without it no demand can be answered.
    """
    return SharingParts(
        agencies=Agencies(office),
        demands=Demands(office, originals=originals, packages=evidence),
        releases=Releases(office, originals=originals, packages=packages),
        figures=CountsReleases(office),
        shares=Shares(office),
        drifts=Drifts(office),
    )


def sharing_guard(policy: Policy) -> SharingGuard:
    """Return what other parts of the workbench ask before anything leaves the house."""
    return SharingGuard(rules=policy.sharing, department=policy.department.name.value)

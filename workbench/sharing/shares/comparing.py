"""Where a vendor's list and the register of shares differ; no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any

from workbench.policy.life_rules import SharingRules
from workbench.sharing.agencies.agency import Agency
from workbench.sharing.agencies.guard import may_receive
from workbench.sharing.names import agency_key
from workbench.sharing.shares.share import Share
from workbench.sharing.shares.vendor_list import VendorList

_CLOSE = 0.75
_MOST_SUGGESTED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Unapproved:
    """Somebody with whom the vendor shares, and no approved share stands.

    Attributes
    ----------
    agency
        Name in the register, or ``None`` if it has none.
    suggestions
        Names in the register that look like it. Nothing follows from them.
    """

    vendor_name: str
    agency: str | None
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """Somebody with whom the vendor shares, and the sharing guard refuses."""

    vendor_name: str
    agency: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What differs.

    Attributes
    ----------
    listed
        How many agencies the vendor names.
    unapproved
        Shared by the vendor, and not approved by us.
    refused
        Shared by the vendor, and refused by the guard.
    lacking
        Names of agencies whose share is approved, and which the vendor's list lacks.
    unreadable
        Entries of the vendor's list that name nobody.
    """

    listed: int
    unapproved: tuple[Unapproved, ...]
    refused: tuple[Barred, ...]
    lacking: tuple[str, ...]
    unreadable: int

    @property
    def count(self) -> int:
        """How many differences there are."""
        return len(self.unapproved) + len(self.refused) + len(self.lacking) + self.unreadable

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return asdict(self) | {"count": self.count}


def compare(
    listed: VendorList, agencies: Iterable[Agency], shares: Iterable[Share], rules: SharingRules
) -> Drift:
    """Return where a vendor's list differs from what was approved.

    A name is an agency of the register only if it is the same name (`agency_key`) or one of its
    aliases. What merely looks like one is suggested and never taken for it.

    Parameters
    ----------
    shares
        That stand in the vendor's system.
    """
    known = {key: agency for agency in agencies for key in agency.profile.keys}
    approved = {share.agency.id: share.agency for share in shares if share.approved}
    unapproved: list[Unapproved] = []
    refused: list[Barred] = []
    seen: set[int] = set()
    for name in listed.names:
        agency = known.get(agency_key(name))
        if agency is not None:
            seen.add(agency.id)
        decision = may_receive(agency, rules)
        if agency is not None and not decision.allowed:
            refused.append(
                Barred(
                    vendor_name=name,
                    agency=agency.name,
                    reason=decision.reason,
                    source=decision.source,
                )
            )
        elif agency is None or agency.id not in approved:
            unapproved.append(_unapproved(name, agency, known))
    lacking = sorted(agency.name for number, agency in approved.items() if number not in seen)
    return Drift(
        listed=len(listed.names),
        unapproved=tuple(unapproved),
        refused=tuple(refused),
        lacking=tuple(lacking),
        unreadable=listed.unreadable,
    )


def _unapproved(name: str, agency: Agency | None, known: Mapping[str, Agency]) -> Unapproved:
    if agency is not None:
        return Unapproved(vendor_name=name, agency=agency.name, suggestions=())
    close = get_close_matches(agency_key(name), known, n=_MOST_SUGGESTED, cutoff=_CLOSE)
    names = tuple(dict.fromkeys(known[key].name for key in close))
    return Unapproved(vendor_name=name, agency=None, suggestions=names)

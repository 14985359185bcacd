"""Kinds of those who ask for data or are given some."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RecipientKind(StrEnum):
    """What a recipient is; a California public agency is one of the state or of a local body.

    Source: Civil Code 1798.90.55 with AG bulletin 2023-DLE-06.
    """

    CA_PUBLIC_AGENCY = "ca_public_agency"
    FEDERAL = "federal"
    OUT_OF_STATE = "out_of_state"
    PRIVATE = "private"
    TRIBAL = "tribal"
    VENDOR_POOL = "vendor_pool"


class AgencyDuty(StrEnum):
    """What an agency is there for; requests of ``other`` ones belong to Records (Policy 426.9)."""

    LAW_ENFORCEMENT = "law_enforcement"
    OTHER = "other"
    PROSECUTION = "prosecution"


@dataclass(frozen=True, slots=True)
class SharingDecision:
    """Whether somebody may have data, and why.

    Attributes
    ----------
    allowed
        True only if a rule says so.
    reason
        A sentence for who asked.
    source
        Where the rule stands.
    """

    allowed: bool
    reason: str
    source: str

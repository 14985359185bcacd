"""Kinds of those who ask for data or are given some."""

from __future__ import annotations

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

"""States and countries as one spelling, so that a read's and a list's can be compared."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAMES: Mapping[str, str] = {
    "ALABAMA": "AL", "ALASKA": "AK", "ARIZONA": "AZ", "ARKANSAS": "AR", "CALIFORNIA": "CA",
    "COLORADO": "CO", "CONNECTICUT": "CT", "DELAWARE": "DE", "DISTRICT OF COLUMBIA": "DC",
    "FLORIDA": "FL", "GEORGIA": "GA", "HAWAII": "HI", "IDAHO": "ID", "ILLINOIS": "IL",
    "INDIANA": "IN", "IOWA": "IA", "KANSAS": "KS", "KENTUCKY": "KY", "LOUISIANA": "LA",
    "MAINE": "ME", "MARYLAND": "MD", "MASSACHUSETTS": "MA", "MICHIGAN": "MI", "MINNESOTA": "MN",
    "MISSISSIPPI": "MS", "MISSOURI": "MO", "MONTANA": "MT", "NEBRASKA": "NE", "NEVADA": "NV",
    "NEW HAMPSHIRE": "NH", "NEW JERSEY": "NJ", "NEW MEXICO": "NM", "NEW YORK": "NY",
    "NORTH CAROLINA": "NC", "NORTH DAKOTA": "ND", "OHIO": "OH", "OKLAHOMA": "OK", "OREGON": "OR",
    "PENNSYLVANIA": "PA", "RHODE ISLAND": "RI", "SOUTH CAROLINA": "SC", "SOUTH DAKOTA": "SD",
    "TENNESSEE": "TN", "TEXAS": "TX", "UTAH": "UT", "VERMONT": "VT", "VIRGINIA": "VA",
    "WASHINGTON": "WA", "WEST VIRGINIA": "WV", "WISCONSIN": "WI", "WYOMING": "WY",
    "ALBERTA": "AB", "BRITISH COLUMBIA": "BC", "MANITOBA": "MB", "NEW BRUNSWICK": "NB",
    "NEWFOUNDLAND AND LABRADOR": "NL", "NOVA SCOTIA": "NS", "ONTARIO": "ON",
    "PRINCE EDWARD ISLAND": "PE", "QUEBEC": "QC", "SASKATCHEWAN": "SK", "MEXICO": "MX",
}  # fmt: skip

_UNKNOWN = frozenset({"NA", "XX", "YY", "ZZ", "UN", "US", "USA", "UNK"})
"""Codes that say nothing about the state; NCIC writes YY and XX where it is not known."""

_CODE = re.compile(r"(?:[A-Z]{2,3}[-_ ])?([A-Z]{2,3})")


def normal_region(text: str | None) -> str | None:
    """Return a state or country in one spelling; ``None`` where it is not known.

    A state stands without its country. Whatever is no code and no name that is known here cannot
    be compared, and counts as not known.

    Examples
    --------
    >>> [normal_region(text) for text in ("CA", "us-ca", "California", "US", "", None)]
    ['CA', 'CA', 'CA', None, None, None]
    """
    if not text:
        return None
    plain = " ".join(text.upper().replace(".", "").split())
    code = _NAMES.get(plain)
    if code is None:
        found = _CODE.fullmatch(plain)
        code = found[1] if found else None
    return None if code in _UNKNOWN else code


def differ(one: str | None, other: str | None) -> bool:
    """Return whether two regions are both known and not the same.

    Examples
    --------
    >>> differ("US-CA", "nv"), differ("CA", "California"), differ("CA", None)
    (True, False, False)
    """
    first, second = normal_region(one), normal_region(other)
    return first is not None and second is not None and first != second

"""A list of wanted plates as it is set up, and what the policy asks of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from workbench.domain.hot_entry import HOT_PLATES, Category, ListKind
from workbench.errors import HotListError
from workbench.hotlists.lists.fetching import check_address
from workbench.hotlists.lists.sources import ListSources
from workbench.hotlists.lists.template import ListTemplate, list_template
from workbench.policy import Policy
from workbench.storage.hot_list_tables import hot_list

_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,24}")
_REGION = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HotList:
    """A list that is fetched (Policy 426.3 (6), (7)).

    Attributes
    ----------
    code
        Such as ``SVS``; each sub-file is a list with its own switch.
    kind
        General or special; hot plates are no list that is fetched.
    source
        One of the policy's sources for that kind.
    category, region
        Of entries that do not say their own.
    address
        Where it is fetched: a path, or an address that fsspec knows.
    template
        How its file is laid out.
    """

    code: str
    name: str
    kind: ListKind
    source: str
    category: Category
    address: str
    template: ListTemplate
    region: str | None = None

    def check(self, policy: Policy, sources: ListSources) -> None:
        """Refuse a list that the policy or the table would not have.

        Raises
        ------
        HotListError
            Names what is wrong and what is allowed.
        """
        rules = policy.hot_lists
        if not _CODE.fullmatch(self.code) or self.code == HOT_PLATES:
            raise HotListError(
                "That is no code of a list",
                given=self.code,
                allowed="1 to 25 capital letters, digits and _, beginning with a letter",
            )
        if not self.name.strip():
            raise HotListError("A list needs a name", given=self.code)
        special = self.kind is ListKind.SPECIAL
        named = rules.special_sources if special else rules.sources
        if self.kind is ListKind.HOT_PLATE or self.source not in named.value:
            raise HotListError(
                f"That is no source of a {self.kind} list",
                given=self.source,
                allowed=f"{', '.join(named.value)} ({named.section})",
            )
        self._check_category(policy)
        if self.region is not None and not _REGION.fullmatch(self.region):
            raise HotListError("That is no state", given=self.region, allowed="two capital letters")
        check_address(self.address, sources)

    def _check_category(self, policy: Policy) -> None:
        special = self.kind is ListKind.SPECIAL
        known = policy.hot_lists.categories
        allowed = (
            [Category.SPECIAL_LIST.value]
            if special
            else [one for one in known.value if one != Category.SPECIAL_LIST]
        )
        if self.category.value not in allowed:
            raise HotListError(
                f"That is no category of a {self.kind} list",
                given=self.category.value,
                allowed=f"{', '.join(allowed)} ({known.section})",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """A list with its switch.

    Attributes
    ----------
    by, at, reason
        Of the last time it was switched.
    """

    list: HotList
    enabled: bool
    by: str
    at: datetime
    reason: str


def list_of(connection: Connection, code: str, *, lock: bool = False) -> Switched:
    """Return the list of a code, locked until the transaction ends where that is asked for.

    Raises
    ------
    HotListError
        If there is none.
    """
    statement = select(hot_list).where(hot_list.c.code == code)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise HotListError(
            "There is no such list",
            given=code,
            next_step="`workbench hotlists list` names them all",
        )
    return switched(row)


def switched(row: Row[Any]) -> Switched:
    """Return the list of a row of its table."""
    return Switched(
        list=HotList(
            code=row.code,
            name=row.name,
            kind=ListKind(row.kind),
            source=row.source,
            category=Category(row.category),
            address=row.address,
            template=list_template(row.template),
            region=row.region,
        ),
        enabled=row.enabled,
        by=row.switched_by,
        at=row.switched_at,
        reason=row.switch_reason,
    )

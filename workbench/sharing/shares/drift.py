"""The daily comparison with a vendor's list, and whether it was forgotten."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.person import Actor, Origin
from workbench.errors import SharingError
from workbench.sharing.agencies.stored import all_agencies
from workbench.sharing.shares.comparing import Drift, compare
from workbench.sharing.shares.stored import read_shares
from workbench.sharing.shares.vendor_list import read_vendor_list
from workbench.storage.sharing_tables import share_comparison, standing_share


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonDue:
    """When a system's list was compared last.

    Attributes
    ----------
    compared_at
        ``None`` if it never was.
    overdue
        Whether it is older than the policy lets it; it runs out at its instant.
    """

    system: str
    compared_at: datetime | None
    overdue: bool

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready, with its time in UTC."""
        at = self.compared_at.isoformat() if self.compared_at else None
        return {"system": self.system, "compared_at": at, "overdue": self.overdue}


class Drifts:
    """Compares vendors' lists with the register of shares.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def compare(
        self,
        by: Actor | None,
        content: bytes,
        *,
        system: str,
        column: str | None = None,
        origin: Origin | None = None,
    ) -> Drift:
        """Compare a vendor's list with the shares that stand in its system; logged either way.

        Parameters
        ----------
        by
            ``None`` for a job.
        content
            Of the file: CSV or JSON.
        system
            Such as ``LEARN``, as shares name it.
        column
            Where the names are, if it is none of the known headers.
        origin
            Where a job runs.

        Raises
        ------
        DeniedError
            If the person may not.
        SharingError
            If the list cannot be read, or no system is named.
        """
        at = self._office.clock() if by is None else self._office.require(by, Action.SHARES_REVIEW)
        name = " ".join(system.split())
        if not name:
            raise SharingError("Whose list is it?", allowed="a system, such as LEARN")
        listed = read_vendor_list(content, column=column)
        digest = hashlib.sha256(content).hexdigest()
        with self._office.engine.begin() as connection:
            stands = standing_share.c.ended_at.is_(None)
            same = func.lower(standing_share.c.system) == name.lower()
            shares = read_shares(connection, stands, same)
            drift = compare(listed, all_agencies(connection), shares, self._office.policy.sharing)
            values = {"system": name, "compared_at": at, "file_sha256": digest}
            values |= {"compared_by": by.person.username if by else None}
            values |= {"listed": drift.listed, "drifted": drift.count}
            connection.execute(insert(share_comparison).values(values))
            details = {"system": name, "file_sha256": digest, **drift.as_json()}
            entry = Entry(
                EventKind.SHARE_DRIFT, by, outcome=Outcome.DONE, details=details, origin=origin
            )
            self._office.audit.append_in(connection, entry)
        return drift

    def due(self, by: Actor) -> tuple[ComparisonDue, ...]:
        """Return when each system's list was compared last: of those with shares, or lists.

        Raises
        ------
        DeniedError
            If the person may not see shares.
        """
        self._office.require(by, Action.SHARES_VIEW)
        return self._due(self._office.clock())

    def overdue(self) -> tuple[ComparisonDue, ...]:
        """Return the systems whose list is overdue: for a timer, so that people hear of it."""
        return tuple(one for one in self._due(self._office.clock()) if one.overdue)

    def _due(self, at: datetime) -> tuple[ComparisonDue, ...]:
        limit = timedelta(hours=self._office.policy.sharing.told_within_hours.value)
        c, s = share_comparison.c, standing_share.c
        with self._office.engine.connect() as connection:
            newest = select(func.lower(c.system), func.max(c.system), func.max(c.compared_at))
            last = {
                key: (name, when)
                for key, name, when in connection.execute(newest.group_by(func.lower(c.system)))
            }
            standing = connection.scalars(select(s.system).where(s.ended_at.is_(None)).distinct())
            known = {name.lower(): (name, None) for name in standing} | last
        return tuple(
            ComparisonDue(system=name, compared_at=when, overdue=when is None or when + limit <= at)
            for _, (name, when) in sorted(known.items())
        )

"""Everything about lists and hot plates that people are to be told, as notices that alerts send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from workbench.domain.alert import Notice
from workbench.hotlists.alerts.notices import notice_of_cut, notice_of_list
from workbench.hotlists.lists.telling import notices
from workbench.policy import Policy
from workbench.storage.hot_list_tables import hot_plate

_p = hot_plate.c


def found_notices(connection: Connection, *, at: datetime, policy: Policy) -> Iterator[Notice]:
    """Yield the notices that there are now; the same ones again until what they say is over.

    Parameters
    ----------
    connection
        Of the service role.
    at
        The present instant.
    policy
        By when people hear of a list (``hot_lists.told_within_minutes``).
    """
    for finding in notices(connection, at=at, policy=policy):
        yield notice_of_list(finding)
    cut = select(_p.id, _p.entered_by, _p.cut_because, _p.expires_at).where(
        _p.cut_from.is_not(None), _p.expires_at > at
    )
    for row in connection.execute(cut.order_by(_p.id)):
        # The end that it was cut to names the cut: one that is cut again is told again.
        yield notice_of_cut(
            row.id, owner=row.entered_by, because=row.cut_because, ends_at=row.expires_at, at=at
        )

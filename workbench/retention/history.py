"""The purges that there were, with what each deleted; no plates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from workbench.access.office import Office
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.storage.retention_tables import purge, purge_count

_p, _c = purge.c, purge_count.c


@dataclass(frozen=True, slots=True)
class PastPurge:
    """A purge.

    Attributes
    ----------
    ended_at
        Empty for one that was killed and that the next purge finishes.
    gone
        How many went, by kind.
    certificate
        As it was signed; empty where nothing went.
    """

    id: int
    counted_from: datetime
    begun_by: str | None
    ended_at: datetime | None
    gone: dict[str, int]
    certificate: str | None

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {
            "purge": self.id,
            "counted_from": self.counted_from.isoformat(),
            "begun_by": self.begun_by,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "gone": self.gone,
            "certificate": json.loads(self.certificate) if self.certificate else None,
        }


class PurgeHistory:
    """Tells of earlier purges.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def list(self, actor: Actor | None, *, limit: int = 100) -> tuple[PastPurge, ...]:
        """Return the latest purges, newest first.

        Raises
        ------
        DeniedError
            If the person may not.
        """
        if actor is not None:
            self._office.require(actor, Action.RETENTION_PREVIEW)
        with self._office.engine.connect() as connection:
            rows = connection.execute(select(purge).order_by(_p.id.desc()).limit(limit)).all()
            counts = connection.execute(
                select(_c.purge_id, _c.kind, func.sum(_c.gone).label("gone"))
                .where(_c.purge_id.in_([row.id for row in rows]))
                .group_by(_c.purge_id, _c.kind)
                .order_by(_c.kind)
            ).all()
        gone: dict[int, dict[str, int]] = {}
        for count in counts:
            gone.setdefault(count.purge_id, {})[count.kind] = int(count.gone)
        return tuple(
            PastPurge(
                row.id,
                row.counted_from,
                row.begun_by,
                row.ended_at,
                gone.get(row.id, {}),
                row.certificate,
            )
            for row in rows
        )

"""How many reads a hold holds: a look under an inquiry, like every count of reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from workbench.access.decide import decide
from workbench.access.office import Office
from workbench.audit import EventKind, Outcome, Record
from workbench.detections.looks import Look, Looks
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.errors import DeniedError
from workbench.retention.holds.hold import read_hold, standing_at
from workbench.retention.holds.seeing import seen_by
from workbench.storage.hold_tables import held_detection
from workbench.storage.hold_tables import hold as hold_table


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedHold:
    """How much a hold holds at an instant.

    Attributes
    ----------
    reads
        How many reads are written down as held by it.
    only
        How many of them no other standing hold holds: they may go when this one ends. For who
        releases holds; to others it would tell of other people's holds.
    access_id
        The record of the look.
    """

    hold_id: int
    reads: int
    only: int | None
    access_id: int

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return asdict(self)


class HoldCounting:
    """Counts what holds hold.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    looks
        Writes the record and the outcome around it.
    """

    def __init__(self, office: Office, looks: Looks) -> None:
        self._office = office
        self._looks = looks

    def count(self, actor: Actor, inquiry_id: UUID, hold_id: int) -> CountedHold:
        """Return how many reads a hold holds.

        Parameters
        ----------
        inquiry_id
            The person's own, open inquiry.

        Raises
        ------
        DeniedError, ApprovalNeededError
            If the person or the inquiry may not, or the hold is not theirs to see.
        HoldError
            If there is no such hold; the look is logged all the same.
        AuditWriteError
            If it cannot be logged; then nothing is counted.
        """

        def read(record: Record) -> tuple[CountedHold, Outcome, Mapping[str, Any]]:
            wanted = int((record.criteria or {})["hold"])
            counted = self._counted(actor, record.seq, wanted)
            return counted, Outcome.RETURNED, {"reads": counted.reads, "only": counted.only}

        asked = {"look": "hold_count", "hold": hold_id}
        look = Look(Action.HOLDS_COUNT, EventKind.HOLD_COUNT, asked)
        return self._looks.run(actor, inquiry_id, look, read)

    def _counted(self, actor: Actor, access_id: int, hold_id: int) -> CountedHold:
        at, policy = self._office.clock(), self._office.policy
        with self._office.engine.connect() as connection:
            found = read_hold(connection, hold_id)
            if not seen_by(actor, found, policy, at).whole:
                raise DeniedError(
                    "The hold is somebody else's",
                    given=hold_id,
                    allowed="a hold of one's own, or the duty to oversee holds (426.7)",
                )
            releases = decide(actor.person, Action.HOLDS_RELEASE, policy=policy, at=at).allowed
            mine = held_detection.alias("mine")
            counts: list[ColumnElement[int]] = [func.count()]
            if releases:
                counts.append(func.count().filter(~_held_by_another(mine, at)))
            row = connection.execute(
                select(*counts).select_from(mine).where(mine.c.hold_id == found.id)
            ).one()
        return CountedHold(
            hold_id=found.id, reads=row[0], only=row[1] if releases else None, access_id=access_id
        )


def _held_by_another(mine: Any, at: datetime) -> ColumnElement[bool]:
    other = held_detection.alias("other")
    others = (
        select(other.c.hold_id)
        .join(hold_table, hold_table.c.id == other.c.hold_id)
        .where(other.c.detection_id == mine.c.detection_id)
        .where(other.c.hold_id != mine.c.hold_id, standing_at(at))
    )
    return others.exists()

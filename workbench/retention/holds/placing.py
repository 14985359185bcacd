"""Placing a hold: a look under an inquiry, because what it would hold is told of the reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, text

from workbench.access.office import Office
from workbench.audit import EventKind, Outcome, Record
from workbench.detections.holding import count_up_to, hold_reads, unknown_reads
from workbench.detections.looks import Look, Looks
from workbench.detections.storing import wait_for_storing
from workbench.domain.action import Action
from workbench.domain.period import utc
from workbench.domain.person import Actor
from workbench.domain.read_set import ReadSet, read_set_from_json
from workbench.errors import HoldError
from workbench.policy.form_rules import WordsForm
from workbench.policy.forms import check_case_number, check_words
from workbench.policy.rule import Rule
from workbench.retention.holds.alone import why_too_many, why_too_wide
from workbench.retention.holds.hold import Hold, HoldState, hold_of
from workbench.storage.hold_tables import hold as hold_table

_LONGEST_REASON = 2_000

_NO_PURGE = text("SELECT pg_advisory_xact_lock_shared(426, 7)")
"""A purge takes this lock alone, and before it waits for those who store reads; so does a hold, or
the two would wait for each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """What somebody wants held.

    Attributes
    ----------
    reason
        Evidence, discovery or lawful demand, in words.
    ends_at
        When it ends by itself; without it the custodian has to release it.
    """

    case_number: str
    reason: str
    meant: ReadSet
    ends_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is logged, before anything is looked at."""
        return {
            "look": "hold_place",
            "case_number": self.case_number,
            "reason": self.reason,
            "reads": self.meant.as_json(),
            "ends_at": utc(self.ends_at).isoformat() if self.ends_at else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedHold:
    """A hold as it was just placed, and what the look told.

    Attributes
    ----------
    reads
        How many reads it holds; ``None`` while it waits.
    warning
        Why it waits, or that nothing fits yet.
    access_id
        The record of the look.
    """

    hold: Hold
    state: HoldState
    reads: int | None
    warning: str | None
    access_id: int

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        return {
            **self.hold.as_json(),
            "state": self.state.value,
            "reads": self.reads,
            "warning": self.warning,
        }


class HoldPlacing:
    """Places holds.

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

    def place(self, actor: Actor, inquiry_id: UUID, new: NewHold) -> PlacedHold:
        """Hold reads: those that fit now, in one transaction, and later ones as they come.

        Nobody stores reads meanwhile, so that a read either is there or meets the hold. What one
        person may not hold alone waits: it holds nothing before another person approves it, and
        until that is decided no purge begins.

        Parameters
        ----------
        inquiry_id
            The person's own, open inquiry.

        Returns
        -------
        PlacedHold
            With a warning if it waits or nothing fits yet.

        Raises
        ------
        DeniedError, ApprovalNeededError
            If the person or the inquiry may not.
        FormError
            If it does not say for which case, or why: evidence, discovery or a lawful demand.
        HoldError
            If named reads do not exist, or it ends before now.
        AuditWriteError
            If it cannot be logged; then nothing is counted and nothing held.
        """
        stated = self._checked(new)

        def read(record: Record) -> tuple[PlacedHold, Outcome, Mapping[str, Any]]:
            placed = self._place(actor, record)
            waits = placed.state is HoldState.WAITING
            told = {
                "hold": placed.hold.id,
                "reads": placed.reads,
                "waits_because": placed.hold.waits_because,
            }
            return placed, Outcome.WAITING if waits else Outcome.DONE, told

        search = stated.meant.search
        look = Look(
            Action.HOLDS_PLACE,
            EventKind.HOLD_PLACE,
            stated.as_json(),
            search.plate.text if search and search.plate else None,
        )
        return self._looks.run(actor, inquiry_id, look, read)

    def _checked(self, new: NewHold) -> NewHold:
        policy, at = self._office.policy, self._office.clock()
        if new.ends_at is not None and utc(new.ends_at) <= at:
            raise HoldError(
                "The hold would end before it begins",
                given=new.ends_at.isoformat(),
                allowed=f"an instant after {at.isoformat()}",
            )
        return replace(
            new,
            case_number=check_case_number(policy, new.case_number),
            reason=said_why(policy.forms.reason, new.reason),
        )

    def _place(self, actor: Actor, record: Record) -> PlacedHold:
        at = self._office.clock()
        logged = record.criteria or {}
        meant = read_set_from_json(logged["reads"])
        with self._office.engine.begin() as connection:
            let_nobody_purge_or_store(connection)
            _check_named(connection, meant)
            waits_because = self._why_waits(connection, actor, meant, at)
            placed = _inserted(connection, actor, record, waits_because, at)
            reads = None
            if waits_because is None:
                reads = hold_reads(connection, placed.id, meant, at)
        return PlacedHold(
            hold=placed,
            state=placed.state_at(at),
            reads=reads,
            warning=_warning(placed, reads),
            access_id=record.seq,
        )

    def _why_waits(
        self, connection: Connection, actor: Actor, meant: ReadSet, at: datetime
    ) -> str | None:
        rules = self._office.policy.holds
        too_wide = why_too_wide(meant, rules)
        if too_wide:
            return too_wide
        reads = count_up_to(connection, meant, rules.alone_reads.value + 1)
        return why_too_many(connection, actor.person.username, reads, rules, at)


def said_why(form: Rule[WordsForm], reason: str) -> str:
    """Return a reason as it is kept.

    Raises
    ------
    FormError
        If it says too little.
    HoldError
        If it is too long.
    """
    if len(reason) > _LONGEST_REASON:
        raise HoldError(
            "The reason is too long",
            given=f"{len(reason)} characters",
            allowed=f"at most {_LONGEST_REASON}",
        )
    return check_words(form, reason, what="The reason")


def let_nobody_purge_or_store(connection: Connection) -> None:
    """Wait until nobody purges or stores reads, and let nobody before the transaction ends."""
    connection.execute(_NO_PURGE)
    wait_for_storing(connection)


def _inserted(
    connection: Connection, actor: Actor, record: Record, waits_because: str | None, at: datetime
) -> Hold:
    logged = record.criteria or {}
    ends_at = logged["ends_at"]
    values = {
        "case_number": logged["case_number"],
        "reason": logged["reason"],
        "criteria": logged["reads"],
        "placed_at": at,
        "placed_by": actor.person.username,
        "access_id": record.seq,
        "ends_at": datetime.fromisoformat(ends_at) if ends_at else None,
        "waits_because": waits_because,
    }
    return hold_of(
        connection.execute(insert(hold_table).values(values).returning(hold_table)).one()
    )


def _check_named(connection: Connection, meant: ReadSet) -> None:
    unknown = unknown_reads(connection, meant.detections)
    if unknown:
        raise HoldError(
            "No read has these numbers, so there is nothing to hold",
            given=unknown,
            allowed="numbers of reads as a search shows them",
            next_step="search again; a read whose time was over is gone",
        )


def _warning(placed: Hold, reads: int | None) -> str | None:
    if placed.waits_because:
        return (
            f"It waits for a second person, because {placed.waits_because}; it holds nothing yet,"
            " and no purge begins before that is decided"
        )
    return None if reads else "Nothing fits yet; reads that come later and fit will be held"

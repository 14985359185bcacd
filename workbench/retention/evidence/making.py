"""Making packages: a logged look whose reads end in a folder that is whole or not there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workbench.access.office import Office
from workbench.audit import EventKind, Record
from workbench.detections.door import Door
from workbench.detections.gathering import Gathering
from workbench.detections.looks import Look
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.errors import WorkbenchError
from workbench.retention.evidence import stored
from workbench.retention.evidence.booking import book_package, checked_number
from workbench.retention.evidence.order import Order, order_from_json
from workbench.retention.evidence.package import Package, PackageState
from workbench.retention.evidence.page import Frame
from workbench.retention.evidence.payload import Making, Sources
from workbench.retention.evidence.recipient import room_line
from workbench.retention.evidence.register import seen_package, seen_packages
from workbench.retention.evidence.settling import Settled, settle_packages
from workbench.retention.evidence.staging import (
    checked_place,
    medium_errors,
    move_whole,
    partial_place,
    remove,
)
from workbench.retention.evidence.writing import Written, write_package
from workbench.retention.holds.hold import read_hold


@dataclass(slots=True)
class _Begun:
    """A package that is being made, as far as it has come."""

    place: Path
    booking: str | None
    id: int = 0
    partial: Path | None = None
    moved: bool = False


class Packages:
    """Makes evidence packages, and knows what became of each; a `MakesPackages`.

    Parameters
    ----------
    office
        The database as the service role, the rules, the log and the clock.
    door
        Lets the reads out.
    sources
        Where everything about them comes from.
    key
        Returns the key that signs; asked for only when something is signed.
    """

    def __init__(
        self,
        office: Office,
        *,
        door: Door,
        sources: Sources,
        key: Callable[[], Ed25519PrivateKey],
    ) -> None:
        self._office = office
        self._door = door
        self._sources = sources
        self._key = key

    def make_package(
        self,
        actor: Actor,
        inquiry_id: UUID,
        order: Order,
        *,
        out: Path,
        booking: str | None = None,
    ) -> Package:
        """Make a package in a new folder; see `package` for how it is asked for.

        Parameters
        ----------
        actor, inquiry_id
            Who makes it, under which open inquiry of their own.
        order
            What it is to hold, and for whom.
        out
            A folder that does not exist, on a medium that is there.
        booking
            The evidence booking number, where it is known already.

        Raises
        ------
        DeniedError, ApprovalNeededError
            If the person or the inquiry may not.
        EvidenceError
            If there is nothing to pack, the folder exists, or the medium cannot take it.
        AuditWriteError
            If the log cannot be written; then there is no package.
        """
        begun = _Begun(checked_place(out), checked_number(self._office.policy, booking))
        if begun.booking is not None:
            self._office.require(actor, Action.EVIDENCE_BOOK)
        self._check_hold(order)
        self.settle()
        look = _look(order)
        with contextlib.ExitStack() as stack:

            def pack(record: Record, found: Gathering) -> tuple[Written, Mapping[str, Any]]:
                self._begin(record, begun, stack)
                return self._pack(record, found, begun)

            try:
                self._door.gather(actor, inquiry_id, look, pack)
            except BaseException as error:
                self._give_up(begun, error)
                raise
            return self._finish(actor, begun)

    def settle(self) -> list[Settled]:
        """Find out what became of packages whose making was cut off; each is logged.

        Returns
        -------
        list of Settled
            What could be settled now; a package whose medium is not there waits for it.
        """
        return settle_packages(self._office)

    def all(self, actor: Actor) -> list[Package]:
        """Return the packages that somebody sees, newest first; see `seen_packages`."""
        return seen_packages(self._office, actor)

    def unbooked(self, actor: Actor | None) -> list[Package]:
        """Return packages that were made and lie under no booking number, newest first.

        Parameters
        ----------
        actor
            Who asks; ``None`` for a timer, which is told of everybody's, without any criteria.

        Raises
        ------
        DeniedError
            If the person may not see packages.
        """
        if actor is not None:
            return seen_packages(self._office, actor, unbooked=True)
        with self._office.engine.connect() as connection:
            return stored.packages_of(connection, unbooked=True)

    def show(self, actor: Actor, package_id: int) -> Package:
        """Return a package; see `seen_package`."""
        return seen_package(self._office, actor, package_id)

    def book(self, actor: Actor, package_id: int, number: str) -> Package:
        """Record under which number a package was booked into evidence (Policy 426.7).

        Raises
        ------
        DeniedError
            If the person may not.
        EvidenceError
            If the person sees no such package, or it was not made.
        FormError
            If the number is none.
        """
        return book_package(self._office, actor, package_id, number)

    def _check_hold(self, order: Order) -> None:
        if order.hold_id is not None:
            with self._office.engine.connect() as connection:
                read_hold(connection, order.hold_id)

    def _begin(self, record: Record, begun: _Begun, stack: contextlib.ExitStack) -> None:
        order = order_from_json(record.criteria or {})
        with self._office.engine.begin() as connection:
            begun.id = stored.begin(
                connection, record, order, folder=str(begun.place), at=self._office.clock()
            )
            stack.enter_context(self._own(begun.id))
        begun.partial = partial_place(begun.place, begun.id)

    @contextlib.contextmanager
    def _own(self, package_id: int) -> Iterator[None]:
        engine = self._office.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            stored.try_lock(connection, package_id)
            try:
                yield
            finally:
                stored.unlock(connection, package_id)

    def _pack(
        self, record: Record, found: Gathering, begun: _Begun
    ) -> tuple[Written, Mapping[str, Any]]:
        making = self._making(record, found, begun)
        with medium_errors(begun.place):
            written = write_package(making)
        self._change(
            begun.id,
            reads=written.reads,
            pictures=written.pictures,
            size_bytes=written.size_bytes,
            seal=written.seal.sha256,
            key_id=written.seal.key_id,
        )
        with medium_errors(begun.place):
            move_whole(making.folder, begun.place)
            begun.moved = True
        details = {
            "package": begun.id,
            "rows": written.reads,
            "pictures": written.pictures,
            "bytes": written.size_bytes,
            "seal": written.seal.sha256,
            "key_id": written.seal.key_id,
            "signed_head": written.head,
        }
        return written, details

    def _making(self, record: Record, found: Gathering, begun: _Begun) -> Making:
        order = order_from_json(record.criteria or {})
        department = self._office.policy.department
        at = self._office.clock()
        frame = Frame(
            department=department.name.value,
            number=begun.id,
            case_number=record.case_number,
            made_at=at,
            zone=ZoneInfo(department.time_zone.value),
            held_by=order.recipient.line if order.recipient else room_line(self._office.policy),
        )
        return Making(
            folder=begun.partial or begun.place,
            number=begun.id,
            order=order,
            record=record,
            begun_at=at,
            booking=begun.booking,
            sources=self._sources,
            gathering=found,
            frame=frame,
            key=self._key(),
        )

    def _finish(self, actor: Actor, begun: _Begun) -> Package:
        self._change(begun.id, state=PackageState.MADE, made_at=self._office.clock())
        if begun.booking is not None:
            return book_package(self._office, actor, begun.id, begun.booking)
        with self._office.engine.connect() as connection:
            return stored.read_package(connection, begun.id)

    def _give_up(self, begun: _Begun, error: BaseException) -> None:
        if begun.partial is None:
            return
        remove(begun.place if begun.moved else begun.partial)
        problem = error.what if isinstance(error, WorkbenchError) else type(error).__name__
        with contextlib.suppress(Exception):  # the first error is the one to tell
            self._change(begun.id, state=PackageState.FAILED, problem=problem)

    def _change(self, package_id: int, **values: Any) -> None:
        with self._office.engine.begin() as connection:
            stored.change(connection, package_id, values)


def _look(order: Order) -> Look:
    """Return the look that makes it; a disclosure is one of its own kind."""
    if order.recipient is not None and order.recipient.demand_id is not None:
        action, kind = Action.EVIDENCE_DISCLOSE, EventKind.EVIDENCE_DISCLOSE
    else:
        action, kind = Action.EVIDENCE_PACKAGE, EventKind.EVIDENCE_PACKAGE
    return Look(action, kind, order.as_json(), order.plate)

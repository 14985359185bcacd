"""Requests in the hands of people: recorded, reviewed, approved or refused, fulfilled, filed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from workbench.access.decide import decide
from workbench.access.office import Office
from workbench.access.viewing import recorded_view
from workbench.audit import EventKind
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.domain.release import ReleaseState, ReleaseStep, RequestForm
from workbench.errors import ReleaseError
from workbench.sharing.releases.checking import check
from workbench.sharing.releases.packages import (
    LONGEST_PURPOSE,
    MakesPackages,
    PackageOrder,
    check_package,
)
from workbench.sharing.releases.recording import KeepsOriginals, Recording
from workbench.sharing.releases.request import Release, WrittenRequest
from workbench.sharing.releases.steps import Approve, Fulfil, Review, Route, Step
from workbench.sharing.releases.stored import (
    lock_release,
    read_release,
    read_releases,
    release_refusals,
)
from workbench.sharing.releases.writing import add_step, refusals_logged
from workbench.storage.sharing_tables import release_request


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """Under which inquiry a request is fulfilled, and where the package is written.

    What is packed is no part of it: the approval says it.
    """

    inquiry_id: UUID
    out: Path


@dataclass(frozen=True, slots=True)
class Original:
    """A written request as it came.

    Attributes
    ----------
    form
        An e-mail, or the workbench's own form.
    """

    form: RequestForm
    content: bytes


class Releases:
    """Leads requests from one state to the next; each step is one transaction with its record.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    originals
        Keeps the written requests.
    packages
        Makes what is released; without it nothing can be fulfilled.
    """

    def __init__(
        self, office: Office, *, originals: KeepsOriginals, packages: MakesPackages | None
    ) -> None:
        self._office = office
        self._originals = originals
        self._packages = packages
        self._recording = Recording(office, originals=originals)

    def record(self, by: Actor, asked: WrittenRequest, *, mail: bytes | None = None) -> Release:
        """Put a written request on file; see `Recording.record`."""
        return self._recording.record(by, asked, mail=mail)

    def take(self, by: Actor, number: int, step: Step) -> Release:
        """Take a step with a request.

        Raises
        ------
        DeniedError
            If the person may not.
        ReleaseError
            If there is no such request, the step is out of turn or lacks something, or the person
            asked for the data or recorded the request.
        SharingError
            If the agency may not have data.
        """
        if isinstance(step, Fulfil):
            raise ReleaseError("Only a package fulfils a request", allowed="`fulfil`")
        at = self._office.require(by, self._action(by, step))
        with self._taking(by, number, step.kind) as (connection, release):
            check(release, step, by.person, self._office.policy)
            return add_step(self._office.audit, connection, by, release, step, at=at)

    def fulfil(self, by: Actor, number: int, packing: Packing) -> Release:
        """Make a package for the recipient of an approved request, and record that it was made.

        What was approved is packed, and nothing else. Nobody else takes a step with the request
        meanwhile. A package that does not name its recipient on every page fulfils nothing. One
        that was made already, and cut off before its step, is taken: there is never a second.

        Raises
        ------
        DeniedError
            If the person may not.
        ReleaseError
            If the request is not approved, or the package is not made for its recipient.
        SharingError
            If the agency may not have data.
        EvidenceError
            If the package cannot be made.
        """
        self._office.require(by, Action.RELEASES_FULFIL)
        if self._packages is None:
            raise ReleaseError("This installation cannot make packages, so it releases nothing")
        with self._taking(by, number, EventKind.RELEASE_FULFIL) as (connection, release):
            check(release, ReleaseStep.FULFILLED, by.person, self._office.policy)
            order = _order(release, packing)
            made = self._packages.made_for(order)
            made = made or self._packages.make(by, order, out=packing.out)
            check_package(made, order)
            step = Fulfil(package=made.number, manifest_sha256=made.seal, recipient=made.recipient)
            at = self._office.clock()
            return add_step(self._office.audit, connection, by, release, step, at=at)

    def show(self, by: Actor, number: int) -> Release:
        """Return a request with its steps.

        Raises
        ------
        DeniedError
            If the person may not see requests.
        ReleaseError
            If there is none of that number.
        """
        return self._shown(by, number, EventKind.RELEASE_VIEW)

    def original(self, by: Actor, number: int) -> Original:
        """Return the written request itself: the e-mail, or the form; each opening is recorded.

        Raises
        ------
        DeniedError
            If the person may not see requests.
        ReleaseError
            If there is none of that number.
        StorageError
            If it is not there any more, or not what it was.
        """
        release = self._shown(by, number, EventKind.RELEASE_ORIGINAL)
        return Original(release.form, self._originals.get(release.original_sha256))

    def list(self, by: Actor, states: tuple[ReleaseState, ...] = ()) -> list[Release]:
        """Return requests, the newest first; those in some states, or all.

        Raises
        ------
        DeniedError
            If the person may not see requests.
        """
        self._office.require(by, Action.RELEASES_VIEW)
        conditions = [release_request.c.state.in_(states)] if states else []

        def read(connection: Connection) -> tuple[list[Release], dict[str, Any]]:
            found = read_releases(connection, *conditions)
            return found, {"requests": len(found)}

        asked = {"requests": [state.value for state in states] or "all"}
        return recorded_view(self._office, by, EventKind.RELEASE_VIEW, asked, read)

    def _shown(self, by: Actor, number: int, kind: EventKind) -> Release:
        self._office.require(by, Action.RELEASES_VIEW)

        def read(connection: Connection) -> tuple[Release, dict[str, Any]]:
            return read_release(connection, number), {"request": number}

        return recorded_view(self._office, by, kind, {"request": number}, read)

    @contextmanager
    def _taking(
        self, by: Actor, number: int, kind: EventKind
    ) -> Iterator[tuple[Connection, Release]]:
        logged = refusals_logged(self._office.audit, by, kind, {"request": number})
        with logged, release_refusals(), self._office.engine.begin() as connection:
            lock_release(connection, number)
            yield connection, read_release(connection, number)

    def _action(self, by: Actor, step: Step) -> Action:
        # The captain or designee reviews (426.9 (b)); an administrator may do it for them.
        policy, at = self._office.policy, self._office.clock()
        captain = decide(by.person, Action.RELEASES_APPROVE, policy=policy, at=at)
        if isinstance(step, Review | Route) and captain.allowed:
            return Action.RELEASES_APPROVE
        return step.action


def _order(release: Release, packing: Packing) -> PackageOrder:
    said = next(one.details for one in release.events if one.step is ReleaseStep.APPROVED)
    approved = Approve.of_details(said)
    return PackageOrder(
        request_id=release.id,
        agency=release.agency.name,
        person=release.asked.requester_name,
        purpose=shorten(release.asked.purpose, LONGEST_PURPOSE, placeholder=" ..."),
        inquiry_id=packing.inquiry_id,
        reads=approved.reads,
        hold_id=approved.hold_id,
    )

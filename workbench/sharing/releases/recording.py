"""Written requests put on file; the guard answers some of them at once."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from workbench.access.office import Office
from workbench.audit import EventKind
from workbench.domain.action import Action
from workbench.domain.person import Actor
from workbench.domain.release import RequestForm
from workbench.errors import ReleaseError
from workbench.sharing.agencies.agency import Agency
from workbench.sharing.agencies.guard import barred_by_kind, belongs_to_records
from workbench.sharing.agencies.stored import agency_named
from workbench.sharing.names import agency_key
from workbench.sharing.releases.request import Release, WrittenRequest
from workbench.sharing.releases.steps import Refuse, Route, Step
from workbench.sharing.releases.stored import add_request, release_refusals
from workbench.sharing.releases.writing import add_step, refusals_logged, release_entry


class KeepsOriginals(Protocol):
    """A store of bytes under their hash."""

    def put(self, content: bytes) -> str:
        """Keep them and return their SHA-256."""
        ...

    def get(self, sha256: str) -> bytes:
        """Return what is kept under a SHA-256."""
        ...


class Recording:
    """Records requests.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    originals
        Keeps the written requests.
    """

    def __init__(self, office: Office, *, originals: KeepsOriginals) -> None:
        self._office = office
        self._originals = originals

    def record(self, by: Actor, asked: WrittenRequest, *, mail: bytes | None = None) -> Release:
        """Put a written request on file.

        Of an agency that is neither law enforcement nor a prosecutor it is routed to Records at
        once; of one whose kind may have nothing it is refused at once, with the reason. One that
        nobody has verified waits.

        Parameters
        ----------
        mail
            The e-mail that it came by; without one the form itself is kept.

        Raises
        ------
        DeniedError
            If the person may not.
        ReleaseError
            If the agency is the department itself.
        SharingError
            If the register has no such agency; the attempt is logged.
        """
        at = self._office.require(by, Action.RELEASES_RECORD)
        audit, kind = self._office.audit, EventKind.RELEASE_RECORD
        told = {"agency_name": asked.agency, "requester": asked.requester_name}
        with (
            refusals_logged(audit, by, kind, told),
            release_refusals(),
            self._office.engine.begin() as connection,
        ):
            receiver = agency_named(connection, asked.agency)
            self._check_not_ours(receiver)
            values = {
                "form": RequestForm.FORM if mail is None else RequestForm.EMAIL,
                "original_sha256": self._originals.put(mail or asked.as_bytes()),
                "recorded_at": at,
                "recorded_by": by.person.username,
            }
            release = add_request(connection, receiver, asked, values)
            kept = {"form": release.form.value, "original_sha256": release.original_sha256}
            first = audit.append_in(connection, release_entry(by, kind, release, kept))
            return self._answer(connection, by, release, at, first.seq)

    def _check_not_ours(self, receiver: Agency) -> None:
        ours = self._office.policy.department.name.value
        if agency_key(ours) in receiver.profile.keys:
            raise ReleaseError(
                "The department asks itself for nothing",
                given=receiver.name,
                allowed="an agency outside; what stays here is packed for the own evidence room",
                next_step="`workbench evidence package`",
            )

    def _answer(
        self, connection: Connection, by: Actor, release: Release, at: datetime, first: int
    ) -> Release:
        rules = self._office.policy.sharing
        barred = barred_by_kind(release.agency, rules)
        step: Step
        if belongs_to_records(release.agency, rules):
            step = Route(reason=f"{release.agency.name} neither enforces law nor prosecutes")
        elif barred is not None:
            step = Refuse(reason=barred.reason, source=barred.source)
        else:
            return release
        audit = self._office.audit
        return add_step(audit, connection, by, release, step, at=at, by_guard=first)

"""Every error of the workbench, in one tree; nothing else belongs here.

::

    WorkbenchError
    ├── InputError            a value that a person or a file gave
    │   ├── PlateError, PatternError, PlaceError, PeriodError, SpanError, PurposeError,
    │   │   CriteriaError, FormError, PersonUnknownError
    ├── ConfigurationError    how this installation is set up
    │   ├── SettingsError, PolicyError, DependencyError
    ├── StorageError          the database and the picture store
    │   ├── DatabaseError, MigrationError, NaiveTimeError, PictureMissingError, PictureDamagedError
    ├── AuditError            the log of who looked at what and why
    │   ├── AuditWriteError, ChainBrokenError, CheckpointError, ReviewError
    ├── AccessError           people and what they may do
    │   ├── SignInError, AccountLockedError, AccountSuspendedError, SessionEndedError, DeniedError,
    │   │   ApprovalNeededError, AccountError
    ├── IngestError           reads coming in
    │   ├── FormatUnknownError, DeliveryError (DeliveryBusyError), RecordError
    ├── RecognitionError      pictures into plates
    │   ├── PictureUnreadableError, PictureTooLargeError, VideoUnreadableError,
    │   │   EngineUnknownError, MisreadModelError, WorkerLostError, PictureOverdueError
    ├── HitError              hits and what is done about them
    │   ├── HitMissingError, ViolationAheadError
    ├── HotListError          lists of wanted plates, and hot plates
    │   ├── ListFileError, HotPlateError
    ├── RetentionError        keeping and purging
    │   ├── HoldError (HoldWaitsError), PurgeBusyError, PurgeMissingError, RestoredError
    ├── EvidenceError         evidence packages
    ├── SharingError          who may have data
    │   ├── DemandError
    │   ├── ReleaseError
    ├── EquipmentError        cameras, cars, shifts, inspections, faults
    ├── SearchError           looks at detections
    │   ├── SearchTimeoutError, DetectionMissingError
    ├── AlertError            telling people and systems about hits
    │   ├── AlertTargetError, AlertNotSentError
    ├── ServiceError          the client's way to the service
    ├── BusyError             more is asked for than is worked on at one time
    │   ├── TooOftenError
    └── ReportError           executing a report
"""

from __future__ import annotations

from collections.abc import Mapping


class WorkbenchError(Exception):
    """An error that says what happened, what was given, what is allowed and what to do next.

    Parameters
    ----------
    what
        What happened, as a sentence without its full stop.
    given
        The offending value; shown with ``repr`` and cut at 200 characters.
    allowed
        What would have been taken.
    next_step
        What the reader can do now.
    where
        Names of places, outermost first, such as ``{"file": "reads.csv", "record": 3}``.

    Examples
    --------
    >>> print(PlateError("A plate needs a letter or digit", given="  ", allowed="A-Z and 0-9"))
    A plate needs a letter or digit; given: '  '; allowed: A-Z and 0-9
    """

    def __init__(
        self,
        what: str,
        *,
        given: object = None,
        allowed: str | None = None,
        next_step: str | None = None,
        where: Mapping[str, object] | None = None,
    ) -> None:
        self.what = what
        self.given = given
        self.allowed = allowed
        self.next_step = next_step
        self.where = dict(where or {})
        super().__init__(self._message())

    def _message(self) -> str:
        place = ", ".join(f"{name} {value}" for name, value in self.where.items())
        parts = [f"{place}: {self.what}" if place else self.what]
        if self.given is not None:
            parts.append(f"given: {_shorten(repr(self.given))}")
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.next_step:
            parts.append(f"next: {self.next_step}")
        return "; ".join(parts)

    def as_dict(self) -> dict[str, object]:
        """Return the error as JSON-ready values, for the service and the quarantine table.

        Returns
        -------
        dict
            Keys ``error``, ``what``, ``given``, ``allowed``, ``next_step`` and ``where``.
        """
        return {
            "error": type(self).__name__,
            "what": self.what,
            "given": None if self.given is None else _shorten(repr(self.given)),
            "allowed": self.allowed,
            "next_step": self.next_step,
            "where": {name: str(value) for name, value in self.where.items()},
        }


def _shorten(text: str, limit: int = 200) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


class InputError(WorkbenchError):
    """A value that a person or a file gave cannot be taken."""


class PlateError(InputError):
    """Text that cannot be a plate."""


class PatternError(InputError):
    """A plate pattern whose wildcards do not parse."""


class PlaceError(InputError):
    """A position, circle or polygon outside the earth or with its coordinates swapped."""


class PeriodError(InputError):
    """A time without zone, or a period that ends before it begins."""


class SpanError(InputError):
    """No length of time that something can be kept for."""


class PurposeError(InputError):
    """A purpose that the policy does not know, or one without what the policy asks beside it."""


class CriteriaError(InputError):
    """A search whose criteria contradict each other or ask for too much."""


class FormError(InputError):
    """A number or text that does not have the form that the policy asks for."""


class PersonUnknownError(InputError):
    """A record names somebody who is no person of the department."""


class ConfigurationError(WorkbenchError):
    """This installation is set up in a way that cannot work."""


class SettingsError(ConfigurationError):
    """An unknown or wrong ``WORKBENCH_*`` setting."""


class PolicyError(ConfigurationError):
    """A policy file that is broken; names field, value and what is allowed."""


class DependencyError(ConfigurationError):
    """An optional package that this task needs is not installed."""


class StorageError(WorkbenchError):
    """The database or the picture store did not do what was asked."""


class DatabaseError(StorageError):
    """The database cannot be reached, started or used."""


class MigrationError(StorageError):
    """The database's schema is not the one that this version needs."""


class NaiveTimeError(StorageError):
    """A time without zone was about to be stored."""


class PictureMissingError(StorageError):
    """The picture store does not hold the picture of that hash."""


class PictureDamagedError(StorageError):
    """A stored picture no longer has the content that its hash names."""


class AuditError(WorkbenchError):
    """Something about the audit log is wrong."""


class AuditWriteError(AuditError):
    """The record could not be written, so nothing was read."""


class ChainBrokenError(AuditError):
    """A record of the audit log was edited, deleted or reordered."""


class CheckpointError(AuditError):
    """A checkpoint file does not belong to this log or its signature is wrong."""


class ReviewError(AuditError):
    """A weekly review that cannot be signed now, or not by this person."""


class AccessError(WorkbenchError):
    """A person may not do what was asked."""


class SignInError(AccessError):
    """User name, password or code is wrong; never says which."""


class AccountLockedError(SignInError):
    """Too many failures; an administrator has to release the account."""


class AccountSuspendedError(SignInError):
    """Nobody used the account for too long; whoever keeps accounts has to enable it."""


class SessionEndedError(AccessError):
    """The session is unknown, idle for too long, past its end or was revoked."""


class DeniedError(AccessError):
    """The policy does not allow it; the message carries the reason."""


class ApprovalNeededError(AccessError):
    """The inquiry, or the number of reads, waits for a supervisor or administrator."""


class AccountError(AccessError):
    """An account that cannot be made or changed that way."""


class IngestError(WorkbenchError):
    """Reads could not be taken in."""


class FormatUnknownError(IngestError):
    """No known format recognises the delivery."""


class DeliveryError(IngestError):
    """A whole file cannot be taken: empty, too large, truncated or wrongly encoded."""


class DeliveryBusyError(DeliveryError):
    """Two processes took in the same delivery; the other one goes on."""


class RecordError(IngestError):
    """One record of a delivery cannot be understood; it goes to quarantine."""


class RecognitionError(WorkbenchError):
    """A picture could not be read."""


class PictureUnreadableError(RecognitionError):
    """Bytes that are no picture, or one that is corrupt."""


class PictureTooLargeError(RecognitionError):
    """A picture with more pixels or bytes than are taken."""


class VideoUnreadableError(RecognitionError):
    """A file is no video that can be read, or one that is larger or longer than is taken."""


class EngineUnknownError(RecognitionError):
    """No recognition engine of that name is installed."""


class WorkerLostError(RecognitionError):
    """A picture at which every process that read it ended."""


class PictureOverdueError(RecognitionError):
    """A picture that took longer to read than one may."""


class MisreadModelError(RecognitionError):
    """A misread model that cannot be learned, read or asked that."""


class HitError(WorkbenchError):
    """What was to be recorded about a hit cannot have happened, or lacks what it needs."""


class HitMissingError(HitError):
    """No hit has that number."""


class ViolationAheadError(HitError):
    """What somebody is about to record would be a violation, and they have not said they know."""


class HotListError(WorkbenchError):
    """A list of wanted plates cannot be set up, switched, loaded, decided about or shared so."""


class ListFileError(HotListError):
    """A list's file cannot be fetched or taken; what was in force stays in force."""


class HotPlateError(HotListError):
    """A hot plate that the rules do not let anybody enter, renew or end so."""


class RetentionError(WorkbenchError):
    """Data cannot be kept, purged or certified so; what stops a purge leaves nothing half gone."""


class HoldError(RetentionError):
    """A hold that holds nothing that can be named, or that cannot be placed or released so."""


class HoldWaitsError(HoldError):
    """A hold needs a second person, and no read may go before that is decided."""


class PurgeBusyError(RetentionError):
    """Somebody else searches, stores or purges for too long; nothing was deleted: try again."""


class PurgeMissingError(RetentionError):
    """No purge of that number, or one that destroyed nothing and has no certificate."""


class RestoredError(RetentionError):
    """The database is older than the ledger of purges and holds; it has to be purged first."""


class EvidenceError(WorkbenchError):
    """An evidence package cannot be made, booked or verified."""


class SharingError(WorkbenchError):
    """Somebody may not have data, or an agency or share cannot be entered so."""


class DemandError(SharingError):
    """A lawful demand cannot be put on file or answered so."""


class ReleaseError(SharingError):
    """A request for release lacks something, or a step is out of its order."""


class EquipmentError(WorkbenchError):
    """Equipment, a shift, an inspection, a fault or a repair cannot be recorded so."""


class SearchError(WorkbenchError):
    """A look at detections failed."""


class SearchTimeoutError(SearchError):
    """The search ran longer than the policy lets it."""


class DetectionMissingError(SearchError):
    """No detection has that identifier."""


class AlertError(WorkbenchError):
    """Telling people or other systems about a hit failed."""


class AlertTargetError(AlertError):
    """Alerts cannot be sent there, or not in the way that was asked for."""


class AlertNotSentError(AlertError):
    """A target did not take an alert; it is tried again until the last attempt."""


class ServiceError(WorkbenchError):
    """The service cannot be reached or answered with something unexpected."""


class BusyError(WorkbenchError):
    """Too much is asked for at one time; the same is taken ``retry_after_s`` seconds later."""

    retry_after_s = 1


class TooOftenError(BusyError):
    """One address or one person asks for more than is their share."""


class ReportError(WorkbenchError):
    """A report could not be executed, or was asked for with unknown parameters."""

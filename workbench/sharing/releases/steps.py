"""The steps with a request, and what each has to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from workbench.audit import EventKind
from workbench.domain.action import Action
from workbench.domain.read_set import ReadSet, read_set_from_json
from workbench.domain.release import ReleaseStep
from workbench.errors import ReleaseError
from workbench.sharing.releases.request import LONGEST_TEXT
from workbench.sharing.shown import shown

RECORDS = "426.9; Records Maintenance and Release Policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done about a request; its fields are what it says.

    Raises
    ------
    ReleaseError
        If something that it has to say is missing.
    """

    step: ClassVar[ReleaseStep]
    kind: ClassVar[EventKind]
    action: ClassVar[Action]

    def __post_init__(self) -> None:
        """Trim what is said, and refuse a step that says nothing."""
        for name in (field.name for field in fields(self)):
            said = getattr(self, name)
            if not isinstance(said, str):
                continue
            words = said.strip()
            if not words or len(words) > LONGEST_TEXT or shown(words) != words:
                raise ReleaseError(
                    f"The step {self.step} lacks its {name.replace('_', ' ')}",
                    given=words,
                    allowed=f"1 to {LONGEST_TEXT} characters, all of which show",
                )
            object.__setattr__(self, name, words)

    def details(self) -> dict[str, Any]:
        """Return what it says, JSON-ready."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Step):
    """The request was looked at.

    Attributes
    ----------
    finding
        Whether it is what it seems, such as how the requester was called back.
    purpose_code
        The policy's purpose that it comes under; public figures count by it.
    """

    step = ReleaseStep.REVIEWED
    kind = EventKind.RELEASE_REVIEW
    action = Action.RELEASES_REVIEW
    finding: str
    purpose_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Step):
    """The captain or a designee approves it, and says which reads may be released.

    Attributes
    ----------
    reads, hold_id
        What may be packed, to the letter: reads by criteria or numbers, or all of a hold; one of
        the two. Nothing else fulfils the request.

    Raises
    ------
    ReleaseError
        Unless it names reads or a hold, and not both.
    """

    step = ReleaseStep.APPROVED
    kind = EventKind.RELEASE_APPROVE
    action = Action.RELEASES_APPROVE
    reason: str
    reads: ReadSet | None = None
    hold_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse an approval that names nothing to release, or two things."""
        super(Approve, self).__post_init__()
        if (self.reads is None) == (self.hold_id is None):
            raise ReleaseError(
                "Which reads may be released?",
                allowed="either reads (a plate, a window, a place, ...) or a hold",
                next_step="approve what the request asks for, and no more",
            )

    def details(self) -> dict[str, Any]:
        """Return what it says, JSON-ready; the database compares the package with it."""
        reads = self.reads.as_json() if self.reads else None
        return {"reason": self.reason, "reads": reads, "hold": self.hold_id}

    @classmethod
    def of_details(cls, said: Mapping[str, Any]) -> Approve:
        """Return the approval that `details` wrote."""
        reads = read_set_from_json(said["reads"]) if said["reads"] else None
        return cls(reason=said["reason"], reads=reads, hold_id=said["hold"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(Step):
    """The captain or a designee refuses it, or takes an approval back before it is fulfilled."""

    step = ReleaseStep.REFUSED
    kind = EventKind.RELEASE_REFUSE
    action = Action.RELEASES_APPROVE
    reason: str
    source: str = "426.9 (b)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Step):
    """It is for Records."""

    step = ReleaseStep.ROUTED
    kind = EventKind.RELEASE_ROUTE
    action = Action.RELEASES_REVIEW
    reason: str
    source: str = RECORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAway(Step):
    """It is on file.

    Attributes
    ----------
    file
        Where, such as the records system's number.
    """

    step = ReleaseStep.FILED
    kind = EventKind.RELEASE_FILE
    action = Action.RELEASES_FILE
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfil(Step):
    """It was fulfilled by a package; made by `Releases.fulfil` alone.

    Attributes
    ----------
    package
        The package's number.
    manifest_sha256
        Of the manifest that covers everything in the package.
    recipient
        What stands on every page.
    """

    step = ReleaseStep.FULFILLED
    kind = EventKind.RELEASE_FULFIL
    action = Action.RELEASES_FULFIL
    package: str
    manifest_sha256: str
    recipient: str


BY_PEOPLE: Mapping[str, type[Step]] = {
    "approve": Approve,
    "file": FileAway,
    "refuse": Refuse,
    "review": Review,
    "route": Route,
}
"""What people call the steps that need nothing but words."""

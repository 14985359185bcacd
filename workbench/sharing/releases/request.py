"""A written request for data, as it came and as it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from workbench.domain.release import ReleaseState, ReleaseStep, RequestForm
from workbench.errors import ReleaseError
from workbench.sharing.agencies.agency import Agency
from workbench.sharing.shown import shown

LONGEST_LINE = 200
LONGEST_TEXT = 10_000

_LINES = ("agency", "requester_name", "requester_title", "requester_contact")
_OPTIONAL = ("requester_account", "case_number")
_TEXTS = ("purpose", "asked_for")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRequest:
    """What the policy asks a request to say (Policy 426.9 (a)), and what is wanted.

    Attributes
    ----------
    agency
        As it calls itself.
    requester_name, requester_title, requester_contact
        Of the person who asks.
    purpose
        The intended purpose, in the requester's words.
    asked_for
        What data, in the requester's words.
    requester_account
        User name, where somebody of this department asks on behalf of the agency.

    Raises
    ------
    ReleaseError
        If something is missing or too long; names all that is missing.
    """

    agency: str
    requester_name: str
    requester_title: str
    requester_contact: str
    purpose: str
    asked_for: str
    case_number: str | None = None
    requester_account: str | None = None

    def __post_init__(self) -> None:
        """Trim what was said, and refuse what does not say enough."""
        for name in (*_LINES, *_OPTIONAL):
            line = " ".join((getattr(self, name) or "").split())
            object.__setattr__(self, name, line or (None if name in _OPTIONAL else ""))
        for name in _TEXTS:
            object.__setattr__(self, name, getattr(self, name).strip())
        missing = [name for name in (*_LINES, *_TEXTS) if not getattr(self, name)]
        if missing:
            raise ReleaseError(
                "The request does not say enough",
                given="no " + ", ".join(name.replace("_", " ") for name in missing),
                allowed="agency, person and intended purpose in writing (426.9 (a))",
                next_step="ask the agency to write again",
            )
        for name in (*_LINES, *_OPTIONAL, *_TEXTS):
            _check_length(name, getattr(self, name) or "")

    def as_bytes(self) -> bytes:
        """Return the form as it is kept on file: JSON, the same for the same request."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseEvent:
    """A step that was taken."""

    id: int
    request_id: int
    step: ReleaseStep
    done_at: datetime
    done_by: str
    done_by_name: str
    details: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready, with its time in UTC."""
        return asdict(self) | {"step": self.step.value, "done_at": self.done_at.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A request on file.

    Attributes
    ----------
    asked
        With the agency's name as the register has it.
    original_sha256
        Of the e-mail or form, which is kept under it.
    """

    id: int
    agency: Agency
    asked: WrittenRequest
    state: ReleaseState
    form: RequestForm
    original_sha256: str
    recorded_at: datetime
    recorded_by: str
    events: tuple[ReleaseEvent, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it JSON-ready, with times in UTC."""
        return {
            "id": self.id,
            "state": self.state.value,
            **asdict(self.asked),
            "agency_kind": self.agency.profile.kind.value,
            "form": self.form.value,
            "original_sha256": self.original_sha256,
            "recorded_at": self.recorded_at.isoformat(),
            "recorded_by": self.recorded_by,
            "steps": [event.as_json() for event in self.events],
        }


def _check_length(name: str, said: str) -> None:
    longest = LONGEST_TEXT if name in _TEXTS else LONGEST_LINE
    if len(said) > longest or shown(said) != said:
        raise ReleaseError(
            f"The request's {name.replace('_', ' ')} cannot be taken",
            given=f"{len(said)} characters",
            allowed=f"up to {longest}, all of which show",
        )

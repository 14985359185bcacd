"""People as the policy sees them: roles, dated designations, training, and where they act from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """The policy's roles; what each may do stands in the policy file."""

    OFFICER = "officer"
    DISPATCHER = "dispatcher"
    ANALYST = "analyst"
    SUPERVISOR = "supervisor"
    ALPR_ADMINISTRATOR = "alpr_administrator"
    SERVICES_CAPTAIN = "services_captain"
    RECORDS_CUSTODIAN = "records_custodian"
    AUDITOR = "auditor"
    GARAGE = "garage"


class Channel(StrEnum):
    """The way by which a request came."""

    CLIENT = "client"
    PAGE = "page"
    COMMAND = "command"
    REPORT = "report"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from (CJIS AU-3: where and source)."""

    channel: Channel
    address: str
    session: str | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class Designation:
    """A dated appointment as somebody's designee (Policy 426.4, 426.4.1 (e))."""

    role: Role
    title: str
    starts_at: datetime
    ends_at: datetime | None

    def valid_at(self, at: datetime) -> bool:
        """Return whether it holds at an instant; the end is not part of it."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True, slots=True)
class Training:
    """A completed, department-approved training for one system (Policy 426.10).

    Attributes
    ----------
    number
        Of its record, with which a mistaken one is ended.
    """

    system: str
    completed_at: datetime
    expires_at: datetime
    number: int | None = None

    def current_at(self, at: datetime) -> bool:
        """Return whether it counts at an instant."""
        return self.completed_at <= at < self.expires_at


@dataclass(frozen=True, slots=True)
class Person:
    """An account holder with everything that `access.decide` looks at.

    Attributes
    ----------
    roles
        Granted roles; designations come on top while they are valid.
    """

    username: str
    display_name: str
    title: str
    organisation: str
    roles: frozenset[Role]
    designations: tuple[Designation, ...] = ()
    training: tuple[Training, ...] = ()
    disabled: bool = False

    def roles_at(self, at: datetime) -> frozenset[Role]:
        """Return granted and designated roles that hold at an instant."""
        return self.roles | {d.role for d in self.designations if d.valid_at(at)}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting from somewhere; every audited call takes one."""

    person: Person
    origin: Origin

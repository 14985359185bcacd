"""What every format is: a delivery goes in, reads and refused records come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol
from zoneinfo import ZoneInfo

from workbench.domain.read import Flag, Read
from workbench.errors import RecordError
from workbench.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on what is read, from the policy.

    Attributes
    ----------
    file_bytes
        Largest file, after expanding it.
    record_bytes
        Largest single record.
    nesting
        Deepest JSON or XML.
    future
        How far a camera's clock may be ahead.
    age
        Oldest sighting taken; an unset camera clock says 1970.
    """

    file_bytes: int
    record_bytes: int
    nesting: int
    future: timedelta
    age: timedelta

    @classmethod
    def of(cls, policy: Policy) -> Limits:
        """Return the bounds of a policy.

        Examples
        --------
        >>> from workbench.policy import load_policy
        >>> Limits.of(load_policy()).nesting
        64
        """
        rules = policy.ingest
        return cls(
            file_bytes=rules.max_file_bytes.value,
            record_bytes=rules.max_record_bytes.value,
            nesting=rules.max_nesting.value,
            future=timedelta(minutes=rules.future_tolerance_minutes.value),
            age=timedelta(days=rules.max_age_days.value),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the sender says beside the file, and what the workbench knows.

    Attributes
    ----------
    now
        The present instant; a sighting cannot be later.
    camera
        The camera's name, for payloads that carry none.
    zone
        The zone of times that carry none; ``None`` refuses them.
    area
        Where the department works, as (min lon, min lat, max lon, max lat).
    """

    now: datetime
    limits: Limits
    camera: str | None = None
    zone: ZoneInfo | None = None
    area: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file or message as it came.

    Attributes
    ----------
    name
        What people call it; the file's name.
    content
        The bytes, or the file that holds them.
    """

    name: str
    content: bytes | Path
    received_at: datetime
    context: Context

    def open(self) -> BinaryIO:
        """Return the content as it came, from its start."""
        if isinstance(self.content, bytes):
            return BytesIO(self.content)
        return self.content.open("rb")


@dataclass(frozen=True, slots=True)
class Taken:
    """A read that was understood.

    Attributes
    ----------
    record
        Place of its record in the delivery, from 0; one record may hold several reads.
    flags
        What only the format can know to be missing; the rest is worked out from the read.
    """

    record: int
    read: Read
    flags: frozenset[Flag] = frozenset()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record, or what a record says about one plate, that was not understood.

    Attributes
    ----------
    raw
        The record, whole and readable as a delivery of its own.
    """

    record: int
    raw: bytes
    error: RecordError


Item = Taken | Rejected


class Format(Protocol):
    """One source's way of writing reads; its schema lies in ``data_schema/formats``."""

    @property
    def name(self) -> str:
        """Short name."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def schema(self) -> str:
        """Name of the schema's file."""
        ...

    def recognises(self, head: bytes, name: str) -> bool:
        """Return whether a delivery that begins so and is called so is of this format."""
        ...

    def records(self, delivery: Delivery) -> Iterator[Item]:
        """Give the reads and the refused records, in the order of the delivery.

        Raises
        ------
        DeliveryError
            If nothing of the delivery can be understood.
        """
        ...

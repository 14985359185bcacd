"""What JSON and XML formats share: a record is checked, cut into sightings, and each is read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from workbench.detections.formats.base import Context, Item, Rejected, Taken
from workbench.detections.formats.checks import checked
from workbench.detections.formats.schema import RecordSchema
from workbench.domain.read import Flag, Read
from workbench.errors import DeliveryError, RecordError, WorkbenchError

Reading = tuple[Read, frozenset[Flag]]
NO_FLAGS: frozenset[Flag] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands, for its errors: the delivery's name, its number, its bytes."""

    file: str
    record: int
    raw: bytes

    def rejected(self, error: WorkbenchError) -> Rejected:
        """Return the record as refused, with the error naming file and record."""
        where = {"file": self.file, "record": self.record, **error.where}
        told = RecordError(
            error.what,
            given=error.given,
            allowed=error.allowed,
            next_step=error.next_step,
            where=where,
        )
        return Rejected(self.record, self.raw, told)


def refused_delivery(only: Rejected) -> DeliveryError:
    """Return the error for a delivery whose only record cannot be read at all."""
    error = only.error
    return DeliveryError(
        error.what,
        given=error.given,
        allowed=error.allowed,
        next_step=error.next_step,
        where=error.where,
    )


class EventFormat(ABC):
    """A format whose records are trees, each with one or more sightings.

    Attributes
    ----------
    name, title, schema
        As in `Format`.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    schema: ClassVar[str]

    def __init__(self) -> None:
        self._schema = RecordSchema(self.schema)

    @abstractmethod
    def sightings(self, record: Any) -> Sequence[Any]:
        """Return the parts of a record that each speak about one plate; possibly none."""

    @abstractmethod
    def read(self, record: Any, sighting: Any, context: Context) -> Reading:
        """Return the read of one sighting, and what the format knows to be missing.

        Raises
        ------
        RecordError
            If it cannot be understood.
        """

    def items(self, record: Any, place: Place, context: Context) -> Iterator[Item]:
        """Give the reads of a parsed record; what is refused does not stop the rest."""
        try:
            self._schema.check(record)
            sightings = self.sightings(record)
        except RecordError as error:
            yield place.rejected(error)
            return
        for sighting in sightings:
            try:
                read, flags = self.read(record, sighting, context)
                yield Taken(place.record, checked(read, context), flags)
            except RecordError as error:
                yield place.rejected(error)

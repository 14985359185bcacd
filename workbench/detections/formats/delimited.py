"""Delimited files through a mapping template: one instance reads the files of one template."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from workbench.detections.formats.base import Context, Delivery, Item, Taken
from workbench.detections.formats.checks import checked
from workbench.detections.formats.content import plain
from workbench.detections.formats.events import NO_FLAGS, Place
from workbench.detections.formats.lines import rows
from workbench.detections.formats.template import Columns, Template
from workbench.detections.formats.values import (
    instant_of_epoch,
    instant_of_text,
    named,
    number,
    position,
    refused,
    share,
)
from workbench.domain.place import Point
from workbench.domain.read import Flag, Read, Vehicle
from workbench.errors import RecordError

_COMPASS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
_PER_SECOND = {"epoch_s": 1, "epoch_ms": 1000}
_MICRO = 1_000_000
_FULL_CIRCLE = 360.0
_OF_VEHICLES = ("make", "model", "color", "body_type", "year")
_NO_VEHICLE = Vehicle()


class Delimited:
    """A delimited format, made from its template."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.name = f"delimited:{template.name}"
        self.title = template.title
        self.schema = f"{template.name}.table.json"
        said = template.columns.model_dump()
        self._columns: dict[str, Columns] = {name: tuple(said[name] or ()) for name in said}
        self._speaks_of_vehicles = any(self._columns[name] for name in _OF_VEHICLES)
        self._zone = ZoneInfo(template.time.zone) if template.time.zone else None

    def recognises(self, head: bytes, name: str) -> bool:  # noqa: ARG002 - the header says enough
        """Return whether a delivery begins with the template's columns."""
        line = plain(head).split(b"\n", 1)[0].decode("utf-8", "replace")
        header = {cell.strip().strip('"') for cell in line.split(self.template.delimiter)}
        return header.issuperset(self.template.header)

    def records(self, delivery: Delivery) -> Iterator[Item]:
        """Give the reads and the refused records of a delivery.

        Raises
        ------
        DeliveryError
            If nothing of it can be understood.
        """
        template = self.template
        for row in rows(delivery, delimiter=template.delimiter, needed=template.needed):
            place = Place(delivery.name, row.number, row.raw)
            if row.problem:
                yield place.rejected(row.problem)
                continue
            try:
                yield self._taken(_Cells(row.cells, template), row.number, delivery.context)
            except RecordError as error:
                yield place.rejected(error)

    def _taken(self, cells: _Cells, record: int, context: Context) -> Taken:
        template = self.template
        text = partial(cells.text, self._columns)
        seen_at, flags = self._time(cells, context)
        percent = template.units.confidence == "percent"
        read = Read(
            plate=cells.whole("plate", template.columns.plate),
            pseudonym=template.plates == "pseudonym",
            seen_at=seen_at,
            camera=named(text("camera") or template.constants.camera, "camera", context),
            source=template.source,
            region=text("region") or template.constants.region,
            confidence=share(text("confidence"), "confidence", out_of=100 if percent else 1),
            position=self._position(text("lon"), text("lat"), context),
            heading_deg=self._heading(text("heading_deg")),
            direction=text("direction"),
            vehicle=self._vehicle(text),
            engine=text("engine") or template.constants.engine,
            engine_version=text("engine_version"),
            source_event=text("source_event"),
        )
        return Taken(record, checked(read, context), flags)

    def _time(self, cells: _Cells, context: Context) -> tuple[datetime, frozenset[Flag]]:
        time = self.template.time
        field = ", ".join(time.columns)
        written = " ".join(cells.cell(column) for column in time.columns).strip()
        if not written:
            raise refused("The time is missing", field, written, time.format)
        if time.format in _PER_SECOND:
            per_second = _PER_SECOND[time.format]
            return instant_of_epoch(written, field, per_second=per_second), NO_FLAGS
        form = None if time.format == "iso" else time.format
        return instant_of_text(written, field, context.zone or self._zone, form)

    def _position(self, lon: str | None, lat: str | None, context: Context) -> Point | None:
        if self.template.units.position == "degrees":
            return position(lon, lat, context)
        x, y = number(lon, "lon"), number(lat, "lat")
        return position(_degrees(x), _degrees(y), context)

    def _vehicle(self, text: Callable[[str], str | None]) -> Vehicle:
        if not self._speaks_of_vehicles:
            return _NO_VEHICLE
        year = text("year")
        return Vehicle(
            make=text("make"),
            model=text("model"),
            color=text("color"),
            body_type=text("body_type"),
            year=int(year) if year and year.isdecimal() else None,
        )

    def _heading(self, text: str | None) -> float | None:
        if text is None or self.template.units.heading == "degrees":
            degrees = number(text, "heading_deg")
            return 0.0 if degrees == _FULL_CIRCLE else degrees
        if text.upper() not in _COMPASS:
            raise refused("That is no direction", "heading_deg", text, ", ".join(_COMPASS))
        return _COMPASS.index(text.upper()) * 45.0


class _Cells:
    """The cells of one line; what the template calls missing is ``None``."""

    def __init__(self, cells: Mapping[str, str], template: Template) -> None:
        self._cells = cells
        self._missing = template.missing

    def cell(self, column: str) -> str:
        """Return a cell's text, empty where it says nothing."""
        text = self._cells.get(column, "")
        return "" if text.strip() in self._missing else text

    def text(self, columns: Mapping[str, Columns], name: str) -> str | None:
        """Return the value of that name, its columns joined; ``None`` where all say nothing."""
        of_value = columns[name]
        if len(of_value) < 2:
            return (self.cell(of_value[0]).strip() or None) if of_value else None
        found = [self.cell(column).strip() for column in of_value]
        return "/".join(part for part in found if part) or None

    def whole(self, name: str, columns: Columns) -> str:
        """Return a value as it was written; blanks are kept, so that they are refused.

        Raises
        ------
        RecordError
            If it is written in several columns, which only other values may be.
        """
        if len(columns) > 1:
            raise refused("The value stands in several columns", name, columns, "one column")
        return self.cell(columns[0]) or self._blank(columns[0])

    def _blank(self, column: str) -> str:
        text = self._cells.get(column, "")
        return text if text and not text.strip() else ""


def _degrees(micro: float | None) -> float | None:
    return None if micro is None else micro / _MICRO

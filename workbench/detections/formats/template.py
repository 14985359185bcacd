"""A mapping template: which column of a delimited file says what, and in which unit."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from workbench.errors import DeliveryError
from workbench.templates import Code, Name, TemplatePart, Templates, Zone

TEMPLATES = Path(__file__).with_name("templates")
"""The templates that come with the workbench."""

Columns = Annotated[tuple[Name, ...], Field(min_length=1)]


class TimeColumns(TemplatePart):
    """How a line says when.

    Attributes
    ----------
    columns
        Joined by one blank.
    format
        ``iso``, ``epoch_s``, ``epoch_ms``, or a pattern of `datetime.strptime`.
    zone
        The zone of times that carry none; without it the sender has to name one.
    """

    columns: Columns
    format: Name = "iso"
    zone: Zone | None = None


class ValueColumns(TemplatePart):
    """Which columns say what; several for one value are joined by a slash."""

    plate: Columns
    camera: Columns | None = None
    lon: Columns | None = None
    lat: Columns | None = None
    confidence: Columns | None = None
    region: Columns | None = None
    direction: Columns | None = None
    heading_deg: Columns | None = None
    make: Columns | None = None
    model: Columns | None = None
    color: Columns | None = None
    body_type: Columns | None = None
    year: Columns | None = None
    engine: Columns | None = None
    engine_version: Columns | None = None
    source_event: Columns | None = None


class Units(TemplatePart):
    """What the numbers of the file count."""

    confidence: Literal["fraction", "percent"] = "fraction"
    heading: Literal["degrees", "compass"] = "degrees"
    position: Literal["degrees", "microdegrees"] = "degrees"


class Constants(TemplatePart):
    """Values that hold for every line and stand in no column."""

    camera: Name | None = None
    region: Name | None = None
    engine: Name | None = None


class Template(TemplatePart):
    """How a delimited file is read.

    Attributes
    ----------
    header
        Columns by which such a file is recognised.
    source
        Stored with every read.
    plates
        Whether the plate's column holds plates or pseudonyms of them.
    missing
        What stands in a cell that says nothing.
    """

    name: Code
    title: Name
    source: Code
    header: Columns
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    plates: Literal["plate", "pseudonym"] = "plate"
    missing: tuple[str, ...] = ("",)
    time: TimeColumns
    columns: ValueColumns
    units: Units = Units()
    constants: Constants = Constants()

    @cached_property
    def digest(self) -> str:
        """A short hash of everything the template says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """Columns without which no line can be read."""
        return (*self.columns.plate, *self.time.columns)


_ALL = Templates(
    model=Template,
    folder=TEMPLATES,
    error=DeliveryError,
    schema="data_schema/formats/template.schema.json",
)


def load_template(name: str | Path) -> Template:
    """Return a template: a shipped one by its name, or the user's own by its path.

    Raises
    ------
    DeliveryError
        If there is none, or it cannot be taken; names field, value and what is allowed.

    Examples
    --------
    >>> load_template("plain").delimiter
    ','
    """
    return _ALL.load(name)


def template_names() -> tuple[str, ...]:
    """Return the names of the shipped templates."""
    return _ALL.names()

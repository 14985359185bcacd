"""A mapping template: which column of a delimited file says what, and in which unit."""

from __future__ import annotations

import hashlib
import json
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from workbench.errors import DeliveryError

TEMPLATES = Path(__file__).with_name("templates")
"""The templates that come with the workbench."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Columns = Annotated[tuple[Name, ...], Field(min_length=1)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class TimeColumns(_Part):
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
    zone: Name | None = None

    @model_validator(mode="after")
    def _zone_exists(self) -> Self:
        if self.zone is not None:
            try:
                ZoneInfo(self.zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise ValueError(f"zone: {self.zone} is no IANA zone") from None
        return self


class ValueColumns(_Part):
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


class Units(_Part):
    """What the numbers of the file count."""

    confidence: Literal["fraction", "percent"] = "fraction"
    heading: Literal["degrees", "compass"] = "degrees"
    position: Literal["degrees", "microdegrees"] = "degrees"


class Constants(_Part):
    """Values that hold for every line and stand in no column."""

    camera: Name | None = None
    region: Name | None = None
    engine: Name | None = None


class Template(_Part):
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
    path = TEMPLATES / f"{name}.toml" if str(name) in template_names() else Path(name)
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        return Template.model_validate_json(_as_json(values))
    except OSError as error:
        raise DeliveryError(
            "There is no such template",
            given=str(name),
            allowed=f"{', '.join(template_names())}, or the path of a TOML file",
            next_step=f"the system says: {error.strerror}",
        ) from None
    except ValidationError as error:
        raise _told(error, path) from None
    except (ValueError, RecursionError) as error:
        raise DeliveryError(
            f"The template is not TOML: {error}", allowed="TOML 1.0", where={"file": path}
        ) from None


def template_names() -> tuple[str, ...]:
    """Return the names of the shipped templates."""
    return tuple(sorted(path.stem for path in TEMPLATES.glob("*.toml")))


def _as_json(values: dict[str, Any]) -> str:
    # Strict validation takes no list of TOML for a tuple, but a list of JSON it does.
    return json.dumps(values, default=str)


def _told(error: ValidationError, path: Path) -> DeliveryError:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "the template"
    return DeliveryError(
        "The template cannot be taken",
        given=first["input"],
        allowed=first["msg"],
        next_step="data_schema/formats/template.schema.json says what a template may hold",
        where={"file": path, "field": field},
    )

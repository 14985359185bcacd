"""Templates of files: TOML that says how a file is laid out, shipped by name or a user's own."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from workbench.errors import WorkbenchError

T = TypeVar("T", bound=BaseModel)

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


def _existing(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{zone} is no IANA zone") from None
    return zone


Zone = Annotated[Name, AfterValidator(_existing)]
"""Of times that carry none."""


class TemplatePart(BaseModel):
    """A part of a template: taken as it is written, never changed, without unknown keys."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates(Generic[T]):
    """Reads the templates of one kind of file.

    Attributes
    ----------
    model
        What such a template says.
    folder
        Of those that come with the workbench.
    error
        What is raised when one cannot be taken.
    schema
        Where what it may hold is written down.
    """

    model: type[T]
    folder: Path
    error: type[WorkbenchError]
    schema: str

    def names(self) -> tuple[str, ...]:
        """Return the names of the shipped templates."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.toml")))

    def load(self, name: str | Path) -> T:
        """Return a template: a shipped one by its name, or the user's own by its path.

        Raises
        ------
        WorkbenchError
            Of this kind, if there is none or it cannot be taken; names field, value and what is
            allowed.
        """
        path = self.folder / f"{name}.toml" if str(name) in self.names() else Path(name)
        try:
            return self.of(tomllib.loads(path.read_text("utf-8")), where={"file": path})
        except OSError as error:
            raise self.error(
                "There is no such template",
                given=str(name),
                allowed=f"{', '.join(self.names())}, or the path of a TOML file",
                next_step=f"the system says: {error.strerror}",
            ) from None
        except (ValueError, RecursionError) as error:
            raise self.error(
                f"The template is not TOML: {error}", allowed="TOML 1.0", where={"file": path}
            ) from None

    def of(self, values: Mapping[str, Any], *, where: Mapping[str, object] | None = None) -> T:
        """Return the template of JSON-ready values.

        Raises
        ------
        WorkbenchError
            Of this kind, if it cannot be taken.
        """
        try:
            # Strict validation takes no list of TOML for a tuple, but a list of JSON it does.
            return self.model.model_validate_json(json.dumps(values, default=str))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "the template"
            raise self.error(
                "The template cannot be taken",
                given=first["input"],
                allowed=first["msg"],
                next_step=f"{self.schema} says what it may hold",
                where={**(where or {}), "field": field},
            ) from None

"""Records against the JSON Schema of their format; the first thing wrong becomes a clear error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from workbench.errors import RecordError
from workbench.resources import resource_root

_SHOWN_CHARACTERS = 120


class RecordSchema:
    """The schema of one format, loaded when it is first needed.

    Parameters
    ----------
    file
        Name of the file in ``data_schema/formats``.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._validator: Draft202012Validator | None = None

    def check(self, record: Any) -> None:
        """Refuse a record that the schema does not allow.

        Raises
        ------
        RecordError
            Names the field, its value and what is allowed.
        """
        if self._validator is None:
            self._validator = Draft202012Validator(self.content())
        error = best_match(self._validator.iter_errors(record))
        if error is not None:
            raise _told(error)

    def content(self) -> Mapping[str, Any]:
        """Return the schema itself."""
        content: Mapping[str, Any] = json.loads(schema_file(self._file).read_bytes())
        return content


def schema_file(name: str) -> Path:
    """Return where the schema of that name lies."""
    return resource_root() / "data_schema" / "formats" / name


def _told(error: ValidationError) -> RecordError:
    field = error.json_path.removeprefix("$").removeprefix(".") or "the record"
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        what, given = f"The field {missing[0]} is missing", ", ".join(error.instance)
    else:
        what, given = "The value cannot be taken", _shown(error.instance)
    return RecordError(what, given=given, allowed=_allowed(error), where={"field": field})


def _allowed(error: ValidationError) -> str:
    described = error.schema.get("description") if isinstance(error.schema, Mapping) else None
    rule = f"{error.validator} {json.dumps(error.validator_value)}"
    if len(rule) > _SHOWN_CHARACTERS:
        rule = str(error.validator)
    return f"{described} ({rule})" if described else rule


def _shown(value: Any) -> Any:
    if isinstance(value, dict | list):
        text = json.dumps(value)
        return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
    return value

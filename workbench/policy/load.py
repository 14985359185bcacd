"""Reading a policy file; a broken one is refused with field, value and what is allowed."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from workbench.errors import PolicyError
from workbench.policy.bounds import beyond_bounds
from workbench.policy.model import Policy

SHIPPED_FILE = Path(__file__).with_name("policy_426.toml")
"""Policy 426 as it comes with the workbench."""

SHIPPED_RETENTION = Path(__file__).with_name("retention")
"""Folder of lengths that other states and agencies have, as examples."""

_SHORT_HASH = 12
_NAME_CHARACTERS = 40


def load_policy(path: Path | None = None, *, retention: str | None = None) -> Policy:
    """Return the policy of a file.

    Parameters
    ----------
    path
        The department's file; ``None`` means Policy 426 as shipped.
    retention
        Lengths in place of the file's own: the name of a shipped file or a path; its content is
        part of the version.

    Returns
    -------
    Policy

    Raises
    ------
    PolicyError
        If the file cannot be read or a value cannot be taken; names the first of them.

    Examples
    --------
    >>> load_policy().sign_in.idle_minutes.section
    'CJIS 5.9.5 AC-11'
    """
    file = path or SHIPPED_FILE
    policy, problems = _validated(file, retention)
    if policy is None:
        raise problems[0]
    return policy


def check_policy(path: Path) -> tuple[PolicyError, ...]:
    """Return everything that is wrong with a policy file.

    Raises
    ------
    PolicyError
        If the file cannot be read or is not TOML, so that nothing more can be said.
    """
    return _validated(path, None)[1]


def retention_files() -> tuple[str, ...]:
    """Return the names of the shipped files of lengths, sorted.

    Examples
    --------
    >>> "maine-21-days" in retention_files()
    True
    """
    return tuple(sorted(file.stem for file in SHIPPED_RETENTION.glob("*.toml")))


def retention_path(named: str) -> Path:
    """Return the file of a shipped name, or of a path.

    Raises
    ------
    PolicyError
        If it is neither.
    """
    if named in retention_files():
        return SHIPPED_RETENTION / f"{named}.toml"
    if Path(named).is_file():
        return Path(named)
    raise PolicyError(
        "There is no such file of lengths",
        given=named,
        allowed=f"a path, or one of {', '.join(retention_files())}",
    )


def _validated(file: Path, retention: str | None) -> tuple[Policy | None, tuple[PolicyError, ...]]:
    content = _read(file)
    values = _parse(file, content)
    if retention is not None:
        file = retention_path(retention)
        lengths = _read(file)
        values["retention"] = _only_retention(file, _parse(file, lengths))
        content += lengths
    if "version" in values:
        raise PolicyError(
            "The version is worked out from the content",
            given=values["version"],
            allowed="no such field",
            where={"file": file, "field": "version"},
        )
    digest = hashlib.sha256(content).hexdigest()[:_SHORT_HASH]
    # Cut, so that of a name that is too long the name is refused and not the version.
    values["version"] = f"{str(values.get('name'))[:_NAME_CHARACTERS]}@{digest}"
    try:
        # As JSON, because strict mode takes no list of TOML for a tuple.
        policy = Policy.model_validate_json(json.dumps(values, default=_no_json))
    except ValidationError as error:
        return None, _problems(file, error.errors())
    beyond = _too_far(file, policy)
    return (None, beyond) if beyond else (policy, ())


def _only_retention(file: Path, values: dict[str, Any]) -> object:
    if set(values) == {"retention"}:
        return values["retention"]
    raise PolicyError(
        "A file of lengths holds lengths alone",
        given=", ".join(values) or "nothing",
        allowed="one table, [retention]",
        where={"file": file},
    )


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise PolicyError(
            "The policy file cannot be read",
            given=str(file),
            allowed="a TOML file that this account may read",
            next_step=f"the system says: {error.strerror}",
        ) from error


def _parse(file: Path, content: bytes) -> dict[str, Any]:
    try:
        text = content.decode()
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        where = {"file": file, "line": line}
        raise PolicyError("The policy file is not UTF-8", allowed="UTF-8", where=where) from error
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        lines = text.splitlines() or [""]
        line = min(int(found[1]), len(lines)) if found else len(lines)
        raise PolicyError(
            f"The policy file is not TOML: {error}",
            given=lines[line - 1],
            allowed="TOML 1.0",
            where={"file": file, "line": line},
        ) from error


def _no_json(value: object) -> object:
    # A date or time of TOML; no rule takes one, and as a table it fits no rule by accident.
    return {type(value).__name__: str(value)}


def _problems(file: Path, details: list[ErrorDetails]) -> tuple[PolicyError, ...]:
    see_all = f"`workbench policy check {file}` lists all {len(details)} problems"
    next_step = see_all if len(details) > 1 else None
    # A misspelt field is also a missing one; the unknown name says more, so it comes first.
    ordered = sorted(details, key=lambda detail: detail["type"] != "extra_forbidden")
    return tuple(
        PolicyError(**_told(detail), next_step=next_step, where=_where(file, detail))
        for detail in ordered
    )


def _too_far(file: Path, policy: Policy) -> tuple[PolicyError, ...]:
    """Return the rules that fall short of the law or of the policy itself."""
    return tuple(
        PolicyError(
            "The value falls short of what the law or the policy asks for",
            given=one.value,
            allowed=f"{one.bound.words} ({one.bound.section})",
            next_step=one.next_step,
            where={"file": file, "field": one.bound.rule},
        )
        for one in beyond_bounds(policy)
    )


def _where(file: Path, detail: ErrorDetails) -> dict[str, object]:
    return {"file": file, "field": ".".join(_places(detail)) or "the file"}


def _places(detail: ErrorDetails) -> list[str]:
    return [str(part) for part in detail["loc"] if part != "[key]"]


def _told(detail: ErrorDetails) -> dict[str, Any]:
    given, allowed = detail["input"], detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "missing":
        return {"what": "The field is missing", "given": "nothing", "allowed": "a value"}
    if detail["type"] == "extra_forbidden":
        names = ", ".join(_fields_at(_places(detail)[:-1]))
        return {"what": "Unknown field", "given": given, "allowed": names}
    if detail["type"] == "value_error" and isinstance(given, Mapping):
        # Values that do not fit each other: the message names them, the table is too long.
        return {"what": "The values do not fit each other", "allowed": allowed}
    allowed = allowed.removeprefix("Input should be ")
    return {"what": "The value cannot be taken", "given": given, "allowed": allowed}


def _fields_at(places: list[str]) -> list[str]:
    kind: Any = Policy
    for place in places:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[place].annotation
        else:
            kind = [part for part in get_args(kind) if part is not Ellipsis][-1]
    return [name for name in kind.model_fields if name != "version"]

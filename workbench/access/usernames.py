"""User names: one spelling each, never given to a second person."""

from __future__ import annotations

import re

from workbench.errors import AccountError

_FORM = re.compile(r"[a-z][a-z0-9._-]{1,31}")


def as_username(typed: str) -> str | None:
    """Return the one spelling of a typed name, or ``None`` if no account can have it.

    Examples
    --------
    >>> as_username(" A.Example ")
    'a.example'
    >>> as_username("a b") is None
    True
    """
    name = typed.strip().lower()
    return name if _FORM.fullmatch(name) else None


def checked_username(typed: str) -> str:
    """Return the one spelling of a name for a new account.

    Raises
    ------
    AccountError
        If no account can have it.
    """
    name = as_username(typed)
    if name is None:
        raise AccountError(
            "This cannot be a user name",
            given=typed,
            allowed="2 to 32 letters, digits, dots, dashes or underscores, a letter first",
        )
    return name

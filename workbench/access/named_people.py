"""Whether somebody whom a record names is a person of the department."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from workbench.errors import PersonUnknownError
from workbench.storage.people_tables import account


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Somebody whom a record names; the user name is what it keeps."""

    username: str
    display_name: str


def named_person(connection: Connection, named: str, *, what: str) -> NamedPerson:
    """Return the person of the department whom somebody names.

    Parameters
    ----------
    named
        A user name, or the name that an account shows where only one has it.
    what
        Who it is, to begin a sentence with, such as ``The supervisor who was told``.

    Raises
    ------
    PersonUnknownError
        If no account that is not disabled has that name, or more than one shows it.
    """
    wanted = _plain(named)
    # Whose account is only suspended, because it was not used, is of the department all the same.
    there = account.c.disabled_at.is_(None) | account.c.suspended_at.is_not(None)
    held = select(account.c.username, account.c.display_name).where(there)
    people = [NamedPerson(row.username, row.display_name) for row in connection.execute(held)]
    found = [one for one in people if one.username == wanted]
    found = found or [one for one in people if _plain(one.display_name) == wanted]
    if len(found) == 1:
        return found[0]
    raise PersonUnknownError(
        f"{what} is nobody of the department" if not found else f"{what} is not one person's name",
        given=named,
        allowed="the user name of an account that is not disabled, or the name that it shows",
        next_step="give the user name; `workbench users list` has them",
    )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()

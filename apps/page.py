"""What a page is: an address with a title, the action that it needs, and how it is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.access import Action
from workbench.errors import ConfigurationError

_ADDRESS = re.compile("[a-z]+(?:-[a-z]+)*")


@dataclass(frozen=True, slots=True)
class Page:
    """One of the pages.

    Attributes
    ----------
    address
        Without slashes.
    title
        In the browser's tab and in the links between pages.
    action
        What a person must be allowed to do to see the page, at every moment that they see it.
    make
        Returns the page for the session that opens it.
    """

    address: str
    title: str
    action: Action
    make: Callable[[Any], Any]


def check_pages(pages: Sequence[Page]) -> None:
    """Let only pages be served that say what they need.

    Raises
    ------
    ConfigurationError
        If a page has no action, no title or no address of its own.
    """
    seen: set[str] = set()
    for page in pages:
        if not isinstance(page.action, Action):
            raise ConfigurationError(
                f"The page {page.address!r} does not say what a person must be allowed to do",
                given=page.action,
                allowed="an action of workbench.access.Action",
                next_step="give it its action in apps/pages.py",
            )
        if not _ADDRESS.fullmatch(page.address) or page.address in seen or not page.title:
            raise ConfigurationError(
                "A page has no title or no address of its own",
                given=(page.address, page.title),
                allowed="words of small letters, each address once",
                next_step="mend its line in apps/pages.py",
            )
        seen.add(page.address)

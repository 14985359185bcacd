"""What the page functions know about the session that opens a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import panel as pn

from apps.auth.visitor import Visitor
from apps.inquiry.state import InquiryDesk
from apps.page import Page
from apps.site import Site
from workbench.access import decide
from workbench.domain.person import Person
from workbench.errors import SessionEndedError

_HIT_DIGITS = 19


@dataclass(frozen=True, slots=True)
class PageSession:
    """One open page of one signed-in person.

    Attributes
    ----------
    person
        As of the opening; every act asks again.
    page
        The page that is open.
    pages
        Addresses to titles of the pages that they may open.
    inquiry
        Number of the inquiry that the address carries.
    hit
        Number of the hit that the address names, as links in alerts do.
    """

    site: Site
    visitor: Visitor
    person: Person
    page: Page
    pages: dict[str, str]
    inquiry: str | None
    hit: int | None

    def desk(self) -> InquiryDesk:
        """Return a desk of this session's own."""
        runtime = self.site.runtime
        return InquiryDesk(
            visitor=self.visitor,
            inquiries=runtime.inquiries,
            allowances=runtime.allowances,
            policy=runtime.policy,
        )


def open_page_session(site: Site, page: Page, pages: Sequence[Page]) -> PageSession:
    """Return the session of the page that is being opened, and tie the document to it.

    Raises
    ------
    SessionEndedError
        If the request did not pass the guard.
    """
    context = pn.state.curdoc.session_context
    visitor = getattr(context.request, "visitor", None)
    if not isinstance(visitor, Visitor):
        raise SessionEndedError("Nobody is signed in", next_step="sign in")
    site.claim(context.id, visitor.session)
    pn.state.on_session_destroyed(lambda destroyed: site.release(destroyed.id))
    runtime = site.runtime
    person, at = visitor.actor().person, runtime.clock()
    may = {
        each.address: each.title
        for each in pages
        if decide(person, each.action, policy=runtime.policy, at=at).allowed
    }
    given = context.request.arguments
    return PageSession(site, visitor, person, page, may, _inquiry(given), _hit(given))


def _inquiry(arguments: dict[str, list[bytes]]) -> str | None:
    given = b"".join(arguments.get("inquiry", [])[:1]).decode("ascii", "replace")
    try:
        return str(UUID(given))
    except ValueError:
        return None


def _hit(arguments: dict[str, list[bytes]]) -> int | None:
    given = b"".join(arguments.get("hit", [])[:1])
    return int(given) if given.isdigit() and len(given) <= _HIT_DIGITS else None

"""A signed-in person at one browser; who it is, is asked anew for every act."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field

from tornado.httputil import HTTPServerRequest

from workbench.access.sessions import Sessions
from workbench.domain.forwarded import Network, client_address
from workbench.domain.person import Actor, Channel, Origin
from workbench.errors import SessionEndedError

COOKIE = "workbench_session"
"""Holds the session's token; the page never sees it. `Site.cookie_name` has the whole name."""
XSRF = "_xsrf"
"""Proves that a form is our own."""

_AGENT_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Visitor:
    """The bearer of a session.

    Attributes
    ----------
    token
        From the cookie; kept on the server for as long as the page is open.
    session
        What the audit log calls the session.
    """

    sessions: Sessions = field(repr=False)
    token: str = field(repr=False)
    origin: Origin
    session: str

    def actor(self) -> Actor:
        """Return who acts, with roles and training as they stand now; counts as activity.

        Raises
        ------
        SessionEndedError
            If the session has ended since.
        """
        return self.sessions.actor_of(self.token, self.origin)

    def watcher(self) -> Actor:
        """Return who sits at a page that looks by itself; that is no activity of theirs.

        Raises
        ------
        SessionEndedError
            If the session has ended since.
        """
        return self.sessions.actor_of(self.token, self.origin, acting=False)

    def why_ended(self) -> str | None:
        """Return the word for why the session ended, if it has."""
        return self.sessions.why_ended(self.token)

    def acted(self) -> None:
        """Count what the person does at their page as activity; one who is gone does nothing."""
        with suppress(SessionEndedError):
            self.actor()

    def leave(self) -> None:
        """End the session.

        Raises
        ------
        SessionEndedError
            If it has ended already.
        """
        self.sessions.end(self.token, self.origin)


def origin_of(request: HTTPServerRequest, trusted: Collection[Network]) -> Origin:
    """Return where a request to the pages comes from.

    Parameters
    ----------
    trusted
        Networks of the department's proxies, the only ones whose header counts.
    """
    forwarded_for = ",".join(request.headers.get_list("X-Forwarded-For"))
    address = client_address(request.remote_ip or "unknown", forwarded_for, trusted)
    agent = request.headers.get("User-Agent", "")[:_AGENT_CHARACTERS]
    return Origin(Channel.PAGE, address, agent=agent or None)

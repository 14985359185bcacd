"""The guard: page, websocket, autoload, metadata and our own handlers all ask `get_user_async`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from bokeh.server.auth_provider import AuthProvider
from bokeh.util.token import get_session_id
from tornado.web import Finish, HTTPError, RequestHandler

from apps.auth.sign_in import SignInHandler, SignOutHandler, refusal_page
from apps.auth.visitor import COOKIE, Visitor, origin_of
from apps.site import Site
from workbench.access import Action, require
from workbench.errors import AccessError, SessionEndedError

SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"

PAGE_ACTIONS: dict[str, Action] = {
    "search": Action.DETECTIONS_SEARCH,
    "canvass": Action.DETECTIONS_CANVASS,
    "approvals": Action.INQUIRIES_LIST,
    "hits": Action.HITS_VIEW,
}
"""What a person must be allowed to do to get at a page, by the first part of its address."""


class PagesAuth(AuthProvider):
    """Lets a request through if its session lives and its bearer may use that page.

    Panel's own authorisation callback guards the HTML page alone; a refused person still gets
    the document through the websocket. This provider is asked for every way in.

    Parameters
    ----------
    site
        The open workbench behind the pages.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        super().__init__()

    @property
    def endpoints(self) -> list[tuple[Any, ...]]:
        """Where one signs in and out."""
        return [
            (SIGN_IN, SignInHandler, {"site": self._site}),
            (SIGN_OUT, SignOutHandler, {"site": self._site}),
        ]

    @property
    def login_url(self) -> str:
        """Where a request without a session is sent."""
        return SIGN_IN

    @property
    def get_user_async(self) -> Callable[[RequestHandler], Awaitable[str | None]]:
        """The function that every way in awaits."""
        return self._user

    async def _user(self, handler: RequestHandler) -> str | None:
        token = handler.get_cookie(COOKIE)
        if not token:
            return None
        try:
            visitor, username = await self._site.in_background(self._admit, handler, token)
        except SessionEndedError:
            return None
        except AccessError as error:
            raise _refused(handler, error) from error
        if not self._owns(handler, visitor):
            raise HTTPError(HTTPStatus.FORBIDDEN)
        # Bokeh hands the request on to the page function, which finds the visitor in it.
        handler.request.visitor = visitor  # type: ignore[attr-defined]
        return username

    def _admit(self, handler: RequestHandler, token: str) -> tuple[Visitor, str]:
        runtime = self._site.runtime
        origin = origin_of(handler.request, runtime.settings.trusted_proxies)
        actor = runtime.sessions.actor_of(token, origin)
        action = PAGE_ACTIONS.get(handler.request.path.strip("/").split("/")[0])
        if action is not None:
            at = runtime.clock()
            require(actor, action, policy=runtime.policy, audit=runtime.audit, at=at)
        session = str(actor.origin.session)
        return Visitor(runtime.sessions, token, origin, session), actor.person.username

    def _owns(self, handler: RequestHandler, visitor: Visitor) -> bool:
        owners = {self._site.owner_of(name) for name in _documents_named(handler)}
        return owners <= {None, visitor.session}


def _documents_named(handler: RequestHandler) -> set[str]:
    """Return the identifiers of open documents that a request names, in any of Bokeh's ways."""
    named = set(handler.get_arguments("bokeh-session-id"))
    named |= {handler.request.headers.get("Bokeh-Session-Id", "")}
    tokens = handler.get_arguments("bokeh-token")
    tokens += handler.request.headers.get("Sec-WebSocket-Protocol", "").split(",")[1:]
    return {name for name in named if name} | {_document_of(token.strip()) for token in tokens}


def _document_of(token: str) -> str:
    try:
        return str(get_session_id(token))
    except Exception as error:  # a token from outside can be broken in every way
        raise HTTPError(HTTPStatus.FORBIDDEN) from error


def _refused(handler: RequestHandler, error: AccessError) -> Finish:
    handler.set_status(HTTPStatus.FORBIDDEN)
    handler.set_header("Content-Type", "text/html; charset=utf-8")
    handler.finish(refusal_page(error))
    return Finish()

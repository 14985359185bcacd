"""The guard: every door asks it who comes, and Bokeh's handlers learn from it who was let in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from bokeh.server.auth_provider import AuthProvider
from bokeh.util.token import get_session_id
from tornado.web import Finish, HTTPError, RequestHandler

from apps.auth.sign_in import refusal_page
from apps.auth.visitor import COOKIE, Visitor, origin_of
from apps.doors import SIGN_IN
from apps.lock.watch import SessionWatch
from apps.page import Page
from apps.site import Site
from workbench.access import require
from workbench.errors import AccessError, SessionEndedError


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
    def login_url(self) -> str:
        """Where a request without a session is sent."""
        return SIGN_IN

    @property
    def get_user_async(self) -> Callable[[RequestHandler], Awaitable[str | None]]:
        """The function by which Bokeh asks who was let in; it lets nobody in by itself."""
        return self._admitted

    @property
    def public_origin(self) -> str | None:
        """The origin by which browsers reach the pages, if it is set."""
        return self._site.public_origin

    @property
    def session_watch(self) -> SessionWatch:
        """What knows who may still see the page that they have open."""
        return self._site.session_watch

    async def admit(
        self, handler: RequestHandler, page: Page | None, *, acting: bool
    ) -> str | None:
        """Return who comes with a request, or ``None`` if nobody is signed in.

        Parameters
        ----------
        page
            Whose action the person must be allowed to do; without one, a session is enough.
        acting
            Whether a person asks; what a page asks by itself keeps no session alive.

        Raises
        ------
        tornado.web.Finish
            If they may not; they have been told so.
        tornado.web.HTTPError
            If the request names a document of somebody else.
        """
        token = handler.get_cookie(self._site.cookie_name(COOKIE))
        if not token:
            return None
        try:
            visitor, username = await self._site.in_background(
                self._admit, handler, token, page, acting=acting
            )
        except SessionEndedError:
            return None
        except AccessError as error:
            raise _refused(handler, error) from error
        self._site.know(visitor.session, username)
        if not self._owns(handler, visitor):
            raise HTTPError(HTTPStatus.FORBIDDEN)
        handler.current_user = username
        # Bokeh hands the request on to the page function, which finds the visitor in it.
        handler.request.visitor = visitor  # type: ignore[attr-defined]
        handler.request.username = username  # type: ignore[attr-defined]
        return username

    async def _admitted(self, handler: RequestHandler) -> str | None:
        return getattr(handler.request, "username", None)

    def _admit(
        self, handler: RequestHandler, token: str, page: Page | None, *, acting: bool
    ) -> tuple[Visitor, str]:
        runtime = self._site.runtime
        origin = origin_of(handler.request, runtime.settings.trusted_proxies)
        actor = runtime.sessions.actor_of(token, origin, acting=acting)
        if page is not None:
            at = runtime.clock()
            require(actor, page.action, policy=runtime.policy, audit=runtime.audit, at=at)
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

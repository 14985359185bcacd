"""The list of what the pages' server answers; anything else is refused before any code runs.

Panel and Bokeh bring handlers of their own, some of which import what an address names. So the
server's own route table is not used: each request goes to a door of this list, with the
door's guard in front of it, or is refused. What is added to the server later is not on the list.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import urlencode

from bokeh.server.views.ico_handler import IcoHandler
from bokeh.server.views.multi_root_static_handler import MultiRootStaticHandler
from bokeh.server.views.static_handler import StaticHandler
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import PathMatches, ReversibleRuleRouter, Rule
from tornado.web import Application, HTTPError, RequestHandler

from apps.lock.page import LockedHandler, PageHandler
from apps.lock.sockets import PageSocket, WatchSocket
from apps.page import Page
from apps.site import Site
from workbench.errors import ConfigurationError

SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"

_NAME = r"(?:[A-Za-z0-9_@-]|%5E)(?:[A-Za-z0-9_.@-]|%5E)*"
_FILE = rf"((?:{_NAME}/)*{_NAME}\.(?:css|ico|js|png|svg|woff2?))"
"""No part begins with a dot, and nothing is hidden in an escape."""
_READ = frozenset({"GET", "HEAD"})
_OF_BOKEH = ("bokeh-session-id", "bokeh-token")


class Guard(StrEnum):
    """Who comes through a door."""

    NOBODY = "whoever comes; it tells nothing"
    SESSION = "whoever has a live session"
    PAGE = "whoever has a live session and may do what the page needs"


@dataclass(frozen=True, slots=True)
class Door:
    """One kind of request that is answered.

    Attributes
    ----------
    path
        Regular expression of the whole address as it was sent, escapes and all.
    handler
        What answers.
    guard
        Who comes through.
    methods
        The HTTP methods that are answered.
    arguments
        Given to the handler; those of Panel's own handlers come from its server.
    page
        Whose door it is, where the guard asks for the page's action.
    leads_to_sign_in
        Whether somebody without a session is led to the sign-in; otherwise they are refused.
    acting
        Whether it is a person who asks; what pages ask by themselves keeps no session alive.
    """

    path: str
    handler: type[RequestHandler]
    guard: Guard
    methods: frozenset[str] = _READ
    arguments: Mapping[str, Any] | None = field(default=None, repr=False)
    page: Page | None = None
    leads_to_sign_in: bool = False
    acting: bool = False

    def __post_init__(self) -> None:
        """Let only doors be made that can be guarded."""
        if (self.guard is Guard.PAGE) != (self.page is not None):
            raise ConfigurationError("A door of a page names it, and no other", given=self.path)


def doors_to_pages(site: Site, pages: Sequence[Page]) -> tuple[Door, ...]:
    """Return the doors to the pages: their HTML, sockets and files, and what takes their place."""
    own = [
        door
        for page in pages
        for door in (
            Door(
                f"/{page.address}", PageHandler, Guard.PAGE, frozenset({"GET"}),
                page=page, leads_to_sign_in=True, acting=True,
            ),
            Door(f"/{page.address}/ws", PageSocket, Guard.PAGE, frozenset({"GET"}), page=page),
            Door(
                f"/{page.address}/watch", WatchSocket, Guard.PAGE, frozenset({"GET"}),
                arguments={"site": site}, page=page,
            ),
        )
    ]  # fmt: skip
    return (
        *own,
        Door("/locked", LockedHandler, Guard.NOBODY, frozenset({"GET"}), arguments={"site": site}),
        Door(r"/favicon\.ico", IcoHandler, Guard.NOBODY),
        Door(rf"/static/extensions/{_FILE}", MultiRootStaticHandler, Guard.SESSION),
        Door(rf"/static/(?!extensions/){_FILE}", StaticHandler, Guard.SESSION),
    )


class ClosedHandler(RequestHandler):
    """Refuses whatever is not on the list, whoever asks and by whichever method."""

    def check_xsrf_cookie(self) -> None:
        """Ask for no token: there is nothing that it could open."""

    def prepare(self) -> NoReturn:
        """Refuse."""
        raise HTTPError(HTTPStatus.FORBIDDEN)


class DoorRouter(ReversibleRuleRouter):
    """Finds the door of a request; takes the place of the server's route table.

    Parameters
    ----------
    application
        The server's, with the handlers that Panel and Bokeh brought.
    doors
        All that is answered.
    """

    def __init__(self, application: Application, doors: Sequence[Door]) -> None:
        super().__init__([_rule(application, door) for door in doors])
        self.doors = tuple(doors)
        self._application = application
        # A rule that somebody adds to `rules` afterwards opens nothing.
        self._open = tuple(self.rules)

    def find_handler(self, request: HTTPServerRequest, **_: Any) -> HTTPMessageDelegate:
        """Return what answers a request: a door's guarded handler, or the refusal."""
        for rule in self._open:
            match = rule.matcher.match(request)
            if match is not None:
                return self._application.get_handler_delegate(
                    request, rule.target, rule.target_kwargs, **match
                )
        return self._application.get_handler_delegate(request, ClosedHandler)


def shut_side_doors(application: Application, doors: Sequence[Door]) -> None:
    """Answer through the doors alone.

    Raises
    ------
    ConfigurationError
        If Panel or Bokeh lacks a handler that a door leads to.
    """
    router = DoorRouter(application, doors)
    application.default_router = router
    application.wildcard_router = router


class Guarded:
    """Asks a door's guard before the handler that it is mixed into does anything."""

    door: Door

    async def prepare(self: Any) -> None:
        """Let nobody in whom the door is shut to."""
        door, request = self.door, self.request
        if request.method not in door.methods:
            raise HTTPError(HTTPStatus.METHOD_NOT_ALLOWED)
        if door.guard is not Guard.NOBODY:
            user = await self.application.auth_provider.admit(self, door.page, acting=door.acting)
            if user is None:
                self._refuse_nobody()
                return
        if door.page is not None and any(name in request.arguments for name in _OF_BOKEH):
            # Which document is meant says the page's own socket, and nobody else.
            raise HTTPError(HTTPStatus.FORBIDDEN)
        further = super().prepare()  # type: ignore[misc]
        if inspect.isawaitable(further):
            await further

    def _refuse_nobody(self: Any) -> None:
        if not self.door.leads_to_sign_in:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        self.redirect(f"{SIGN_IN}?{urlencode({'next': self.request.uri})}")


def _rule(application: Application, door: Door) -> Rule:
    arguments = door.arguments
    if arguments is None:
        arguments = _arguments_of(application, door)
    named = {"__module__": door.handler.__module__, "door": door}
    target = type(door.handler.__name__, (Guarded, door.handler), named)
    return Rule(PathMatches(door.path), target, dict(arguments))


def _arguments_of(application: Application, door: Door) -> Mapping[str, Any]:
    """Return what the server itself would give to its handler."""
    example = _example(door)
    for rule in application.wildcard_router.rules:
        known: Callable[[str], Any] = rule.matcher.regex.match
        if issubclass(door.handler, rule.target) and known(example):
            return rule.target_kwargs
    raise ConfigurationError(
        "Panel and Bokeh do not serve what the pages need",
        given=f"{door.path}, {door.handler.__name__}",
        next_step="install the versions of constraints.txt",
    )


def _example(door: Door) -> str:
    if door.handler is MultiRootStaticHandler:
        return "/static/extensions/panel/x.js"
    if door.handler is StaticHandler:
        return "/static/x.js"
    return door.path.replace("\\", "")

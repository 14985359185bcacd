"""The sign-in and sign-out pages: plain HTML without scripts, one answer for whatever was wrong."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tornado.template import Loader
from tornado.web import RequestHandler

from apps.auth.visitor import COOKIE, Visitor, origin_of
from apps.site import Site
from workbench.access.sessions import SignedIn
from workbench.errors import BusyError, SessionEndedError, SignInError, WorkbenchError

_TEMPLATES = Path(__file__).parent / "templates"


class SignInHandler(RequestHandler):
    """Shows the banner and asks for name, password and code."""

    def initialize(self, site: Site) -> None:
        """Take the open workbench."""
        self._site = site

    def get(self) -> None:
        """Show the form."""
        self._show()

    async def post(self) -> None:
        """Begin a session, or say that something was wrong."""
        site = self._site
        username = self.get_body_argument("username", "")
        origin = origin_of(self.request, site.runtime.settings.trusted_proxies)
        try:
            begun: SignedIn = await site.sign_ins.run(
                username,
                origin,
                lambda: site.runtime.sign_in.sign_in(
                    username,
                    self.get_body_argument("password", "", strip=False),
                    self.get_body_argument("code", ""),
                    origin=origin,
                    acknowledged=self.get_body_argument("acknowledged", "") == "yes",
                ),
            )
        except SignInError as error:
            self.set_status(HTTPStatus.UNAUTHORIZED)
            self._show(error=error)
            return
        except BusyError as error:
            self.set_status(HTTPStatus.TOO_MANY_REQUESTS)
            self.set_header("Retry-After", str(error.retry_after_s))
            self._show(error=error)
            return
        name, secure = site.cookie_name(COOKIE), site.over_tls
        self.set_cookie(name, begun.token, httponly=True, samesite="Strict", secure=secure)
        self.redirect(local_address(self.get_body_argument("next", "/")))

    def _show(self, *, error: WorkbenchError | None = None) -> None:
        self.write(
            rendered(
                "sign_in.html",
                department=self._site.runtime.policy.department.name.value,
                banner=self._site.runtime.sign_in.banner,
                error=error,
                username=self.get_argument("username", ""),
                next=local_address(self.get_argument("next", "/")),
                xsrf=self.xsrf_form_html(),
            )
        )


class SignOutHandler(RequestHandler):
    """Ends the session; a link from a foreign page cannot do it without the person's own click."""

    def initialize(self, site: Site) -> None:
        """Take the open workbench."""
        self._site = site

    async def get(self) -> None:
        """End it when our own page asks, else ask back."""
        if self.request.headers.get("Sec-Fetch-Site") == "same-origin":
            await self.post()
            return
        self.write(rendered("sign_out.html", xsrf=self.xsrf_form_html()))

    async def post(self) -> None:
        """End it."""
        name = self._site.cookie_name(COOKIE)
        token = self.get_cookie(name)
        if token:
            runtime = self._site.runtime
            origin = origin_of(self.request, runtime.settings.trusted_proxies)
            visitor = Visitor(runtime.sessions, token, origin, "")
            with suppress(SessionEndedError):  # then what was asked for has come about already
                await self._site.in_background(visitor.leave)
        self.clear_cookie(name, samesite="Strict", httponly=True, secure=self._site.over_tls)
        self.redirect("/sign-in")


def refusal_page(error: WorkbenchError) -> bytes:
    """Return the page for a signed-in person who may not do what was asked."""
    return rendered("refused.html", error=error)


def rendered(name: str, **values: Any) -> bytes:
    """Return a page of the templates, with what it is given made harmless."""
    return Loader(str(_TEMPLATES)).load(name).generate(**values)


def local_address(address: str) -> str:
    """Return an address on these pages, or the first page for anything that leads elsewhere."""
    parts = urlsplit(address)
    plain = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if plain and not (parts.scheme or parts.netloc) else "/"

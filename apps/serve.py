"""Serves the pages: ``python -m apps.serve``, started by ``workbench up``."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import holoviews as hv
import panel as pn
from bokeh.server.server import Server

from apps.auth.headers import SecurityHeaders, TlsHeaders
from apps.auth.provider import PagesAuth
from apps.auth.sign_in import SignInHandler, SignOutHandler
from apps.auth.visitor import COOKIE, XSRF
from apps.connections import bound_connections, connection_deadlines
from apps.doors import SIGN_IN, SIGN_OUT, Door, Guard, doors_to_pages, shut_side_doors
from apps.ground import Ground, load_roads
from apps.handlers import HomeHandler, TileHandler
from apps.page import Page, check_pages
from apps.pages import PAGES
from apps.repairs import repair_panel
from apps.session import open_page_session
from apps.site import Site, open_site
from workbench.runtime import open_runtime
from workbench.settings import load_settings, refuse_other_roles
from workbench.views.detections_map import warm_up

_MAX_MESSAGE_BYTES = 1_048_576
_UNUSED_EVERY_MS = 3_000
"""How often documents are looked for that nobody is connected to any more."""


def make_server(site: Site, *, host: str, port: int, pages: Sequence[Page] = PAGES) -> Server:
    """Return a server of the pages, not yet started.

    Parameters
    ----------
    site
        The open workbench.
    host, port
        Where it listens; port 0 takes a free one.
    pages
        What is served.

    Raises
    ------
    ConfigurationError
        If a page does not say what a person must be allowed to do.
    """
    check_pages(pages)
    repair_panel()
    if "bokeh" not in hv.Store.renderers:
        hv.extension("bokeh")
    pn.extension()
    server = pn.serve(
        {page.address: _made(site, page, pages) for page in pages},
        # The template's own title is not what browsers show in their tabs.
        title={page.address: f"{page.title} - ALPR Workbench" for page in pages},
        port=port,
        address=host,
        websocket_origin=_origins(site, host, port),
        auth_provider=PagesAuth(site),
        transforms=[TlsHeaders if site.over_tls else SecurityHeaders],
        use_index=False,
        secret_key=secrets.token_bytes(32),
        sign_sessions=True,
        xsrf_cookies=True,
        xsrf_cookie_name=site.cookie_name(XSRF),
        xsrf_cookie_kwargs={"httponly": True, "samesite": "Strict", "secure": site.over_tls},
        exclude_cookies=[site.cookie_name(name) for name in (COOKIE, XSRF)],
        exclude_headers=["Cookie", "Authorization"],
        check_unused_sessions_milliseconds=_UNUSED_EVERY_MS,
        websocket_max_message_size=_MAX_MESSAGE_BYTES,
        http_server_kwargs={
            "max_body_size": _MAX_MESSAGE_BYTES,
            **connection_deadlines(site.runtime),
        },
        show=False,
        start=False,
        verbose=False,
    )
    # Bokeh names its application nowhere else.
    application = server._tornado  # noqa: SLF001 - see above
    shut_side_doors(application, (*doors_to_pages(site, pages), *_own_doors(site, pages)))
    bound_connections(server._http, site.runtime)  # noqa: SLF001 - Bokeh makes it itself
    return server


def _own_doors(site: Site, pages: Sequence[Page]) -> tuple[Door, ...]:
    given = {"site": site}
    tile = r"/tiles/(\d{1,2})/(\d{1,7})/(\d{1,7})\.png"
    form = frozenset({"GET", "POST"})
    return (
        Door(
            "/", HomeHandler, Guard.SESSION, frozenset({"GET"}),
            arguments={**given, "pages": pages}, leads_to_sign_in=True, acting=True,
        ),
        Door(tile, TileHandler, Guard.SESSION, frozenset({"GET"}), arguments=given),
        Door(SIGN_IN, SignInHandler, Guard.NOBODY, form, arguments=given),
        Door(SIGN_OUT, SignOutHandler, Guard.NOBODY, form, arguments=given),
    )  # fmt: skip


def _made(site: Site, page: Page, pages: Sequence[Page]) -> Any:
    # Panel looks at the name of what it is given, so a `partial` will not do.
    def made() -> Any:
        return page.make(open_page_session(site, page, pages))

    return made


def _origins(site: Site, host: str, port: int) -> list[str]:
    public = urlsplit(site.runtime.settings.pages_url or "").netloc
    here = [f"{name}:{port}" for name in {host, "127.0.0.1", "localhost"}]
    return [*here, public] if public else here


def main() -> None:
    """Open the workbench and serve until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    settings = load_settings()
    refuse_other_roles(settings)
    with open_runtime(settings) as runtime:
        area = runtime.policy.department.area.value
        with open_site(runtime, Ground(load_roads(settings.home), area=area)) as site:
            warm_up()
            server = make_server(site, host=settings.host, port=settings.pages_port)
            server.run_until_shutdown()


if __name__ == "__main__":
    main()

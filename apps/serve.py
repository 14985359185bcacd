"""Serves the pages: ``python -m apps.serve``, started by ``workbench up``."""

from __future__ import annotations

import logging
import secrets
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import holoviews as hv
import panel as pn
from bokeh.server.server import Server

from apps.auth.headers import SecurityHeaders
from apps.auth.provider import PagesAuth
from apps.auth.visitor import COOKIE
from apps.canvass.page import canvass_page
from apps.ground import Ground, load_roads
from apps.handlers import HomeHandler, TileHandler
from apps.hits.page import hits_page
from apps.inquiry.approvals_page import approvals_page
from apps.repairs import repair_panel
from apps.search.page import search_page
from apps.session import TITLES
from apps.site import Site, open_site
from workbench.runtime import open_runtime
from workbench.settings import load_settings
from workbench.views.detections_map import warm_up

PAGES = {
    "search": search_page,
    "canvass": canvass_page,
    "approvals": approvals_page,
    "hits": hits_page,
}
_MAX_MESSAGE_BYTES = 1_048_576


def make_server(site: Site, *, host: str, port: int) -> Server:
    """Return a server of the pages, not yet started.

    Parameters
    ----------
    site
        The open workbench.
    host, port
        Where it listens; port 0 takes a free one.
    """
    repair_panel()
    if "bokeh" not in hv.Store.renderers:
        hv.extension("bokeh")
    pn.extension()
    return pn.serve(
        {page: _named(partial(make, site)) for page, make in PAGES.items()},
        # The template's own title is not what browsers show in their tabs.
        title={page: f"{TITLES[page]} - ALPR Workbench" for page in PAGES},
        port=port,
        address=host,
        websocket_origin=_origins(site, host, port),
        auth_provider=PagesAuth(site),
        extra_patterns=[
            (r"/", HomeHandler, {"site": site}),
            (r"/tiles/(\d{1,2})/(\d{1,7})/(\d{1,7})\.png", TileHandler, {"site": site}),
        ],
        transforms=[SecurityHeaders],
        use_index=False,
        secret_key=secrets.token_bytes(32),
        sign_sessions=True,
        xsrf_cookies=True,
        xsrf_cookie_kwargs={"httponly": True, "samesite": "Strict", "secure": site.over_tls},
        exclude_cookies=[COOKIE, "_xsrf"],
        exclude_headers=["Cookie", "Authorization"],
        websocket_max_message_size=_MAX_MESSAGE_BYTES,
        http_server_kwargs={"max_body_size": _MAX_MESSAGE_BYTES},
        show=False,
        start=False,
        verbose=False,
    )


def _named(make: Any) -> Any:
    def page() -> Any:
        return make()

    return page


def _origins(site: Site, host: str, port: int) -> list[str]:
    public = urlsplit(site.runtime.settings.pages_url or "").netloc
    here = [f"{name}:{port}" for name in {host, "127.0.0.1", "localhost"}]
    return [*here, public] if public else here


def main() -> None:
    """Open the workbench and serve until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    settings = load_settings()
    with open_runtime(settings) as runtime:
        area = runtime.policy.department.area.value
        with open_site(runtime, Ground(load_roads(settings.home), area=area)) as site:
            warm_up()
            server = make_server(site, host=settings.host, port=settings.pages_port)
            server.run_until_shutdown()


if __name__ == "__main__":
    main()

"""Our own requests beside the pages: map tiles, and the way to a person's first page."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from tornado.web import HTTPError, RequestHandler

from apps.auth.sign_in import refusal_page
from apps.page import Page
from apps.site import Site
from workbench.access import decide
from workbench.errors import DeniedError, PlaceError

_DAY_S = 86_400


class TileHandler(RequestHandler):
    """Answers ``/tiles/ZOOM/COLUMN/ROW.png`` to whoever is signed in."""

    def initialize(self, site: Site) -> None:
        """Take the open workbench."""
        self._site = site

    async def get(self, zoom: str, column: str, row: str) -> None:
        """Answer one tile; the browser keeps it for a day, streets are no secret."""
        try:
            png = await self._site.in_background(
                self._site.ground.tile, int(zoom), int(column), int(row)
            )
        except PlaceError as error:
            raise HTTPError(HTTPStatus.NOT_FOUND) from error
        self.set_header("Content-Type", "image/png")
        self.set_header("Cache-Control", f"private, max-age={_DAY_S}")
        self.write(png)


class HomeHandler(RequestHandler):
    """Leads to the first page that the person may use."""

    def initialize(self, site: Site, pages: Sequence[Page]) -> None:
        """Take the open workbench and the list of pages."""
        self._site = site
        self._pages = pages

    async def get(self) -> None:
        """Redirect, or say why there is no page for this person."""
        runtime = self._site.runtime
        visitor = self.request.visitor  # type: ignore[attr-defined]
        actor = await self._site.in_background(visitor.actor)
        at = runtime.clock()
        decisions = {
            page.address: decide(actor.person, page.action, policy=runtime.policy, at=at)
            for page in self._pages
        }
        page = next((page for page, decision in decisions.items() if decision.allowed), None)
        if page is not None:
            self.redirect(f"/{page}")
            return
        reason = next(iter(decisions.values())).reason.removesuffix(".")
        self.set_status(HTTPStatus.FORBIDDEN)
        self.write(refusal_page(DeniedError(reason, next_step="ask an ALPR administrator")))

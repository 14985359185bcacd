"""The two websockets of a page: Panel's own, and the one by which the page is watched."""

from __future__ import annotations

import time
from typing import Any

from panel.io.server import WSHandler
from tornado.web import RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from apps.lock.watch import SessionWatch, Watched
from apps.site import Site

LIVES = "."
ACTIVE = "a"
OVER_CODE = 4401
"""Of a socket that was closed because its page was taken away; 4000 and up are for applications."""

_ACTIVE_EVERY_S = 0.5
_LEAVE_S = 0.5


class PageSocket(WSHandler):
    """Panel's websocket, which answers only those who may see the page at that moment."""

    door: Any
    _watched: Watched | None = None

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Watch whoever opens it."""
        self._watched = _watch(self).join(self.request.visitor, self.door.page, self._told)
        return super().open(*args, **kwargs)

    async def on_message(self, fragment: str | bytes) -> None:
        """Take a message once it is sure that the person may see the page."""
        watched = self._watched
        if watched is not None and await _watch(self).assured(watched):
            await super().on_message(fragment)

    def on_close(self) -> None:
        """Watch no longer."""
        if self._watched is not None:
            _watch(self).leave(self._watched)
        super().on_close()

    def _told(self, why: str) -> None:
        if not why:
            return
        if self.connection is not None:
            # What was found goes with the document as soon as nobody is connected to it.
            self.connection.session.request_expiration()
        # Nothing is answered from now on; the page hears why first, and leaves by itself.
        self.application.io_loop.call_later(_LEAVE_S, self.close, OVER_CODE, why)


class WatchSocket(WebSocketHandler):
    """Tells a page each second that it lives, or why it is taken away; hears of its person."""

    door: Any
    _watched: Watched | None = None

    def initialize(self, site: Site) -> None:
        """Take the open workbench."""
        self._site = site
        self._heard_s = 0.0

    def check_origin(self, origin: str) -> bool:
        """Let our own pages in, by the same rule as Panel's websocket."""
        return bool(WSHandler.check_origin(self, origin))

    def open(self, *_args: str, **_kwargs: str) -> None:
        """Watch whoever opens it."""
        visitor = self.request.visitor  # type: ignore[attr-defined]
        self._watched = self._site.session_watch.join(visitor, self.door.page, self._told)

    async def on_message(self, message: str | bytes) -> None:
        """Count what the person does at the page as activity of their session."""
        now_s = time.monotonic()
        watched = self._watched
        if message != ACTIVE or watched is None or now_s - self._heard_s < _ACTIVE_EVERY_S:
            return
        self._heard_s = now_s
        await self._site.session_watch.assured(watched)
        if not watched.over:
            await self._site.in_background(watched.visitor.acted)

    def on_close(self) -> None:
        """Watch no longer."""
        if self._watched is not None:
            self._site.session_watch.leave(self._watched)

    def _told(self, why: str) -> None:
        try:
            self.write_message(why or LIVES)
        except WebSocketClosedError:
            return
        if why:
            self.close(OVER_CODE, why)


def _watch(handler: RequestHandler) -> SessionWatch:
    watch: SessionWatch = handler.application.auth_provider.session_watch  # type: ignore[attr-defined]
    return watch

"""A page's HTML with what conceals it, and the screen that takes a page's place."""

from __future__ import annotations

import re
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from panel.io.server import DocHandler
from tornado.web import RequestHandler

from apps.auth.headers import page_policy
from apps.auth.sign_in import local_address, rendered
from apps.lock.watch import ENDED, ROLE
from apps.site import Site

_FOLDER = Path(__file__).parent
_NONCE_BYTES = 16
_SCRIPT = re.compile(r"<script(?=[\s>])")


class PageHandler(DocHandler):
    """Panel's page, which conceals itself, with a content policy of its own."""

    door: Any

    def write(self, chunk: str | bytes | dict[str, Any]) -> None:
        """Put what conceals the page first in its head, and let its own scripts run alone."""
        if isinstance(chunk, str):
            nonce = secrets.token_urlsafe(_NONCE_BYTES)
            self.set_header("Content-Security-Policy", page_policy(nonce, self._socket_origin()))
            chunk = chunk.replace("<head>", f"<head>{_concealing()}", 1)
            # Panel writes its scripts from fixed templates; nothing of a person is in the HTML.
            chunk = _SCRIPT.sub(f'<script nonce="{nonce}"', chunk)
        super().write(chunk)

    def _socket_origin(self) -> str:
        """Return where the page's websockets are, as the settings say it and not the request."""
        public = self.application.auth_provider.public_origin
        return "'self'" if public is None else public.replace("http", "ws", 1)


class LockedHandler(RequestHandler):
    """Stands where a page was: a pattern, why, and the way back by signing in."""

    def initialize(self, site: Site) -> None:
        """Take the open workbench."""
        self._site = site

    def get(self) -> None:
        """Show it; what the address says of why is one of a few words."""
        rules = self._site.runtime.policy.sign_in
        told = {
            "absolute": f"Your session lasted {rules.session_hours.value} hours, "
            "which is the longest",
            "account": "Your account is disabled",
            "credentials": "Your password or second factor was changed",
            "idle": f"Nothing was done for {rules.idle_minutes.value} minutes",
            "sign_out": "You signed out",
            ROLE: "You may not see this page any more",
            ENDED: "Your session has ended",
        }
        self.write(
            rendered(
                "locked.html",
                why=told.get(self.get_argument("why", ENDED), told[ENDED]),
                next=local_address(self.get_argument("next", "/")),
            )
        )


@cache
def _concealing() -> str:
    style = (_FOLDER / "lock.css").read_text(encoding="utf-8")
    script = (_FOLDER / "lock.js").read_text(encoding="utf-8")
    return f"<style>{style}</style><script>{script}</script>"

"""A page's HTML with what conceals it, and the screen that takes a page's place."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from panel.io.server import DocHandler
from tornado.web import RequestHandler

from apps.auth.sign_in import SCRIPTLESS, local_address, rendered
from apps.lock.watch import ENDED, ROLE
from apps.site import Site

_FOLDER = Path(__file__).parent


class PageHandler(DocHandler):
    """Panel's page, which conceals itself."""

    def write(self, chunk: str | bytes | dict[str, Any]) -> None:
        """Put what conceals the page before everything else in its head."""
        if isinstance(chunk, str):
            chunk = chunk.replace("<head>", f"<head>{_concealing()}", 1)
        super().write(chunk)


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
        self.set_header("Content-Security-Policy", SCRIPTLESS)
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

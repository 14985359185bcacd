"""The frame around every page: who is here, where else to go, and the way out."""

from __future__ import annotations

from typing import Any

import panel as pn
import panel_material_ui as pmui

from apps.parts.look import BRAND, THEME
from apps.parts.markup import text
from apps.session import PageSession

_NAV_CSS = """
:host { width: 100%; font: 14px/1.3 Roboto, "Segoe UI", Arial, sans-serif; }
.bar { display: flex; align-items: center; gap: 4px; width: 100%; color: #fff; }
nav { display: flex; gap: 2px; margin: 0 auto 0 20px; }
a { color: #fff; text-decoration: none; padding: 8px 14px; border-radius: 6px; }
nav a { font-weight: 500; opacity: .86; } nav a:hover, .out:hover { background: #ffffff1f; }
nav a[aria-current=page] { background: #ffffff29; opacity: 1; }
a:focus-visible { outline: 3px solid #8fc0f2; }
.who { text-align: right; padding: 0 8px; line-height: 1.2; white-space: nowrap; }
.who b { font-weight: 500; display: block; } .who span { font-size: 12px; opacity: .85; }
.out { border: 1px solid #ffffff66; padding: 6px 12px; }
"""
SIDEBAR_PX = 320


class Shell:
    """One page of one session.

    Parameters
    ----------
    session
        Of the person who opens it.
    """

    def __init__(self, session: PageSession) -> None:
        self._session = session
        self._header = pn.pane.HTML(
            self._links(""), stylesheets=[_NAV_CSS], sizing_mode="stretch_width", margin=0
        )
        self.page = pmui.Page(
            title="ALPR Workbench",
            meta_title=f"{session.page.title} - ALPR Workbench",
            header=[self._header],
            sidebar_width=SIDEBAR_PX,
            sidebar_resizable=False,
            sidebar_variant="persistent",
            theme_toggle=False,
            theme_config=THEME,
            busy_indicator=None,
            sx={"& .MuiAppBar-root": {"backgroundColor": BRAND}},
        )

    def fill(self, *, sidebar: list[Any], main: list[Any]) -> pmui.Page:
        """Put the parts in their places and return the page."""
        self.page.sidebar = sidebar
        self.page.main = main
        return self.page

    def carry(self, inquiry: str | None) -> None:
        """Let the links to the other pages carry the chosen inquiry."""
        self._header.object = self._links(f"?inquiry={inquiry}" if inquiry else "")

    def _links(self, query: str) -> str:
        active, person = self._session.page.address, self._session.person
        links = "".join(
            f'<a href="/{text(page)}{text(query)}"'
            f"{' aria-current=page' if page == active else ''}>{text(title)}</a>"
            for page, title in self._session.pages.items()
        )
        who = f"<b>{text(person.display_name)}</b><span>{text(person.title)}</span>"
        return (
            f'<div class="bar"><nav aria-label="Pages">{links}</nav>'
            f'<div class="who">{who}</div><a class="out" href="/sign-out">Sign out</a></div>'
        )

"""The entry of the Search page: one state and one view for each session that opens it."""

from __future__ import annotations

from functools import partial
from typing import Any

import panel as pn

from apps.inquiry.view import InquiryView
from apps.parts.place_state import PlaceState
from apps.parts.shell import Shell
from apps.search.state import SearchState
from apps.search.view import SearchView
from apps.session import PageSession


def search_page(session: PageSession) -> Any:
    """Return the page for the session that asks for it."""
    site = session.site
    desk = session.desk()
    state = SearchState(
        visitor=session.visitor,
        door=site.runtime.door,
        desk=desk,
        place=PlaceState(),
        zone=site.zone,
        limit=site.runtime.policy.search.default_limit.value,
    )
    shell = Shell(session)
    inquiry = InquiryView(site, desk)
    view = SearchView(site, state, inquiry)
    desk.param.watch(lambda event: shell.carry(event.new and str(event.new.id)), "current")
    pn.state.onload(partial(view.load, session.inquiry))
    return shell.fill(sidebar=view.sidebar, main=view.main)

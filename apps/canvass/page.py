"""The entry of the Canvass page: one state and one view for each session that opens it."""

from __future__ import annotations

from functools import partial
from typing import Any

import panel as pn

from apps.canvass.state import CanvassState
from apps.canvass.view import CanvassView
from apps.inquiry.view import InquiryView
from apps.parts.place_state import CIRCLE, PlaceState
from apps.parts.shell import Shell
from apps.session import PageSession


def canvass_page(session: PageSession) -> Any:
    """Return the page for the session that asks for it."""
    site = session.site
    minutes = site.runtime.policy.search.canvass_default_minutes.value
    desk = session.desk()
    state = CanvassState(
        visitor=session.visitor,
        door=site.runtime.door,
        desk=desk,
        place=PlaceState(shape=CIRCLE),
        zone=site.zone,
        before_min=minutes,
        after_min=minutes,
    )
    shell = Shell(session)
    view = CanvassView(site, state, InquiryView(site, desk))
    desk.param.watch(lambda event: shell.carry(event.new and str(event.new.id)), "current")
    pn.state.onload(partial(view.load, session.inquiry))
    return shell.fill(sidebar=view.sidebar, main=view.main)

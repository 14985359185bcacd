"""The entry of the Hits page: one state and one view for each session that opens it."""

from __future__ import annotations

from functools import partial
from typing import Any

import panel as pn

from apps.hits.state import HitsState
from apps.hits.view import HitsView
from apps.parts.shell import Shell
from apps.session import PageSession
from workbench.access import Action, decide

_ACTS = (Action.HITS_HANDLE, Action.HITS_CONFIRM, Action.HITS_REVIEW, Action.HITS_SCORE)


def hits_page(session: PageSession) -> Any:
    """Return the page for the session that asks for it."""
    site, runtime = session.site, session.site.runtime
    state = HitsState(
        visitor=session.visitor,
        hits=runtime.hits,
        hit_board=runtime.board,
        door=runtime.hit_door,
        policy=runtime.policy,
        clock=runtime.clock,
    )
    at = runtime.clock()
    may = frozenset(
        action
        for action in _ACTS
        if decide(session.person, action, policy=runtime.policy, at=at).allowed
    )
    view = HitsView(site, state, username=session.person.username, may=may)
    shell = Shell(session)
    pn.state.onload(partial(view.load, session.hit))
    return shell.fill(sidebar=[], main=view.main)

"""Keeps one open page up to date: looks again when something changed, and says when it cannot."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from panel.io import PeriodicCallback

from apps.hits.parts import Bell
from apps.hits.state import HitsState
from apps.hits.watching import Pulse
from apps.site import Site
from workbench.errors import AccessError, WorkbenchError
from workbench.hotlists.hits.board import Stamp

_log = logging.getLogger(__name__)

_TICK_MS = 250
_BEAT_S = 2.0
_DRAW_S = 5.0
_AGAIN_S = 5.0
"""A look that failed is logged as failed: it is not tried again each quarter of a second."""


class PageWatcher:
    """Runs for as long as the page is open.

    Parameters
    ----------
    look
        Looks again and draws; called when there is something new.
    draw
        Draws what is known again: what was due becomes overdue without anything happening.
    """

    def __init__(
        self,
        site: Site,
        state: HitsState,
        bell: Bell,
        *,
        look: Callable[[], Awaitable[None]],
        draw: Callable[[], None],
    ) -> None:
        self._site = site
        self._state = state
        self._bell = bell
        self._look = look
        self._draw = draw
        self._drawn_s = 0.0
        self._stamp: Stamp | None = None
        self._not_before_s = 0.0
        self._beat_s = 0.0
        self._over = False
        self._failed = ""
        # In the background: a page that is alive is not a page that is busy.
        self._callback = PeriodicCallback(
            callback=self._tick, period=_TICK_MS, log=False, background=True
        )

    def start(self) -> None:
        """Begin; Panel ends it with the page."""
        self._callback.start()

    def look_anyway(self) -> None:
        """Look again at the next tick, whether or not something changed."""
        self._stamp, self._not_before_s = None, 0.0

    async def _tick(self) -> None:
        try:
            await self._once()
        except AccessError as error:
            self._end(error)
        except WorkbenchError as error:
            self._fail(error.what)
        except Exception:  # noqa: BLE001 - the page says that it is not live, and goes on
            _log.exception("The hits could not be looked at")
            self._fail("something went wrong on our side")

    async def _once(self) -> None:
        if self._over:
            return
        now_s = time.monotonic()
        pulse = self._site.hit_watch.pulse()
        if pulse.live and pulse.stamp != self._stamp and now_s >= self._not_before_s:
            # Not before it has succeeded: a change during the look is one more look.
            await self._look()
            self._stamp, self._failed, self._drawn_s = pulse.stamp, "", now_s
        elif now_s - self._drawn_s >= _DRAW_S:
            self._drawn_s = now_s
            self._draw()
        self._say(pulse, now_s)

    def _say(self, pulse: Pulse, now_s: float) -> None:
        lost = not pulse.live and not pulse.waiting
        why = self._failed or ("the database does not answer" if lost else "")
        said: dict[str, Any] = {"live": pulse.live and not why, "why": why}
        if why and self._bell.live and pulse.since is not None:
            said["since"] = f"{pulse.since.astimezone(self._site.zone):%H:%M:%S}"
        if now_s - self._beat_s >= _BEAT_S:
            self._beat_s = now_s
            said["beat"] = self._bell.beat + 1
        changed = {
            name: value for name, value in said.items() if getattr(self._bell, name) != value
        }
        if changed:
            self._bell.param.update(**changed)

    def _fail(self, why: str) -> None:
        self._failed = why
        self._not_before_s = time.monotonic() + _AGAIN_S
        self._say(self._site.hit_watch.pulse(), time.monotonic())

    def _end(self, error: AccessError) -> None:
        self._over = True
        self._state.forget()
        why = "; ".join(filter(None, (error.what, error.next_step)))
        self._bell.param.update(live=False, why=why, unopened=0)
        self._callback.stop()

"""What can be done about the opened hit now: only what is possible and allowed is offered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import panel as pn
import panel_material_ui as pmui

from apps.hits.act_fields import ActFields
from apps.hits.form import Form
from apps.hits.forms import forms
from apps.hits.pictures_view import seen_pictures
from apps.hits.state import HitsState, OpenedHit
from apps.hits.wording import worded
from apps.parts.act_button import ActButton
from apps.parts.markup import html, message
from apps.parts.telling import telling
from apps.site import Site
from workbench.access import Action
from workbench.domain.hit import HitEventKind, HitState
from workbench.domain.period import local_instants
from workbench.errors import ViolationAheadError
from workbench.hotlists.hits.next_steps import DueKind, NextSteps
from workbench.hotlists.hits.recording import Acted
from workbench.hotlists.hits.violations import ViolationKind

# Panel's own FlexBox builds scripts of text, which the content policy forbids.
_EVEN = {"height": "33px", "fontSize": "12.5px"}
_WRAPPED = {"flex-wrap": "wrap", "gap": "6px"}
_ANSWERS = (HitEventKind.CONFIRMED, HitEventKind.REFUSED)
_ANSWERING = {
    DueKind.ANSWER: _ANSWERS,
    DueKind.BROADCAST: (HitEventKind.BROADCAST,),
    DueKind.CALL: (HitEventKind.CALLED,),
    DueKind.CANCEL_BROADCAST: (HitEventKind.BROADCAST,),
    DueKind.COMPARE: (HitEventKind.COMPARED,),
    DueKind.CONFIRMATION: (HitEventKind.CONFIRMATION_ASKED,),
    DueKind.MAIN_CHANNEL: (HitEventKind.BROADCAST,),
    DueKind.OPEN: (HitEventKind.OPENED,),
    DueKind.RECOVERY_CALL: (HitEventKind.CALLED,),
    DueKind.REVIEW: (HitEventKind.REVIEWED,),
    DueKind.REWORK: (HitEventKind.CORRECTED,),
    DueKind.SCORE: (HitEventKind.SCORED,),
    DueKind.SECOND_REQUEST: (HitEventKind.CONFIRMATION_ASKED,),
}
"""Which acts settle what a hit waits for."""


class ActsView:
    """The acts on the hit that one session has opened.

    Parameters
    ----------
    may
        What the person was allowed to do when the page opened; every act asks again.
    done
        Called after an act was recorded.
    """

    def __init__(
        self, site: Site, state: HitsState, *, may: frozenset[Action], done: Callable[[], None]
    ) -> None:
        self._site = site
        self._state = state
        self._may = may
        self._done = done
        self._told = html(margin=(8, 0, 0, 0))
        made = forms(state.policy)
        self._fields = {kind: ActFields(form) for kind, form in made.items()}
        self._buttons = {kind: self._button(made[kind]) for kind in _IN_ORDER}
        self._writing: HitEventKind | None = None
        self._number: int | None = None
        self._record_it = ActButton(label="Record it", variant="contained")
        self._record_it.on_click(self._recorded)
        self._ahead: tuple[ViolationKind, ...] = ()
        self._knowingly = ActButton(label="Record it all the same", visible=False)
        self._knowingly.on_click(self._recorded_knowingly)
        leave = pmui.Button(
            label="Leave it", variant="text", size="small", on_click=lambda _e: self._close_form()
        )
        self._form = pn.Column(
            *(fields.panel for fields in self._fields.values()),
            pn.Row(self._record_it, self._knowingly, leave, margin=(6, 0)),
            sizing_mode="stretch_width", margin=0, visible=False,
        )  # fmt: skip
        buttons = pn.Row(
            *self._buttons.values(), sizing_mode="stretch_width", margin=0, styles=_WRAPPED
        )
        self.panel = pn.Column(
            html("<h3>What can be done now</h3>"), buttons, self._form, self._told,
            sizing_mode="stretch_width", margin=0,
        )  # fmt: skip

    def show(self, opened: OpenedHit | None) -> None:
        """Offer what is possible now; an open form stays open unless the hit is another one."""
        number = None if opened is None else opened.file.hit.id
        if number != self._number:
            self._told.object = ""
            self._close_form()
        self._number = number
        kinds = () if opened is None else offered(opened.file.steps, self._may)
        due = () if opened is None else opened.file.steps.due
        wanted = {kind for one in due for kind in _ANSWERING[one.kind]}
        for kind, button in self._buttons.items():
            button.param.update(
                visible=kind in kinds, variant="contained" if kind in wanted else "outlined"
            )
        if self._writing is not None and self._writing not in kinds:
            self._close_form()

    def _button(self, form: Form) -> ActButton:
        button = ActButton(label=form.label, margin=0, visible=False, sx=_EVEN)

        async def pressed(_event: Any) -> None:
            self._told.object = ""
            if form.kind is HitEventKind.OPENED:
                await self._record(form, button, {}, "")
            else:
                self._open_form(form)

        button.on_click(pressed)
        return button

    def _open_form(self, form: Form) -> None:
        opened = self._state.opened
        if opened is None:
            return
        self._close_form()
        self._writing = form.kind
        self._fields[form.kind].begin(opened.file)
        self._form.visible = True

    def _close_form(self) -> None:
        self._form.visible = False
        self._ask(())
        if self._writing is not None:
            self._fields[self._writing].panel.visible = False
            self._writing = None

    async def _recorded(self, _event: Any) -> None:
        if self._writing is not None:
            fields = self._fields[self._writing]
            await self._record(fields.form, self._record_it, fields.values(), fields.when.value)

    async def _recorded_knowingly(self, _event: Any) -> None:
        if self._writing is not None:
            fields = self._fields[self._writing]
            values, when, ahead = fields.values(), fields.when.value, self._ahead
            await self._record(fields.form, self._knowingly, values, when, knowing=ahead)

    def _ask(self, ahead: tuple[ViolationKind, ...]) -> None:
        """Ask whether to record what will be a violation, or stop asking."""
        self._ahead = ahead
        self._knowingly.visible = bool(ahead)

    async def _record(
        self,
        form: Form,
        button: ActButton,
        values: dict[str, Any],
        when: str,
        *,
        knowing: tuple[ViolationKind, ...] = (),
    ) -> None:
        state = self._state
        opened = state.opened
        async with telling(self._told, button, when_ended=state.forget):
            if opened is None:
                return
            act = form.act(values, seen_pictures(opened, state.seen))
            happened_at = self._happened_at(when)
            self._ask(())
            try:
                acted = await self._site.in_background(
                    state.act, opened.file.hit.id, act, happened_at, knowing
                )
            except ViolationAheadError as error:
                codes = str(error.where["knowing"]).split()
                self._ask(tuple(ViolationKind(code) for code in codes))
                raise
            self._close_form()
            self._told.object = _recorded(form, acted)
            self._done()

    def _happened_at(self, when: str) -> datetime | None:
        return local_instants(when, self._site.zone)[0] if when.strip() else None


def offered(steps: NextSteps, may: frozenset[Action]) -> tuple[HitEventKind, ...]:
    """Return the acts that are possible now and that the person may record, in order of work."""
    kinds = []
    for kind in _IN_ORDER:
        again = kind is HitEventKind.OPENED and steps.state is not HitState.NEW
        if kind in steps.allowed and not again and _NEEDS.get(kind, Action.HITS_HANDLE) in may:
            kinds.append(kind)
    return tuple(kinds)


_NEEDS = dict.fromkeys(_ANSWERS, Action.HITS_CONFIRM) | {
    HitEventKind.REVIEWED: Action.HITS_REVIEW,
    HitEventKind.SCORED: Action.HITS_SCORE,
}
_IN_ORDER = (
    HitEventKind.OPENED,
    HitEventKind.COMPARED,
    HitEventKind.PLATE_RUN,
    HitEventKind.CONFIRMATION_ASKED,
    *_ANSWERS,
    HitEventKind.BROADCAST,
    HitEventKind.CALLED,
    HitEventKind.FOUND,
    HitEventKind.STOPPED,
    HitEventKind.REVIEWED,
    HitEventKind.CLOSED,
    HitEventKind.SCORED,
    HitEventKind.CORRECTED,
)


def _recorded(form: Form, acted: Acted) -> str:
    done = message("good", f"Recorded: {form.label}", f"Log entry {acted.audit_seq}.")
    flagged = (
        message(
            "error",
            f"Flagged: {worded(one.kind)} ({one.section})",
            "It is recorded all the same, and the violation stays on the hit and in the log.",
        )
        for one in acted.violations
    )
    return "".join(f'<div class="gap">{part}</div>' for part in (done, *flagged))

"""Connections of the service with deadlines: a head, a body or an answer takes no longer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from workbench.domain.forwarded import Network, address_group, is_within
from workbench.errors import InputError
from workbench.policy.availability_rules import AvailabilityRules
from workbench.service.errors import HEADERS, PROBLEM_TYPE, problem_body
from workbench.service.half_open import HalfOpen


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What every connection of one server shares.

    Attributes
    ----------
    rules
        How long each part of a request may take.
    half_open
        The connections whose request is waited for.
    trusted
        Networks of the department's proxies; one of them speaks for many.
    """

    rules: AvailabilityRules
    half_open: HalfOpen
    trusted: Collection[Network]


class BoundedConnection(H11Protocol):
    """A connection of uvicorn's that is closed when its peer keeps it waiting.

    uvicorn waits for ever for the rest of a head or body, and for whoever does not take an
    answer; its own bound of connections turns everybody away, those signed in too.

    Parameters
    ----------
    deadlines
        Shared by the connections of the server.
    """

    def __init__(self, *args: Any, deadlines: Deadlines, **options: Any) -> None:
        super().__init__(*args, **options)
        self._deadlines = deadlines
        self._awaited: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._answer_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._await("header")

    def data_received(self, data: bytes) -> None:
        """Take some bytes, then wait for what is still missing."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            body_is_coming = self.conn.their_state is h11.SEND_BODY
            self._await("body" if body_is_coming else None)
        else:
            self._await("header")

    def on_response_complete(self) -> None:
        """Wait for the next request; uvicorn closes a connection that stays silent."""
        super().on_response_complete()
        going_on = self.cycle is not None and not self.cycle.response_complete
        if not going_on:
            begun = self.conn.their_state is h11.SEND_BODY or bool(self.conn.trailing_data[0])
            self._await("header" if begun else None)

    def pause_writing(self) -> None:
        """Wait for the peer to take the answer, but not for ever."""
        super().pause_writing()
        wait_s = self._deadlines.rules.answer_seconds.value
        self._answer_timer = self.loop.call_later(wait_s, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on with the answer."""
        super().resume_writing()
        if self._answer_timer is not None:
            self._answer_timer.cancel()
            self._answer_timer = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._await(None)
        if self._answer_timer is not None:
            self._answer_timer.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP as every other bad request is answered."""
        error = InputError(msg.rstrip("."), allowed="HTTP/1.1")
        body = json.dumps(problem_body(error, 400)).encode()
        headers = {
            **HEADERS,
            "Content-Type": PROBLEM_TYPE,
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            response = h11.Response(status_code=400, headers=list(headers.items()), reason=b"")
            for event in (response, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _await(self, part: str | None) -> None:
        """Wait for a part of a request; more bytes of the same part give it no more time."""
        if part == self._awaited:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._awaited = part
        half_open = self._deadlines.half_open
        if part is None or self.transport.is_closing():
            half_open.discard(self)
            return
        half_open.add(self, self._address(), self.transport.abort)
        rules = self._deadlines.rules
        wait = rules.header_seconds if part == "header" else rules.body_seconds
        self._timer = self.loop.call_later(wait.value, self.transport.abort)

    def _address(self) -> str | None:
        peer = self.client[0] if self.client else "unknown"
        return None if is_within(peer, self._deadlines.trusted) else address_group(peer)

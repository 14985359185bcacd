"""The fault of Panel that we repair is there, and is repaired; the repair goes when it does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from bokeh.document import Document
from panel.io import document as panel_document

from apps.repairs import dispatching_all


class Socket:
    """Writes updates; the second is asked for at the very moment when the first is written."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.when_written: Any = None

    async def write(self, message: str) -> None:
        await asyncio.sleep(0.001)
        self.written.append(message)
        if message == "first":
            self.when_written("second")


class Connection:
    def __init__(self) -> None:
        self._socket = Socket()


@pytest.fixture
def written(monkeypatch) -> Any:
    """Return a function that sends the two updates and returns what was written."""
    monkeypatch.setitem(
        panel_document.extra_socket_handlers,
        Socket,
        lambda connection, msg: [connection._socket.write(msg)],
    )

    async def send(dispatch: Any) -> list[str]:
        document, connection, tasks = Document(), Connection(), []

        def schedule(message: str) -> None:
            # As `panel.io.document.schedule_write_events` does, without a real websocket.
            panel_document._WRITE_BLOCK[document] = True
            waiting = panel_document._WRITE_MSGS.setdefault(document, {})
            waiting.setdefault(connection, []).append(message)
            tasks.append(asyncio.ensure_future(dispatch(document)))

        connection._socket.when_written = schedule
        schedule("first")
        await tasks[0]
        await asyncio.gather(*tasks)
        return connection._socket.written

    return lambda dispatch: asyncio.run(send(dispatch))


@pytest.fixture
def original() -> Any:
    """Panel's own function, whether or not a server of this process has repaired it."""
    found = panel_document._dispatch_msgs
    return getattr(found, "original", found)


def test_panel_still_holds_the_last_update_of_a_burst_back(written, original):
    assert written(original) == ["first"]


def test_the_repair_lets_the_last_update_of_a_burst_out(written, original):
    assert written(dispatching_all(original)) == ["first", "second"]

"""A mail server on this machine that keeps what it is handed as files, for people to read."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

_MOST_BYTES = 1_000_000
_MOST_LINE_BYTES = 4_000


@dataclass(slots=True)
class Mailbox:
    """Mail that has come, in order.

    Attributes
    ----------
    folder
        Where each mail lies as a file.
    port
        On which the server listens.
    """

    folder: Path
    port: int = 0
    _mails: list[EmailMessage] = field(default_factory=list)
    _read: int = 0

    def unread(self) -> list[EmailMessage]:
        """Return what has come since the last time."""
        found = self._mails[self._read :]
        self._read += len(found)
        return found

    def keep(self, content: bytes) -> None:
        """Keep a mail."""
        self._mails.append(BytesParser(policy=default).parsebytes(content))
        (self.folder / f"{len(self._mails):03}.eml").write_bytes(content)


class _Server(socketserver.TCPServer):
    allow_reuse_address = True
    mailbox: Mailbox


class _Conversation(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs that hands mail over."""

    server: _Server

    def handle(self) -> None:
        """Answer until the client takes its leave."""
        self._say("220 demo")
        while line := self.rfile.readline(_MOST_LINE_BYTES):
            verb = line.decode("ascii", "replace").strip().partition(" ")[0].upper()
            if verb == "DATA":
                self._take()
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines: list[bytes] = []
        size = 0
        while (line := self.rfile.readline(_MOST_LINE_BYTES)) not in {b"", b".\r\n"}:
            size += len(line)
            if size <= _MOST_BYTES:
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.mailbox.keep(b"".join(lines))
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode("ascii"))


@contextmanager
def open_mailbox(folder: Path) -> Iterator[Mailbox]:
    """Take mail on a free port of 127.0.0.1; one conversation after the other, so in order.

    Parameters
    ----------
    folder
        Made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.mailbox = Mailbox(folder, int(server.server_address[1]))
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.mailbox
        finally:
            server.shutdown()
            thread.join()

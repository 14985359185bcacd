"""Receivers of alerts that listen on this machine: web servers and mail servers of a test."""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG = -1
"""Instead of a status: never answer."""

DRIP = -2
"""Instead of a status: answer byte by byte, without end."""


@dataclass
class Got:
    """A request as it came in."""

    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class WebReceiver:
    """A web server that answers as told, in order, and the last answer from then on."""

    answers: list[int] = field(default_factory=lambda: [200])
    got: list[Got] = field(default_factory=list)
    url: str = ""
    gone: threading.Event = field(default_factory=threading.Event)

    def next_answer(self) -> int:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def wait_for(self, count: int, timeout_s: float = 60.0) -> None:
        """Return when so many requests have come, or fail."""
        ends = time.monotonic() + timeout_s
        while len(self.got) < count:
            assert time.monotonic() < ends, f"{len(self.got)} of {count} came"
            time.sleep(0.01)


class _Quiet:
    """A server that says nothing when somebody hangs up on it."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class _WebServer(_Quiet, ThreadingHTTPServer):
    receiver: WebReceiver


class _WebHandler(BaseHTTPRequestHandler):
    server: _WebServer

    def do_POST(self) -> None:
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.got.append(Got(dict(self.headers), body, self.path))
        answer = receiver.next_answer()
        if answer == HANG:
            receiver.gone.wait(30)
        elif answer == DRIP:
            self._drip(receiver)
        else:
            self.send_response(answer)
            if 300 <= answer < 400:
                self.send_header("Location", f"{receiver.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _drip(self, receiver: WebReceiver) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not receiver.gone.wait(0.1):
            self.wfile.write(b"X-Drip: 1\r\n")

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def web_receiver(
    *answers: int, path: str = "/alpr", tls: ssl.SSLContext | None = None
) -> Iterator[WebReceiver]:
    """Serve on a free port of 127.0.0.1."""
    server = _WebServer(("127.0.0.1", 0), _WebHandler)
    server.receiver = receiver = WebReceiver(list(answers) or [200])
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}{path}"
    with _served(server):
        try:
            yield receiver
        finally:
            receiver.gone.set()


@dataclass
class MailReceiver:
    """A mail server that keeps what it gets."""

    port: int = 0
    mails: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    refuse: bool = False


class _MailServer(_Quiet, socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    receiver: MailReceiver
    tls: ssl.SSLContext | None


class _MailHandler(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs that sends one mail."""

    server: _MailServer
    encrypted = False

    def handle(self) -> None:
        self._say("220 mail.test")
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words.partition(" ")[0].lower()
            self.server.receiver.said.append(words)
            getattr(self, f"on_{verb}", self.on_other)()
            if verb == "quit":
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def on_ehlo(self) -> None:
        offered = "AUTH PLAIN" if self.encrypted or self.server.tls is None else "STARTTLS"
        self._say("250-mail.test")
        self._say(f"250 {offered}")

    def on_starttls(self) -> None:
        assert self.server.tls
        self._say("220 go on")
        self.rfile.close()
        self.wfile.close()
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.encrypted = True
        self.server.receiver.said.append("(encrypted)")

    def on_auth(self) -> None:
        self._say("235 welcome")

    def on_rcpt(self) -> None:
        refused = "550 nobody of that name; 7ABC123 is on Elm Street"
        self._say(refused if self.server.receiver.refuse else "250 ok")

    def on_data(self) -> None:
        self._say("354 go on")
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.receiver.mails.append(b"".join(lines).decode())
        self._say("250 taken")

    def on_quit(self) -> None:
        self._say("221 bye")

    def on_other(self) -> None:
        self._say("250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_receiver(tls: ssl.SSLContext | None = None) -> Iterator[MailReceiver]:
    """Speak SMTP on a free port of 127.0.0.1; offers STARTTLS where a context is given."""
    server = _MailServer(("127.0.0.1", 0), _MailHandler)
    server.receiver = receiver = MailReceiver(port=int(server.server_address[1]))
    server.tls = tls
    with _served(server):
        yield receiver


@contextmanager
def _served(server: Any) -> Iterator[None]:
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""What a receiver does with a webhook, written from docs/alerts.md alone: nothing is imported."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping

TOLERANCE_S = 300


class Receiver:
    """Takes each alert once, and only from who knows the secret."""

    def __init__(self, secret: str) -> None:
        self.secret = secret.encode("ascii")
        self.known: set[str] = set()
        self.taken: list[dict] = []

    def receive(self, headers: Mapping[str, str], body: bytes, now_s: float) -> int:
        """Return the status to answer with."""
        pairs = [part.partition("=") for part in headers["Workbench-Signature"].split(",")]
        times = [value for name, _, value in pairs if name == "t"]
        given = [value for name, _, value in pairs if name == "v1"]
        if len(times) != 1 or not times[0].isdigit():
            return 400
        wanted = hmac.new(self.secret, times[0].encode() + b"." + body, hashlib.sha256).hexdigest()
        if not any(hmac.compare_digest(wanted, each) for each in given):
            return 401
        if abs(now_s - int(times[0])) > TOLERANCE_S:
            return 401
        alert = json.loads(body)
        if alert["id"] in self.known:
            return 200  # sent twice, taken once
        self.known.add(alert["id"])
        self.taken.append(alert)
        return 200

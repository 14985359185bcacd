"""Signs what a webhook sends, so that its receiver knows who wrote it and when."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

SIGNATURE_HEADER = "Workbench-Signature"


def signature(body: bytes, secrets: Sequence[bytes], at: datetime) -> str:
    """Return the value of the signature's header.

    The scheme: HMAC with SHA-256 (RFC 2104) over the time in whole seconds since 1970, a full
    stop, and the body as it is sent. The time stands in front, so that a receiver can refuse
    what is old; with more than one secret each signs, so that secrets can be changed over.

    Parameters
    ----------
    body
        Of the request.
    secrets
        The present one first.
    at
        When it is sent.

    Examples
    --------
    >>> from datetime import UTC
    >>> signature(b"{}", [b"k" * 32], datetime(2026, 11, 2, tzinfo=UTC))[:24]
    't=1793577600,v1=0abfe678'
    """
    seconds = int(at.timestamp())
    signed = b"%d." % seconds + body
    parts = [hmac.new(secret, signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={seconds}", *(f"v1={part}" for part in parts)])

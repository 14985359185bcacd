"""Codes of made-up people's authenticators, which the demo holds in their place."""

from __future__ import annotations

from datetime import datetime

import pyotp

CODE_LASTS_S = 30


def code_at(otpauth: str, at: datetime) -> str:
    """Return the six digits that an authenticator shows at an instant.

    Parameters
    ----------
    otpauth
        The address that enrolled it.
    at
        Aware.

    Examples
    --------
    >>> from datetime import UTC
    >>> secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    >>> code_at(f"otpauth://totp/demo?secret={secret}", datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC))
    '287082'
    """
    authenticator = pyotp.TOTP(str(pyotp.parse_uri(otpauth).secret))
    return str(authenticator.at(int(at.timestamp())))

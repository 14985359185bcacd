"""Six-digit codes of an authenticator app (TOTP, RFC 6238), each accepted once."""

from __future__ import annotations

import hmac
import re
from datetime import datetime

import pyotp

from workbench.access.vault import Vault

STEP_S = 30
"""Seconds that a code lasts; fixed by what authenticator apps take for granted."""

_CODE = re.compile(r"[0-9]{6}")


class SecondFactor:
    """Makes, seals and checks the secrets behind the codes.

    Parameters
    ----------
    vault
        Seals the secrets.
    issuer
        The name that the authenticator app shows.
    drift_steps
        Steps that a clock may be off either way.
    """

    def __init__(self, vault: Vault, *, issuer: str, drift_steps: int) -> None:
        self._vault = vault
        self._issuer = issuer
        self._drift_steps = drift_steps
        self._nobodys = pyotp.random_base32()

    def enrol(self, username: str) -> tuple[bytes, str]:
        """Return a new secret, sealed for the table and as ``otpauth`` address for the app."""
        secret = pyotp.random_base32()
        address = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=self._issuer)
        return self._vault.seal(secret, username=username), address

    def accepted_step(
        self,
        username: str,
        sealed: bytes | None,
        code: str,
        *,
        last_step: int | None,
        at: datetime,
    ) -> int | None:
        """Return the step whose code this is, or ``None`` if it cannot be accepted.

        Parameters
        ----------
        username
            For whom the secret was sealed.
        sealed
            The secret; ``None`` spends the same work and accepts nothing.
        code
            As typed; blanks are left out.
        last_step
            The last accepted step; that one and all before it are used up.
        at
            The present instant.

        Raises
        ------
        ConfigurationError
            If the secret cannot be opened.
        """
        secret = self._vault.unseal(sealed, username=username) if sealed else self._nobodys
        totp = pyotp.TOTP(secret)
        typed = "".join(code.split())
        now = int(at.timestamp()) // STEP_S
        steps = range(now - self._drift_steps, now + self._drift_steps + 1)
        matching = [step for step in steps if _same(totp.generate_otp(step), typed)]
        fresh = [step for step in matching if last_step is None or step > last_step]
        return fresh[0] if fresh and sealed and _CODE.fullmatch(typed) else None


def _same(expected: str, typed: str) -> bool:
    return hmac.compare_digest(expected.encode(), typed.encode(errors="surrogatepass"))

"""Sends parcels to web addresses: signed, over TLS, within a time, and only where it may."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from workbench.domain.clock import Clock
from workbench.domain.network_address import NetworkAddress
from workbench.errors import AlertNotSentError, AlertTargetError
from workbench.hotlists.alerts.sending.parcel import Parcel
from workbench.hotlists.alerts.sending.secret_files import SecretFiles
from workbench.hotlists.alerts.sending.signature import SIGNATURE_HEADER, signature
from workbench.hotlists.alerts.sending.web_address import (
    WebAddress,
    checked_addresses,
    web_address,
)
from workbench.hotlists.alerts.target import Target


class WebhookSender:
    """Posts JSON with a signature over time and body.

    Parameters
    ----------
    secrets
        Where the secrets lie.
    clock
        Gives the signature its time.
    tls
        Whose certificates are believed.
    timeout_s
        For everything from looking the name up to the answer; a target that answers byte by
        byte does not get longer.
    """

    def __init__(
        self, secrets: SecretFiles, *, clock: Clock, tls: ssl.SSLContext, timeout_s: float = 10.0
    ) -> None:
        self._secrets = secrets
        self._clock = clock
        self._tls = tls
        self._timeout_s = timeout_s

    def send(self, parcel: Parcel, target: Target) -> None:
        """Post a parcel; anything but an answer from 200 to 299 counts as not taken.

        Raises
        ------
        AlertNotSentError
            If it was not taken in time, or its name leads where nothing is sent to.
        AlertTargetError
            If the secret or address cannot be used.
        """
        if target.secret_name is None:
            raise AlertTargetError("The target has no secret to sign with", given=target.name)
        where = web_address(target.address, internal=target.internal)
        signed = signature(parcel.body, self._secrets.read(target.secret_name), self._clock())
        headers = {
            "Host": where.netloc,
            "Content-Type": "application/json",
            "User-Agent": "alpr-workbench",
            "Idempotency-Key": str(parcel.key),
            SIGNATURE_HEADER: signed,
        }
        status = asyncio.run(self._post(where, headers, parcel.body, internal=target.internal))
        if not 200 <= status < 300:
            raise AlertNotSentError(
                "The target did not take it",
                given=f"status {status}",
                allowed="200 to 299; nobody follows where a 3xx leads",
            )

    async def _post(
        self, where: WebAddress, headers: Mapping[str, str], body: bytes, *, internal: bool
    ) -> int:
        try:
            async with asyncio.timeout(self._timeout_s):
                addresses = await checked_addresses(where, internal=internal)
                return await self._status(where, addresses, headers, body)
        except TimeoutError:
            raise AlertNotSentError(
                "The target did not answer in time", given=f"{self._timeout_s:g} s"
            ) from None
        except httpx.HTTPError as error:
            raise AlertNotSentError("The target cannot be reached", given=_reason(error)) from None

    async def _status(
        self,
        where: WebAddress,
        addresses: Sequence[NetworkAddress],
        headers: Mapping[str, str],
        body: bytes,
    ) -> int:
        # No proxies from the environment: they would connect to what was not checked.
        settings: dict[str, Any] = {"trust_env": False, "follow_redirects": False}
        named = {"sni_hostname": where.host}  # the certificate is for the name, not the number
        async with httpx.AsyncClient(
            verify=self._tls, timeout=self._timeout_s, **settings
        ) as client:
            for address in addresses:
                request = client.build_request(
                    "POST", where.at(address), content=body, headers=headers, extensions=named
                )
                try:
                    answer = await client.send(request, stream=True)  # its body is not read
                except httpx.ConnectError:
                    if address == addresses[-1]:
                        raise
                    continue
                await answer.aclose()
                return answer.status_code
        raise AlertNotSentError("The name of the target stands for no address")


def _reason(error: BaseException) -> str:
    """Return what went wrong, without addresses or what was answered."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate does not hold: {cause.verify_message}"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__

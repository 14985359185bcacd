"""The client's way to the service: requests with a token, and errors that come back as ours."""

from __future__ import annotations

import re
import ssl
import weakref
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from workbench import errors
from workbench.errors import ServiceError, SessionEndedError, WorkbenchError

_TIMEOUT = httpx.Timeout(120.0, connect=10.0)
_TOKEN = re.compile(r"[A-Za-z0-9_.~+/=-]{1,500}")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Connection:
    """Speaks to one service for one person.

    Nothing is sent twice by itself: every look is logged, so a repeated one would be logged too.

    Parameters
    ----------
    url
        Where the service is; ``https``, or ``http`` on this machine.
    token
        A session's token, once there is one.

    Raises
    ------
    ServiceError
        If the address is not one that a password may travel to.
    SessionEndedError
        If what is given cannot be a token.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = _checked_url(url)
        # Neither a proxy nor a .netrc of the environment comes between a person and the service.
        self._http = httpx.Client(
            base_url=self.url,
            timeout=_TIMEOUT,
            trust_env=False,
            verify=ssl.create_default_context(),
        )
        weakref.finalize(self, self._http.close)  # in a notebook nobody closes anything
        self.use_token(token)

    def use_token(self, token: str | None) -> None:
        """Send this token from now on, or none; blanks around it are none of it.

        Raises
        ------
        SessionEndedError
            If it cannot be a token; it is not repeated.
        """
        self._http.headers.pop("Authorization", None)
        if token is not None:
            token = token.strip()
            if not _TOKEN.fullmatch(token):
                raise SessionEndedError("That is no token of a session", next_step="sign in")
            self._http.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> httpx.Response:
        """Return the service's answer to a GET; raises as `send` does."""
        return self.send("GET", path)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """Return the service's answer to a POST of JSON; raises as `send` does."""
        return self.send("POST", path, body or {})

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """Return the service's answer, or raise the error that it answered with.

        Raises
        ------
        ServiceError
            If the service cannot be reached or answers with something unexpected.
        WorkbenchError
            The same class that the service raised.
        """
        try:
            response = self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise ServiceError(
                "The service cannot be reached",
                given=f"{self.url}{path}: {type(error).__name__} {error}".rstrip(),
                next_step="see that `workbench up` runs there, or set WORKBENCH_SERVICE_URL",
            ) from error
        if response.is_success:
            return response
        raise raised_error(response)

    def close(self) -> None:
        """Close the connection; the session at the service goes on."""
        self._http.close()


class _AsSaid(str):
    """A value as the service showed it: it was written with ``repr`` there."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def raised_error(response: httpx.Response) -> WorkbenchError:
    """Return the error that an answer of the service stands for.

    Examples
    --------
    >>> answer = httpx.Response(422, json={"error": "PlateError", "what": "No plate"})
    >>> raised_error(answer)
    PlateError('No plate')
    """
    try:
        said = response.json()
        return _error_class(said["error"])(
            str(said["what"]),
            given=None if said.get("given") is None else _AsSaid(said["given"]),
            allowed=said.get("allowed"),
            next_step=said.get("next_step"),
            where=said.get("where"),
        )
    except (ValueError, TypeError, KeyError):
        return ServiceError(
            "The service answered with something unexpected",
            given=f"status {response.status_code}, {response.headers.get('content-type')}",
            next_step="see that the address is the workbench's service",
        )


def _error_class(name: str) -> type[WorkbenchError]:
    found = vars(errors)[name]
    return found if issubclass(found, WorkbenchError) else ServiceError


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url.rstrip("/")
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return url.rstrip("/")
    raise ServiceError(
        "The address of the service is not safe for a password",
        given=url,
        allowed="https://HOST, or http:// on this machine (127.0.0.1)",
        next_step="correct WORKBENCH_SERVICE_URL",
    )

"""Headers that every answer of the pages carries: nothing foreign is loaded, kept or framed."""

from __future__ import annotations

from tornado.httputil import HTTPHeaders
from tornado.web import OutputTransform

SCRIPTLESS = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Of whatever is answered, unless it is a page: no script runs and nothing is asked of anybody."""

_A_YEAR_S = 31_536_000


def page_policy(nonce: str, socket_origin: str) -> str:
    """Return the content policy of one answer with a page.

    No 'unsafe-eval' and no inline script but those with the nonce: what a source wrote into a
    plate can never become a script by itself. Styles cannot have a nonce yet; decision 0108.

    Parameters
    ----------
    nonce
        Of this answer alone.
    socket_origin
        Of the page's websockets, as ``wss://alpr.example.gov``; ``'self'`` says the same host.
    """
    return (
        "default-src 'none'; "
        f"script-src 'self' 'nonce-{nonce}' blob:; "
        "style-src 'self' 'unsafe-inline'; "
        f"connect-src 'self' {socket_origin} blob:; "
        "img-src 'self' data: blob:; "
        "font-src 'self' data:; "
        "worker-src 'self' blob:; "
        "form-action 'self'; "
        "base-uri 'none'; "
        "frame-ancestors 'none'; "
        "object-src 'none'"
    )


_ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_UNLESS_SET = {"Cache-Control": "no-store", "Content-Security-Policy": SCRIPTLESS}


class SecurityHeaders(OutputTransform):
    """Adds the headers to whatever is answered, by Bokeh's handlers and by ours."""

    def transform_first_chunk(
        self,
        status_code: int,
        headers: HTTPHeaders,
        chunk: bytes,
        finishing: bool,  # noqa: ARG002, FBT001 - Tornado's signature
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Set them before the first byte goes out."""
        headers.pop("Server", None)
        headers.update(_ALWAYS)
        for name, value in _UNLESS_SET.items():
            if name not in headers:
                headers[name] = value
        return status_code, headers, chunk


class TlsHeaders(SecurityHeaders):
    """Adds what counts behind TLS alone: browsers come back by TLS and nothing else."""

    def transform_first_chunk(
        self,
        status_code: int,
        headers: HTTPHeaders,
        chunk: bytes,
        finishing: bool,  # noqa: FBT001
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Set them before the first byte goes out."""
        headers["Strict-Transport-Security"] = f"max-age={_A_YEAR_S}"
        return super().transform_first_chunk(status_code, headers, chunk, finishing)

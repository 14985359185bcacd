"""Headers that every answer of the pages carries: nothing foreign is loaded, kept or framed."""

from __future__ import annotations

from tornado.httputil import HTTPHeaders
from tornado.web import OutputTransform

CONTENT_POLICY = (
    "default-src 'self'; "
    "script-src 'self' 'unsafe-inline' blob:; "
    "style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' blob: ws: wss:; "
    "img-src 'self' data: blob:; "
    "font-src 'self' data:; "
    "worker-src 'self' blob:; "
    "form-action 'self'; "
    "base-uri 'self'; "
    "frame-ancestors 'none'; "
    "object-src 'none'"
)
"""No 'unsafe-eval': what a source wrote into a plate can never become a script by itself."""

_ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_UNLESS_SET = {"Cache-Control": "no-store", "Content-Security-Policy": CONTENT_POLICY}


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

"""What a HTML body shows, as lines of text."""

from __future__ import annotations

from html.parser import HTMLParser

_BREAKS = {"br", "div", "h1", "h2", "h3", "h4", "hr", "li", "p", "table", "tr"}
_SILENT = {"script", "style", "template", "title"}


def html_text(html: str) -> str:
    """Return the text of a page; nothing of it is run or fetched.

    Examples
    --------
    >>> html_text("<p>Purpose: <b>robbery</b><script>alert(1)</script></p>")
    'Purpose: robbery'
    """
    reader = TextReader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(lines).strip()


class TextReader(HTMLParser):
    """Gathers the text of a page, a line for each of its blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Begin a line, or stop listening."""
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a line, or listen again."""
        self._silent -= tag in _SILENT and self._silent > 0
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        if not self._silent:
            self.parts.append(" ".join(data.split("\n")))

"""Pages that any browser opens from the medium: no scripts, nothing fetched, good on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from workbench.domain.harmless_text import escaped

_POLICY = "default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.45 "Segoe UI", Helvetica, Arial, sans-serif; color: #1a1d21; background: #fff;
  margin: 0 auto; max-width: 74rem; padding: 0 1.5rem 3rem; }
h1 { font-size: 1.6rem; margin: 1.4rem 0 .3rem; } h2 { font-size: 1.15rem; margin: 1.8rem 0 .5rem; }
.to { background: #fff4d6; border: 1px solid #d9a400; padding: .45rem .8rem; margin: .8rem 0;
  font-weight: 600; }
.warn { background: #fde8e6; border: 1px solid #b3261e; padding: .45rem .8rem; margin: .8rem 0; }
.quiet { color: #545b64; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 1rem; }
th, td { border: 1px solid #cfd4da; padding: .35rem .55rem; text-align: left; vertical-align: top;
  overflow-wrap: break-word; }
th { background: #f0f2f5; font-weight: 600; }
.read { border: 1px solid #cfd4da; margin: 0 0 1rem; padding: .7rem .9rem; display: grid;
  grid-template-columns: minmax(15rem, 24rem) 1fr; gap: 1rem; break-inside: avoid; }
.read > div { min-width: 0; overflow-wrap: anywhere; }
.read img { max-width: 100%; max-height: 18rem; display: block; border: 1px solid #cfd4da;
  margin-bottom: .4rem; background: #f0f2f5; }
.plate { font: 700 1.5rem/1.2 ui-monospace, Consolas, monospace; letter-spacing: .06em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .9rem; margin: .5rem 0; }
dt { color: #545b64; } dd { margin: 0; overflow-wrap: anywhere; }
nav a { margin-right: 1.2rem; } a { color: #0b57a4; }
.blank { display: inline-block; min-width: 16rem; border-bottom: 1px solid #1a1d21; height: 1.1em; }
footer { border-top: 1px solid #cfd4da; margin-top: 2rem; padding-top: .6rem; color: #545b64;
  font-size: .85rem; }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt; } nav { display: none; }
  .read { grid-template-columns: 8cm 1fr; } a { color: inherit; text-decoration: none; }
  @page { margin: 15mm; } }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page of a package says of itself.

    Attributes
    ----------
    department, case_number
        Whose package it is, and for which case.
    number
        The package's number.
    made_at
        When it was begun.
    zone
        In which times are told.
    held_by
        Who it is for, or the own evidence room; in a band at the top of every page and in its
        footer.
    """

    department: str
    number: int
    case_number: str | None
    made_at: datetime
    zone: ZoneInfo
    held_by: str

    @property
    def title(self) -> str:
        """What the package is called."""
        case = f", case {self.case_number}" if self.case_number else ""
        return f"Evidence package {self.number}{case}"

    def time(self, at: datetime | None) -> str:
        """Return an instant in the department's time, with UTC beside it, to the microsecond."""
        if at is None:
            return ""
        local = at.astimezone(self.zone)
        return f"{local:%Y-%m-%d %H:%M:%S.%f %Z} ({at:%Y-%m-%dT%H:%M:%S.%fZ})"


class PageFile:
    """A page that is written piece by piece.

    Parameters
    ----------
    file
        A new file.
    frame
        Of the package.
    title
        What this page shows.
    """

    def __init__(self, file: Path, frame: Frame, title: str) -> None:
        self._frame = frame
        self._stream = file.open("x", encoding="utf-8", newline="\n")
        head = f"{title} · {frame.title}"
        self._stream.write(
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{escaped(head)}</title><style>{_STYLE}</style></head><body>\n"
            f"{self._band()}<h1>{escaped(title)}</h1>"
            f'<p class="quiet">{escaped(frame.department)} · {escaped(frame.title)}</p>\n'
        )

    def write(self, *pieces: str) -> None:
        """Add pieces that are HTML already."""
        self._stream.writelines(f"{piece}\n" for piece in pieces)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            frame = self._frame
            self._stream.write(
                f"{self._band()}<footer>{escaped(frame.department)} · {escaped(frame.title)} · "
                f"begun {escaped(frame.time(frame.made_at))}</footer>\n</body></html>\n"
            )
        self._stream.close()

    def _band(self) -> str:
        return f'<p class="to">{escaped(self._frame.held_by)}</p>\n'


def text(value: Any) -> str:
    """Return a value as escaped text.

    Examples
    --------
    >>> text("<b>"), text(None), text(0.25), text(True)
    ('&lt;b&gt;', '', '0.25', 'yes')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if value != value else f"{value:g}"  # noqa: PLR0124 - a number that is none
    return escaped(value)


def paragraph(words: str, kind: str = "") -> str:
    """Return a paragraph of text."""
    return f'<p class="{kind}">{escaped(words)}</p>' if kind else f"<p>{escaped(words)}</p>"


def heading(words: str) -> str:
    """Return a heading below the page's own."""
    return f"<h2>{escaped(words)}</h2>"


def link(address: str, words: str) -> str:
    """Return a link to a file of the package."""
    return f'<a href="{escaped(address)}">{escaped(words)}</a>'


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table; its cells are text, or `Html`."""
    head = "".join(f"<th>{escaped(name)}</th>" for name in columns)
    body = "\n".join(f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


@dataclass(frozen=True, slots=True)
class Html:
    """A piece that is HTML already, to tell it from text."""

    piece: str


def _cell(value: Any) -> str:
    return f"<td>{value.piece if isinstance(value, Html) else text(value)}</td>"


def facts(pairs: Iterable[tuple[str, Any]]) -> str:
    """Return names and values, those without a value left out."""
    told = (
        (name, value.piece if isinstance(value, Html) else text(value)) for name, value in pairs
    )
    return "<dl>" + "".join(f"<dt>{escaped(n)}</dt><dd>{v}</dd>" for n, v in told if v) + "</dl>"

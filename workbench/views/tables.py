"""Frames as whole tables: every row and all of every text, because a cut table is no evidence."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from workbench.domain.harmless_text import harmless_line


@dataclass(frozen=True, slots=True)
class WholeTable:
    """A frame as a notebook and a report show it; the index is left out.

    Attributes
    ----------
    nothing
        What is said where there is no row.
    """

    frame: pd.DataFrame = field(repr=False)
    nothing: str = "None."

    def _repr_html_(self) -> str:
        if self.frame.empty:
            return f"<p>{self.nothing}</p>"
        frame = self.frame
        times, counts = frame.select_dtypes("datetimetz"), frame.select_dtypes("Int64")
        texts = {str(name): times[name].dt.strftime("%Y-%m-%d %H:%M:%S %Z") for name in times}
        texts |= {str(name): counts[name].astype("str") for name in counts}
        plain = frame.select_dtypes(["object", "string"])
        texts |= {str(name): plain[name].map(_harmless) for name in plain}
        shown = frame.assign(**texts).rename(columns=lambda name: str(name).replace("_", " "))
        with pd.option_context("display.max_colwidth", None):
            html: str = shown.to_html(index=False, na_rep="", border=0, justify="left")
        return html


def _harmless(value: object) -> object:
    return harmless_line(value) if isinstance(value, str) else value


def whole_table(frame: pd.DataFrame, *, nothing: str = "None.") -> WholeTable:
    """Return a frame for display, with nothing cut.

    Parameters
    ----------
    frame
        Not changed; its texts are shown as texts, whatever is in them.
    nothing
        What is said where there is no row.

    Returns
    -------
    WholeTable

    Examples
    --------
    >>> whole_table(pd.DataFrame())._repr_html_()
    '<p>None.</p>'
    """
    return WholeTable(frame, nothing)

"""When reads were seen, as a histogram in the department's time."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.views.plotting import load_holoviews

_STEPS = ("1min", "5min", "15min", "1h", "3h", "6h", "1D", "7D", "28D")
_MOST_BARS = 96
_BAR_COLOR = "#2b62c4"


def time_bins(times: pd.Series, zone: ZoneInfo) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """Return edges in local time and counts between them.

    The bars are of one round length, at most about a hundred. In the hour that occurs twice in
    autumn, both passes fall into the same bars.

    Parameters
    ----------
    times
        Instants; missing ones are left out.
    zone
        The department's zone.

    Returns
    -------
    edges : numpy.ndarray of datetime64
        One more than there are counts; local, so without zone.
    counts : numpy.ndarray of int64

    Examples
    --------
    >>> seen = pd.Series(pd.to_datetime(["2026-11-02T18:00:00Z", "2026-11-02T18:00:40Z"]))
    >>> edges, counts = time_bins(seen, ZoneInfo("America/Los_Angeles"))
    >>> str(edges[0]), counts.tolist()
    ('2026-11-02T10:00:00.000000', [2])
    """
    local = times.dropna().dt.tz_convert(zone.key).dt.tz_localize(None)
    if local.empty:
        return np.empty(0, "datetime64[us]"), np.empty(0, np.int64)
    first, last = local.min(), local.max()
    step = next((s for s in _STEPS if (last - first) / pd.Timedelta(s) < _MOST_BARS), _STEPS[-1])
    start = first.floor(step if step in _STEPS[:6] else "1D")
    edges = pd.date_range(start, last + pd.Timedelta(step), freq=step).to_numpy("datetime64[us]")
    if edges[-1] <= last.to_datetime64():
        edges = np.append(edges, edges[-1] + np.timedelta64(pd.Timedelta(step)))
    counts, _ = np.histogram(
        local.to_numpy("datetime64[us]").astype(np.int64), edges.astype(np.int64)
    )
    return edges, counts


class Timeline:
    """A live histogram that belongs to one person's session.

    Parameters
    ----------
    zone
        In whose local time the bars are.
    height
        In pixels; the width follows the page.

    Raises
    ------
    DependencyError
        If the extra ``maps`` is not installed.
    """

    def __init__(self, zone: ZoneInfo, *, height: int = 120) -> None:
        self._hv = load_holoviews()
        self._zone = zone
        self._pipe = self._hv.streams.Pipe(data=pd.Series([], dtype="datetime64[us, UTC]"))
        self.element = self._hv.DynamicMap(self._draw, streams=[self._pipe]).opts(
            self._hv.opts.Histogram(
                responsive=True,
                height=height,
                min_height=height,
                color=_BAR_COLOR,
                line_color="white",
                line_width=0.5,
                xlabel="",
                ylabel="Reads",
                yaxis="left",
                toolbar=None,
                default_tools=[],
                framewise=True,
                show_grid=False,
                fontsize={"ticks": 9, "labels": 9},
                hooks=[_plain],
            )
        )

    def show(self, times: pd.Series) -> None:
        """Replace the instants; the column is not changed."""
        self._pipe.send(times)

    def _draw(self, data: pd.Series) -> Any:
        edges, counts = time_bins(data, self._zone)
        if not len(counts):
            now = pd.Timestamp("2026-01-01").to_datetime64()
            edges, counts = np.array([now, now + np.timedelta64(1, "h")]), np.array([0])
        return self._hv.Histogram((edges, counts), kdims=["Local time"], vdims=["Reads"])


def timeline(times: pd.Series, zone: ZoneInfo, *, height: int = 140) -> Any:
    """Return a histogram of instants in local time, for a notebook.

    Raises
    ------
    DependencyError
        If the extra ``maps`` is not installed.
    """
    shown = Timeline(zone, height=height)
    shown.show(times)
    return shown.element


def _plain(plot: Any, _element: Any) -> None:
    figure = plot.state
    figure.outline_line_color = None
    figure.frame_align = False
    figure.y_range.start = 0
    figure.yaxis.minor_tick_line_color = None
    figure.yaxis.ticker.desired_num_ticks = 3

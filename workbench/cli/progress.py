"""A progress line on the terminal; nothing where standard error is a file or a timer's log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Report = Callable[[int, int], None]


class ReadsProgress:
    """Shows which file is taken in, how many reads it gave so far, and how many files are left."""

    def __init__(self, bar: Progress, files: int) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=files, reads=0)

    def begin(self, name: str) -> None:
        """Show a file's name."""
        self._bar.update(self._task, description=name, reads=0)

    def reads(self, count: int) -> None:
        """Show how many reads it gave so far."""
        self._bar.update(self._task, reads=count)

    def end(self) -> None:
        """Show one more file as done."""
        self._bar.advance(self._task)


@contextmanager
def reads_progress(files: int) -> Iterator[ReadsProgress]:
    """Show how far the taking in of files is.

    Parameters
    ----------
    files
        How many there are.

    Yields
    ------
    ReadsProgress
    """
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files"),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[reads]:,} reads"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        yield ReadsProgress(bar, files)


class VideoProgress:
    """Shows how many frames of a video are done, and how many passages were found so far."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None, passages=0)

    def begin(self, name: str) -> None:
        """Show the name of the next video."""
        self._bar.reset(self._task, total=None, description=name, passages=0)

    def frames(self, done: int, total: int, passages: int) -> None:
        """Show how far it is; a total of 0 is unknown."""
        self._bar.update(self._task, completed=done, total=total or None, passages=passages)


@contextmanager
def video_progress() -> Iterator[VideoProgress]:
    """Show how far the following of videos is.

    Yields
    ------
    VideoProgress
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("frames"),
        TextColumn("{task.fields[passages]:,} passages"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        yield VideoProgress(bar)


@contextmanager
def progress_line(what: str) -> Iterator[Report]:
    """Show how far something is.

    Parameters
    ----------
    what
        Such as ``"records checked"``.

    Yields
    ------
    callable
        To be called with how many are done and how many there are.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

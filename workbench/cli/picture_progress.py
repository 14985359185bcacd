"""How far the reading of pictures is: how many, how fast, how long still."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from workbench.errors import InputError
from workbench.recognition.finding_pictures import count_pictures


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Return pictures a second, as the last seconds were."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f}/s" if speed else "")


def some_pictures(paths: Sequence[Path]) -> int:
    """Return how many pictures a command was given.

    Raises
    ------
    InputError
        If it is none.
    """
    total = count_pictures(paths)
    if not total:
        raise InputError("There is no picture in there", given=[str(path) for path in paths])
    return total


@contextmanager
def picture_progress(total: int) -> Iterator[Callable[[], None]]:
    """Show how many pictures are done; nothing where standard error is no terminal.

    Yields
    ------
    callable
        To be called once for each picture.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("pictures"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        speed_estimate_period=120,
    ) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)

"""What commands print: every line and every cell is harmless, whoever wrote what is in it."""

from __future__ import annotations

from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from workbench.domain.harmless_text import harmless_line


def say(*lines: object, err: bool = False) -> None:
    """Print lines, each as one line whatever stands in it; without any, an empty one.

    Commands print with this alone, so that a reason with line breaks or escapes in it can
    neither add a line that nobody wrote nor command the terminal.

    Parameters
    ----------
    lines
        Each is shown as `harmless_line` has it.
    err
        Whether they go to standard error.
    """
    for line in lines or ("",):
        typer.echo(harmless_line(line), err=err)


class PlainTable(Table):
    """A table of rich's whose cells are shown as they are: harmless, and never as markup."""

    def add_row(self, *cells: Any, **options: Any) -> None:
        """Add a row; text in it commands nothing."""
        shown = (Text(harmless_line(cell)) if isinstance(cell, str) else cell for cell in cells)
        super().add_row(*shown, **options)

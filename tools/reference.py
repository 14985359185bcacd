"""Writes the pages that repeat what is said elsewhere: commands, settings, errors, tables, looks.

``python -m tools.reference`` writes them, ``--check`` fails when one is not current.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

from sqlalchemy.dialects import postgresql

from tools.command_pages import command_lines
from tools.looks_page import looks
from workbench import errors
from workbench.cli import SUBJECTS
from workbench.settings import PREFIX, Settings
from workbench.storage.tables import metadata

ROOT = Path(__file__).parents[1]
NOTE = "<!-- Written by `make docs`; change the code, not this page. -->"


def commands() -> Iterator[str]:
    """Yield the lines of the page of commands."""
    yield from ("# Commands", "", NOTE, "")
    yield "Every command takes `--help`. Exit codes: 0 done, 1 found something wrong, 2 not done."
    yield ""
    for subject, (module, summary) in sorted(SUBJECTS.items()):
        yield from command_lines(subject, import_module(module).app, summary)


def settings() -> Iterator[str]:
    """Yield the lines of the page of settings."""
    yield from ("# Settings", "", NOTE, "")
    yield "Environment variables. An unknown name with our prefix is an error: a slip shows."
    yield "Numbers that the department's rules name are not here but in the policy file."
    yield ""
    yield from ("| variable | default | what it sets |", "|---|---|---|")
    for name, field in Settings.model_fields.items():
        default = "none" if field.default is None else f"`{field.default}`"
        shown = default.replace(str(Path.home()), "~")
        yield f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |"


def error_tree() -> Iterator[str]:
    """Yield the lines of the page of errors, each under what it is a kind of."""
    yield from ("# Errors", "", NOTE, "")
    yield "Each says what happened, what was given, what is allowed and what to do next."
    yield ""
    yield from _branch(errors.WorkbenchError, 0)


def _branch(error: type[errors.WorkbenchError], depth: int) -> Iterator[str]:
    summary = (inspect.getdoc(error) or "").splitlines()[0]
    yield f"{'  ' * depth}- `{error.__name__}`: {summary}"
    for child in error.__subclasses__():
        yield from _branch(child, depth + 1)


def data_dictionary() -> Iterator[str]:
    """Yield the lines of the page of tables and columns."""
    yield from ("# Data dictionary", "", NOTE, "")
    yield "Times are `timestamptz`; positions are degrees, longitude before latitude, EPSG:4326."
    for table in metadata.sorted_tables:
        yield from ("", f"## {table.name}", "", table.comment or "", "")
        yield from ("| column | type | may be empty | meaning |", "|---|---|---|---|")
        for column in table.columns:
            kind = column.type.compile(dialect=postgresql.dialect())
            empty = "yes" if column.nullable else "no"
            yield f"| `{column.name}` | `{kind}` | {empty} | {column.comment or ''} |"


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "docs/commands.md": commands,
    "docs/settings.md": settings,
    "docs/errors.md": error_tree,
    "docs/looks.md": partial(looks, NOTE),
    "data_schema/data_dictionary.md": data_dictionary,
}


def render(path: str) -> str:
    """Return the text that a page should have."""
    return "\n".join(PAGES[path]()).rstrip() + "\n"


def stale() -> list[str]:
    """Return the pages whose text is not what the code says."""
    return [
        path
        for path in PAGES
        if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != render(path)
    ]


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` only compare them."""
    old = stale()
    if "--check" in arguments:
        for path in old:
            print(f"{path} is not current: run `make docs`")
        return 1 if old else 0
    for path in old:
        (ROOT / path).write_text(render(path), encoding="utf-8")
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

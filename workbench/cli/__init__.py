"""The `workbench` command: one small file per subject, loaded when it is called."""

from __future__ import annotations

import sys
from importlib import import_module

import click
import typer

from workbench.errors import WorkbenchError

SUBJECTS: dict[str, tuple[str, str]] = {
    # command: (module with a typer `app`, one line of help); sorted
}


class _Subjects(click.Group):
    """Imports a subject's module only when its command is called, so that help is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(SUBJECTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in SUBJECTS:
            return None
        module = import_module(SUBJECTS[cmd_name][0])
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, SUBJECTS[name][1]) for name in sorted(SUBJECTS)])


def main() -> None:
    """Run the command line; an error of ours is one line on stderr and exit code 2."""
    group = _Subjects(name="workbench", help="The ALPR workbench.")
    try:
        group(prog_name="workbench", standalone_mode=True)
    except WorkbenchError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 - this is the terminal
        sys.exit(2)

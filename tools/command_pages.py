"""Turns a typer application into lines of Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin

import typer

MOST_CHOICES = 10


def command_lines(subject: str, app: typer.Typer, summary: str) -> Iterator[str]:
    """Yield a section for a subject and one for each of its commands.

    Parameters
    ----------
    subject
        The word after ``workbench``.
    app
        Its application.
    summary
        The one line that the list of commands shows.
    """
    command = typer.main.get_command(app)
    yield from (f"## workbench {subject}", "", f"{summary}.", "")
    yield from _walk(f"workbench {subject}", command, top=True)


def _walk(path: str, command: Any, *, top: bool = False) -> Iterator[str]:
    children = getattr(command, "commands", {})
    if not top:
        yield from (f"### {path}", "")
    if not children:
        yield from _described(path, command)
    for name, child in sorted(children.items()):
        if not child.hidden:
            yield from _walk(f"{path} {name}", child)


def _described(path: str, command: Any) -> Iterator[str]:
    shown = [p for p in command.params if p.name != "help" and not getattr(p, "hidden", False)]
    arguments = [_argument(p) for p in shown if p.param_type_name == "argument"]
    options = [p for p in shown if p.param_type_name == "option"]
    usage = " ".join((path, *arguments, *(["[OPTIONS]"] if options else [])))
    text = " ".join((command.help or "").partition("\f")[0].split())
    yield from ("```", usage, "```", "", text, "")
    for argument in (p for p in shown if p.param_type_name == "argument" and p.help):
        yield f"- `{_argument(argument)}`: {argument.help}"
    for option in options:
        yield f"- `{_option(option)}`: {option.help or ''}{_default(option)}"
    if shown:
        yield ""


def _argument(parameter: Any) -> str:
    name = parameter.name.upper() + ("..." if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def _option(parameter: Any) -> str:
    names = "/".join((*parameter.opts, *parameter.secondary_opts))
    return names if parameter.is_flag else f"{names} {parameter.metavar or _value(parameter)}"


def _value(parameter: Any) -> str:
    """Return what stands for the value: the choices of an enumeration, else its kind."""
    kind = parameter.type_descriptor.annotation
    kind = get_args(kind)[0] if get_origin(kind) is list else kind
    if isinstance(kind, type) and issubclass(kind, Enum) and len(kind) <= MOST_CHOICES:
        return "|".join(str(member.value) for member in kind)
    return {Path: "PATH", int: "NUMBER", float: "NUMBER"}.get(kind, "TEXT")


def _default(parameter: Any) -> str:
    if parameter.required:
        return " (required)"
    default = parameter.default
    if default is None or callable(default) or default in (False, (), []):
        return ""
    return f" (default: {getattr(default, 'value', default)})"

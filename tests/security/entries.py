"""Every way into the workbench, listed from the live objects and not from a list of ours."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from fastapi.routing import iter_route_contexts
from tornado.web import RequestHandler

import apps
from apps.pages import PAGES
from workbench.cli import SUBJECTS
from workbench.reports.catalogue import REPORTS
from workbench.runtime import Runtime
from workbench.service.app import create_app

APPS = Path(apps.__file__).parent


def routes(runtime: Runtime) -> set[str]:
    """Return every route of the service, as ``METHOD PATH``."""
    return {
        f"{method} {route.path}"
        for route in iter_route_contexts(create_app(runtime).routes)
        for method in route.methods
    }


def commands() -> set[str]:
    """Return every command, without the word workbench."""
    found: set[str] = set()
    for subject, (module, _) in SUBJECTS.items():
        found |= set(_commands(typer.main.get_command(import_module(module).app), subject))
    return found


def pages() -> set[str]:
    """Return the address of every page."""
    return {page.address for page in PAGES}


@cache
def page_acts() -> frozenset[str]:
    """Return what pages ask the server: each piece of work that is handed to a worker."""
    return frozenset(
        f"{_module(file)}: {ast.unparse(call.args[0])}"
        for file in sorted(APPS.rglob("*.py"))
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "in_background"
    )


def handlers() -> set[str]:
    """Return our own handlers beside Panel's and Bokeh's, in whatever module they are."""
    for file in APPS.rglob("*.py"):
        import_module(_module(file).removesuffix(".__init__"))
    return {each.__name__ for each in _below(RequestHandler) if each.__module__.startswith("apps.")}


def reports() -> set[str]:
    """Return every report."""
    return {report.name for report in REPORTS}


def watchers(runtime: Runtime) -> set[str]:
    """Return what runs in the transaction that stores reads."""
    storing = runtime.ingest._storing
    return {type(each).__name__ for each in storing._watchers}


def _commands(command: Any, name: str) -> Iterator[str]:
    below = getattr(command, "commands", None)
    if below is None:
        yield name
        return
    for each, inner in below.items():
        yield from _commands(inner, f"{name} {each}")


def _module(file: Path) -> str:
    return ".".join(file.relative_to(APPS.parent).with_suffix("").parts)


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)

"""`workbench policy`: the rules in force, and whether another file could take their place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.terminal import say
from workbench.errors import PolicyError
from workbench.policy import check_policy, load_policy
from workbench.policy.listing import Line, list_rules
from workbench.settings import load_settings

app = typer.Typer(no_args_is_help=True, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output")]


@app.command()
def show(
    part: Annotated[
        str | None, typer.Argument(help="Only rules whose name begins so, such as sign_in")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show every rule in force with its section."""
    settings = load_settings()
    policy = load_policy(settings.policy_file, retention=settings.retention_file)
    lines = [line for line in list_rules(policy) if line.name.startswith(part or "")]
    if not lines:
        names = sorted({line.name.split(".")[0] for line in list_rules(policy)})
        raise PolicyError("No rule begins so", given=part, allowed=", ".join(names))
    if as_json:
        rules = {line.name: _told(line) for line in lines}
        say(json.dumps({"version": policy.version, "rules": rules}))
        return
    say(f"{policy.title} ({policy.version})")
    width = max(len(line.name) for line in lines)
    for line in lines:
        note = f" ({line.note})" if line.note else ""
        say(f"{line.name:<{width}}  {line.text}  [{line.section}]{note}")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A policy file")], *, as_json: AsJson = False
) -> None:
    """Say everything that is wrong with a policy file. Exit code 0: nothing; 1: something."""
    try:
        problems = check_policy(file)
    except PolicyError as error:
        problems = (error,)
    if as_json:
        version = None if problems else load_policy(file).version
        told = [problem.as_dict() for problem in problems]
        say(json.dumps({"taken": not problems, "version": version, "problems": told}))
    elif problems:
        for problem in problems:
            say(str(problem))
    else:
        say(f"{file} can be taken: {load_policy(file).version}")
    raise typer.Exit(1 if problems else 0)


def _told(line: Line) -> dict[str, object]:
    return {"value": line.value, "section": line.section, "note": line.note}

"""What the documents tell people to type exists, and what they point to is there."""

import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from workbench.cli import SUBJECTS
from workbench.resources import resource_root

ROOT = resource_root()
GENERATED = {"docs/commands.md"}
COMMAND = re.compile(r"(?:^|/)workbench ([a-z][a-z-]*(?: [^#]*)?)")
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def documents() -> list[Path]:
    folders = (ROOT, ROOT / "docs", ROOT / "docs" / "decisions", ROOT / "notebooks")
    return sorted(path for folder in folders for path in folder.glob("*.md"))


def code_in(text: str) -> list[str]:
    """Return the lines of code blocks and the pieces in backticks."""
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    blocks = [line for block in fenced for line in block.splitlines()]
    indented = re.findall(r"^ {4}(\S.*)$", text, flags=re.MULTILINE)
    return [*blocks, *indented, *re.findall(r"`([^`\n]+)`", text)]


def commands_of(path: Path) -> list[list[str]]:
    matches = (COMMAND.search(line) for line in code_in(path.read_text()))
    return [shlex.split(match[1].rstrip(")")) for match in matches if match]


def mentioned() -> list[tuple[str, str]]:
    paths = [path for path in documents() if path.relative_to(ROOT).as_posix() not in GENERATED]
    return sorted({(path.name, shlex.join(words)) for path in paths for words in commands_of(path)})


def walked(words: list[str]) -> tuple[Any, list[str]]:
    """Return the command that words name and what follows its name."""
    assert words[0] in SUBJECTS, f"there is no command {words[0]}"
    command = typer.main.get_command(import_module(SUBJECTS[words[0]][0]).app)
    rest = words[1:]
    while getattr(command, "commands", None) and rest and rest[0] in command.commands:
        command, rest = command.commands[rest[0]], rest[1:]
    return command, rest


@pytest.mark.parametrize(("document", "line"), mentioned())
def test_a_command_in_a_document_exists_with_its_options(document: str, line: str):
    command, rest = walked(shlex.split(line))
    if getattr(command, "commands", None):
        assert not rest, f"{document}: {line}: no such command"
    known = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    assert [word for word in rest if word.startswith("--") and word not in known] == []


def test_a_target_of_make_in_a_document_exists():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    said = {
        target
        for path in documents()
        for line in code_in(path.read_text())
        for target in re.findall(r"^make ([a-z-]+)", line)
    }
    assert {"demo", "test"} <= said
    assert said - targets == set()


def test_ci_runs_the_test_command_of_the_readme():
    script = ROOT / ".ci" / "run"
    assert "    make test " in (ROOT / "README.md").read_text()
    assert "exec make test" in script.read_text()
    assert script.stat().st_mode & 0o111


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_a_link_in_a_document_leads_somewhere(path: Path):
    links = LINK.findall(path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_setting_in_a_document_exists():
    settings = (ROOT / "docs" / "settings.md").read_text()
    said = {
        name
        for path in documents()
        for name in re.findall(r"\bWORKBENCH_[A-Z_]+[A-Z]\b", path.read_text())
    }
    assert [name for name in sorted(said) if f"`{name}`" not in settings] == []

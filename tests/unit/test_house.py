"""The house keeps its own rules: sizes, names, directions, and nothing that belongs elsewhere."""

import ast
import inspect
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

from workbench import errors
from workbench.cli import SUBJECTS
from workbench.resources import resource_root

ROOT = resource_root()
LONGEST_FILE_LINES = 400
LONGEST_FUNCTION_LINES = 50
MEANINGLESS = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
FOREIGN = re.compile(
    r"pypi\.org/simple|files\.pythonhosted|--(extra-)?index-url|--find-links"
    r"|/opt/(wheels|pypi)|/work/(main|shared)|/root/|/home/[a-z]"
)

GENERATED = "data_schema/migrations/versions/"
LONG_FILES: dict[str, str] = {
    # path: why it may be longer
    "workbench/errors.py": "every error in one tree; a second file would hide half of it",
}
LONG_FUNCTIONS: dict[str, str] = {
    # path::function: why it may be longer
}

type_of_function = ast.FunctionDef | ast.AsyncFunctionDef


def tracked(*suffixes: str) -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return sorted(path for path in paths if path.suffix in suffixes and path.is_file())


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def not_generated(names: set[str]) -> set[str]:
    return {name for name in names if not name.startswith(GENERATED)}


def functions() -> Iterator[tuple[str, type_of_function]]:
    for path in tracked(".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, type_of_function):
                yield f"{name_of(path)}::{node.name}", node


def lines_of_code(function: type_of_function) -> int:
    """Count what a reader has to follow: everything from `def` on but the docstring."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is None:
        return total
    return total - ((first.end_lineno or first.lineno) - first.lineno + 1)


def test_a_file_has_one_subject_and_fits_in_the_head():
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in tracked(".py")}
    too_long = {name for name, length in lengths.items() if length > LONGEST_FILE_LINES}
    assert not_generated(too_long) == set(LONG_FILES)


def test_a_function_does_one_thing():
    too_long = {name for name, f in functions() if lines_of_code(f) > LONGEST_FUNCTION_LINES}
    assert not_generated(too_long) == set(LONG_FUNCTIONS)


def test_modules_are_named_after_what_is_in_them():
    names = {part for path in tracked(".py") for part in Path(name_of(path)).with_suffix("").parts}
    assert not names & MEANINGLESS


def test_a_module_says_what_belongs_in_it():
    silent = [name_of(p) for p in tracked(".py") if not ast.get_docstring(ast.parse(p.read_text()))]
    empty = [name for name in silent if not (ROOT / name).read_text().strip()]
    assert sorted(set(silent) - set(empty)) == []


def test_every_package_has_its_place_in_the_layers():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(c["layers"] for c in contracts["contracts"] if c["type"] == "layers")
    placed = {name.removeprefix("workbench.") for line in layers for name in line.split(" | ")}
    packages = {path.parent.name for path in (ROOT / "workbench").glob("*/__init__.py")}
    assert packages - placed == {"analysis", "client", "views"}, "they have contracts of their own"


def test_the_map_of_the_house_names_every_package():
    page = (ROOT / "docs" / "architecture.md").read_text()
    packages = {path.parent.name for path in (ROOT / "workbench").glob("*/__init__.py")}
    assert sorted(p for p in packages if not re.search(rf"`(workbench/)?{p}`", page)) == []


def test_every_error_is_in_the_tree_that_the_module_draws():
    ours = dict(inspect.getmembers(errors, inspect.isclass))
    del ours["Mapping"]
    assert all(issubclass(error, errors.WorkbenchError) for error in ours.values())
    missing = [name for name in ours if not re.search(rf"\b{name}\b", errors.__doc__ or "")]
    assert missing == []


def test_errors_are_defined_in_one_place():
    elsewhere = [
        f"{name_of(path)}: {node.name}"
        for path in tracked(".py")
        if name_of(path).startswith(("apps/", "workbench/")) and path.name != "errors.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    ]
    assert elsewhere == []


def test_commands_are_listed_in_order_and_have_a_module():
    assert list(SUBJECTS) == sorted(SUBJECTS)
    modules = [
        (ROOT / module.replace(".", "/")).with_suffix(".py") for module, _ in SUBJECTS.values()
    ]
    assert [name_of(path) for path in modules if not path.is_file()] == []


def test_nothing_names_one_machine_or_registry():
    texts = tracked(".md", ".py", ".toml", ".txt", ".yml", ".yaml", ".ipynb", ".json", ".sh", "")
    naming = [name_of(p) for p in texts if FOREIGN.search(p.read_text())]
    assert naming == [name_of(Path(__file__))], "only this test may spell what it looks for"

"""Checks the rules of notebooks/README.md: ``python -m tools.notebook_rules``."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parents[1]
MOST_CODE_CELLS = 12
MOST_LINES_A_CELL = 15
IMPORTABLE = {"workbench", "matplotlib", "holoviews", "datashader", "bokeh", "IPython"}


def complaints(path: Path) -> list[str]:
    """Return what a notebook breaks, as sentences; empty when it keeps every rule.

    Parameters
    ----------
    path
        A notebook of format 4.
    """
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = list(_about_the_whole(path, notebook, code))
    for number, cell in enumerate(code, start=1):
        found.extend(f"code cell {number} {what}" for what in _about_a_cell(cell))
    return found


def _about_the_whole(path: Path, notebook: Any, code: list[Any]) -> Iterator[str]:
    first = notebook.cells[0] if notebook.cells else None
    if first is None or first.cell_type != "markdown" or not first.source.startswith("# "):
        yield "does not begin with a heading"
    if len(code) > MOST_CODE_CELLS:
        yield f"has {len(code)} code cells; {MOST_CODE_CELLS} are allowed"
    tagged = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    wanted = 1 if path.name.startswith("report_") else 0
    if len(tagged) not in {wanted, 1}:
        yield f"has {len(tagged)} cells tagged `parameters`; a report has one"


def _about_a_cell(cell: Any) -> Iterator[str]:
    lines = len(cell.source.splitlines())
    if lines > MOST_LINES_A_CELL:
        yield f"has {lines} lines; {MOST_LINES_A_CELL} are allowed"
    if any(output.output_type == "error" for output in cell.outputs):
        yield "was stored with an error"
    tree = ast.parse(cell.source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield f"defines {node.name}; logic belongs in workbench"
    for name in sorted(_imported(tree) - IMPORTABLE):
        yield f"imports {name}; allowed: {', '.join(sorted(IMPORTABLE))}"


def _imported(tree: ast.AST) -> set[str]:
    names = {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    names |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    return {name.partition(".")[0] for name in names}


def main() -> int:
    """Print every complaint about every notebook of the checkout."""
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    found = [f"{path.name}: {what}" for path in paths for what in complaints(path)]
    print("\n".join(found) or f"{len(paths)} notebooks keep the rules")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

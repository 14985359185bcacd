"""The notebook rules refuse what they are there to refuse."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.notebook_rules import ROOT, complaints


def written(folder: Path, *cells: nbformat.NotebookNode, name: str = "01_any.ipynb") -> Path:
    path = folder / name
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def test_the_notebooks_keep_the_rules():
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert {path.name: complaints(path) for path in notebooks if complaints(path)} == {}


def test_a_notebook_that_keeps_the_rules_is_taken(tmp_path: Path):
    path = written(
        tmp_path, new_markdown_cell("# Search"), new_code_cell("from workbench import connect")
    )
    assert complaints(path) == []


def test_a_notebook_begins_with_a_heading(tmp_path: Path):
    assert complaints(written(tmp_path, new_markdown_cell("Search"))) == [
        "does not begin with a heading"
    ]


@pytest.mark.parametrize(("cells", "refused"), [(12, False), (13, True)])
def test_a_notebook_has_at_most_twelve_code_cells(tmp_path: Path, cells: int, refused: bool):
    code = [new_code_cell("1") for _ in range(cells)]
    assert bool(complaints(written(tmp_path, new_markdown_cell("# A"), *code))) is refused


@pytest.mark.parametrize(("lines", "refused"), [(15, False), (16, True)])
def test_a_cell_has_at_most_fifteen_lines(tmp_path: Path, lines: int, refused: bool):
    code = new_code_cell("\n".join(["1"] * lines))
    assert bool(complaints(written(tmp_path, new_markdown_cell("# A"), code))) is refused


@pytest.mark.parametrize(
    "source",
    [
        "def f(): ...",
        "class A: ...",
        "import os",
        "from sqlalchemy import text",
        "import psycopg.rows",
    ],
)
def test_logic_and_foreign_imports_stay_out(tmp_path: Path, source: str):
    assert complaints(written(tmp_path, new_markdown_cell("# A"), new_code_cell(source)))


def test_a_stored_error_is_refused(tmp_path: Path):
    output = new_output("error", ename="DeniedError", evalue="no", traceback=[])
    code = new_code_cell("1", outputs=[output])
    assert complaints(written(tmp_path, new_markdown_cell("# A"), code))


@pytest.mark.parametrize(("tagged", "refused"), [(0, True), (1, False), (2, True)])
def test_a_report_has_one_cell_of_parameters(tmp_path: Path, tagged: int, refused: bool):
    code = [new_code_cell("1", metadata={"tags": ["parameters"]}) for _ in range(tagged)]
    path = written(tmp_path, new_markdown_cell("# A"), *code, name="report_a.ipynb")
    assert bool(complaints(path)) is refused

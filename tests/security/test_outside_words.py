"""Words from outside command no terminal, page, notebook or spreadsheet, and forge no line."""

from __future__ import annotations

import ast
import csv
import io
import re
import unicodedata

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.parts import markup
from workbench.audit.csv_cells import safe_cell
from workbench.cli.shown_tables import show_table
from workbench.cli.terminal import PlainTable, say
from workbench.resources import resource_root
from workbench.views.tables import whole_table

EVIL = (
    "ten chars\n     9999  2026-11-30 00:00:00.000  audit:verify  s.yardale  done"
    "\x1b]0;owned\x07\x1b[31mRED\x1b[2J\u202eesrever\u2028 [red]x[/red] <script>alert(1)</script>"
)
ANYTHING = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Mn"]),
        st.sampled_from("=+-@;\t\r\n'\"[]/<>"),
    ),
    max_size=60,
)
RUN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
NEVER_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
FORMULA = re.compile(r"[\s'\"]*[=+\-@＝＋－＠|%]")  # noqa: RUF001 - what spreadsheets take too


def odd(text: str) -> list[str]:
    """Return the characters of some lines that a screen would obey or hide."""
    return [c for c in text.replace("\n", "") if unicodedata.category(c) in NEVER_SHOWN]


@RUN
@given(ANYTHING)
def test_a_line_that_is_printed_is_one_line_and_commands_nothing(capsys, text):
    capsys.readouterr()
    say(f"reason: {text}")
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert odd(out) == []


@RUN
@pytest.mark.parametrize("width", ["20", "200"])
@given(text=ANYTHING)
def test_a_table_has_no_line_and_no_escape_that_a_cell_brought(monkeypatch, capsys, width, text):
    monkeypatch.setenv("COLUMNS", width)
    capsys.readouterr()
    show_table(("number", "reason"), [(1, text)], none="none")
    said = capsys.readouterr().out
    show_table(("number", "reason"), [(1, "x" * len(text))], none="none")
    assert odd(said) == []


def test_what_looks_like_markup_of_the_terminal_is_shown_as_it_is(capsys):
    from rich.console import Console

    table = PlainTable("reason")
    table.add_row("[bold red]alarm[/bold red]")
    Console(width=80).print(table)
    assert "[bold red]alarm[/bold red]" in capsys.readouterr().out


def test_commands_print_with_what_makes_text_harmless():
    """One function prints; a command that calls another one lets text from outside through."""
    folder = resource_root() / "workbench" / "cli"
    others = []
    for file in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if name in {"typer.echo", "typer.secho", "click.echo", "print", "Table"}:
                others.append(f"{file.name}:{node.lineno}")
    assert [one for one in others if not one.startswith(("terminal.py", "__init__.py"))] == []


@RUN
@given(ANYTHING)
def test_a_cell_of_a_spreadsheet_is_no_formula_wherever_it_is_cut(text):
    cell = safe_cell(text)
    assert odd(cell) == []
    assert FORMULA.match(cell) is None or cell.startswith("'")
    for part in cell.split(";")[1:]:
        assert FORMULA.match(part) is None or part.lstrip().startswith("'")
    written = io.StringIO()
    csv.writer(written).writerow([cell, "next"])
    assert next(csv.reader(io.StringIO(written.getvalue()))) == [cell, "next"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(1)", "|cmd", "%x", " =1", "\t=1", "\r=1", "\n=1", "\u00a0=1",
        "\ufeff=1", "\u200b=1", "\u3000=1", "＝1", "＋1", "－1", "＠1", ";=1", "a;=1",  # noqa: RUF001
        'a;"=1', "'=1",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_would_run_is_not_run(text):
    cell = safe_cell(text)
    for part in (cell, *cell.split(";")):
        bare = part.lstrip('\u200b\ufeff\u00a0 \t\r\n"')
        assert not bare.startswith(tuple("=+-@＝＋－＠|%"))  # noqa: RUF001 - see above


@RUN
@given(ANYTHING)
def test_pages_show_text_and_nothing_that_it_would_do(text):
    for shown in (markup.text(text), markup.plate(text), markup.message("warn", text, text)):
        assert odd(shown) == []
    assert "<" not in markup.text(text)


@RUN
@given(ANYTHING)
def test_notebooks_and_reports_show_text_and_nothing_that_it_would_do(text):
    html = whole_table(pd.DataFrame({"reason": [text], "count": [3]}, dtype="object"))._repr_html_()
    assert odd(html) == []
    assert "<script" not in html


def test_one_attack_that_was_seen_is_shown_harmlessly(capsys):
    say(EVIL)
    out = capsys.readouterr().out
    assert not any(line.startswith("     9999") for line in out.splitlines())
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "␊     9999" in out
    assert "&lt;script&gt;" in markup.text(EVIL)

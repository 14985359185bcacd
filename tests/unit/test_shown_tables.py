"""Tables on a terminal keep every word, however narrow it is."""

from __future__ import annotations

import pytest

from workbench.cli.shown_tables import show_table

COLUMNS = ("fault", "found", "what", "paper", "out of service")
ROW = (1, "2026-11-03 21:55", "GPS light red, no position on the screen", "DM-26-0117", True)


def shown(monkeypatch, capsys, width: int, rows) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    show_table(COLUMNS, rows, none="No fault stands")
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_nothing_is_cut_off(monkeypatch, capsys, width):
    out = shown(monkeypatch, capsys, width, [ROW])
    assert "…" not in out
    for word in ("2026-11-03 21:55", "DM-26-0117", "yes", *str(ROW[2]).split()):
        assert word in out


def test_no_row_is_said_in_words(monkeypatch, capsys):
    assert shown(monkeypatch, capsys, 80, []) == "No fault stands\n"


def test_what_is_none_is_left_empty(monkeypatch, capsys):
    out = shown(monkeypatch, capsys, 120, [(1, None, None, None, False)])
    assert "None" not in out
    assert "no" in out

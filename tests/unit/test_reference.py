"""Everything that can be set, called, raised or stored is on a page, and the pages are current."""

import pytest

from tools.reference import PAGES, render, stale
from workbench import errors
from workbench.cli import SUBJECTS
from workbench.settings import Settings
from workbench.storage.tables import metadata


def test_every_setting_says_what_it_sets():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_pages_name_every_command_setting_error_and_table():
    commands, settings = render("docs/commands.md"), render("docs/settings.md")
    assert [name for name in SUBJECTS if f"## workbench {name}\n" not in commands] == []
    missing = [n for n in Settings.model_fields if f"`WORKBENCH_{n.upper()}`" not in settings]
    assert missing == []
    ours = [name for name in vars(errors) if name.endswith("Error")]
    assert [name for name in ours if f"`{name}`" not in render("docs/errors.md")] == []
    tables = render("data_schema/data_dictionary.md")
    assert [name for name in metadata.tables if f"## {name}\n" not in tables] == []


def test_every_table_says_what_it_holds():
    assert [table.name for table in metadata.sorted_tables if not table.comment] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_what_the_code_says(path: str):
    assert path not in stale(), "run `make docs`"

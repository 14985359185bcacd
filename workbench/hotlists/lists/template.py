"""A list template: how the file of a list is laid out, and what is said for all of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from workbench.domain.hot_entry import Category
from workbench.errors import HotListError
from workbench.templates import Code, Name, TemplatePart, Templates, Zone

TEMPLATES = Path(__file__).with_name("templates")
"""The templates that come with the workbench."""

SKIPPED = "-"
"""Name of a column that is not read."""

Region = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Position = Annotated[int, Field(ge=1, le=100_000)]


class DelimitedLayout(TemplatePart):
    """Cells between delimiters; one may stand in quotes, but not run over the end of its line.

    Attributes
    ----------
    header
        ``required``: the first line names the columns. ``none``: there is no such line.
        ``optional``: it may be there, and is passed over if it names `columns`.
    columns
        Their names in order where no header gives them; ``-`` for one that is skipped.
    skip_lines
        Lines before all that, such as a title.
    """

    kind: Literal["delimited"]
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    header: Literal["none", "optional", "required"] = "required"
    columns: tuple[Name, ...] = ()
    skip_lines: Annotated[int, Field(ge=0, le=1_000)] = 0

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        if (self.header == "required") == bool(self.columns):
            raise ValueError("columns should be given if, and only if, header is not 'required'")
        _once(self.columns)
        return self


class FixedColumn(TemplatePart):
    """Where a value stands in every line: from a character, counted from 1, so many of them."""

    name: Name
    start: Position
    width: Position


class FixedLayout(TemplatePart):
    """Values at fixed places of each line."""

    kind: Literal["fixed"]
    columns: Annotated[tuple[FixedColumn, ...], Field(min_length=1)]
    skip_lines: Annotated[int, Field(ge=0, le=1_000)] = 0

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        _once(tuple(column.name for column in self.columns))
        return self


class ListFields(TemplatePart):
    """Which column says what.

    Attributes
    ----------
    effective, expires
        From when, and until when the entry counts; a day counts whole.
    details
        Columns that go along with the entry as they are: make, model, number of the record.
    """

    plate: Name
    region: Name | None = None
    category: Name | None = None
    effective: Name | None = None
    expires: Name | None = None
    details: tuple[Name, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them, each once."""
        one = (self.plate, self.region, self.category, self.effective, self.expires)
        return tuple(dict.fromkeys(name for name in (*one, *self.details) if name is not None))


class Forced(TemplatePart):
    """What holds for every row, whatever its file says (LEARN's forced state and alert)."""

    region: Region | None = None
    category: Category | None = None


class Times(TemplatePart):
    """How times are written: ``iso``, or a pattern of `datetime.strptime`.

    Attributes
    ----------
    zone
        Of times that carry none; the department's where it is not said.
    """

    format: Name = "iso"
    zone: Zone | None = None


class Trailer(TemplatePart):
    """The last line, which says how many rows came before it.

    Attributes
    ----------
    begins
        How that line begins; the first whole number after it is the number of rows.
    """

    begins: Name


class ListTemplate(TemplatePart):
    """How the file of a list is read.

    Attributes
    ----------
    may_lack
        Columns that a file's header need not name; then nothing is said there.
    encoding
        ``detect`` takes UTF-8, and UTF-16 with its byte order mark. Others have to be named,
        because any bytes can be read as them.
    missing
        What stands in a cell that says nothing.
    categories
        The file's words for `Category`; compared without regard to upper and lower case.
    wildcards
        Whether a plate may have ``*`` for unknown characters: ``none``; ``whole``, then the rest
        is all of the plate; ``within``, then there may be more before and after, as in Genetec's
        lists.
    ends_with_newline
        Whether the last line has to end; one that does not was perhaps cut off.
    """

    name: Code
    title: Name
    may_lack: tuple[Name, ...] = ()
    layout: Annotated[DelimitedLayout | FixedLayout, Field(discriminator="kind")]
    fields: ListFields
    encoding: Literal["detect", "utf-8", "utf-16", "cp1252", "latin-1"] = "detect"
    missing: tuple[str, ...] = ("",)
    categories: Mapping[Name, Category] = Field(default_factory=dict)
    forced: Forced = Forced()
    times: Times = Times()
    wildcards: Literal["none", "whole", "within"] = "none"
    ends_with_newline: bool = True
    trailer: Trailer | None = None

    @model_validator(mode="after")
    def _columns_exist(self) -> Self:
        named = [getattr(column, "name", column) for column in self.layout.columns]
        missing = [name for name in self.fields.columns if named and name not in named]
        if missing:
            raise ValueError(f"layout.columns should have {', '.join(missing)}")
        return self

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns that the file has to have."""
        return tuple(name for name in self.fields.columns if name not in self.may_lack)


_ALL = Templates(
    model=ListTemplate,
    folder=TEMPLATES,
    error=HotListError,
    schema="data_schema/hot_lists/template.schema.json",
)


def load_list_template(name: str | Path) -> ListTemplate:
    """Return a template: a shipped one by its name, or the user's own by its path.

    Raises
    ------
    HotListError
        If there is none, or it cannot be taken; names field, value and what is allowed.

    Examples
    --------
    >>> load_list_template("genetec").layout.delimiter
    ';'
    """
    return _ALL.load(name)


def list_template(values: Mapping[str, Any]) -> ListTemplate:
    """Return the template of JSON-ready values, such as those that are stored with a list.

    Raises
    ------
    HotListError
        If it cannot be taken.
    """
    return _ALL.of(values)


def list_template_names() -> tuple[str, ...]:
    """Return the names of the shipped templates.

    Examples
    --------
    >>> list_template_names()
    ('fixed', 'genetec', 'learn', 'plain')
    """
    return _ALL.names()


def _once(names: tuple[str, ...]) -> None:
    kept = [name for name in names if name != SKIPPED]
    if len(set(kept)) < len(kept):
        raise ValueError("columns should not name one twice")

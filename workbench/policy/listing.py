"""The policy as a flat list, for people who read it and for programs that compare it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from workbench.domain.span import Span
from workbench.policy.form_rules import NumberForm, WordsForm
from workbench.policy.life_rules import RetentionException
from workbench.policy.model import Policy
from workbench.policy.people_rules import PurposeRule, TrainingNeed
from workbench.policy.rule import PolicyPart, Rule


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: its name, value, section and note."""

    name: str
    value: Any
    section: str
    note: str | None = None

    @property
    def text(self) -> str:
        """The value as words."""
        if isinstance(self.value, list):
            return ", ".join(map(str, self.value))
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return str(self.value)


def list_rules(policy: Policy) -> tuple[Line, ...]:
    """Return every rule in the file's order.

    Examples
    --------
    >>> from workbench.policy import load_policy
    >>> [line.text for line in list_rules(load_policy()) if line.name == "hot_plates.max_days"]
    ['30']
    """
    return tuple(_lines(policy, ""))


def _lines(part: Any, name: str) -> Iterator[Line]:
    if isinstance(part, Rule):
        yield Line(name, _plain(part.value), part.section, part.note)
    elif isinstance(part, PurposeRule | TrainingNeed | RetentionException):
        yield _named(part)
    elif isinstance(part, PolicyPart):
        for field in type(part).model_fields:
            yield from _lines(getattr(part, field), f"{name}.{field}".lstrip("."))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _lines(value, f"{name}.{key}")
    elif isinstance(part, tuple):
        for value in part:
            yield from _lines(value, name)


def _named(part: PurposeRule | TrainingNeed | RetentionException) -> Line:
    if isinstance(part, PurposeRule):
        told = f"{part.title}; needs approval" if part.needs_approval else part.title
        return Line(f"purposes.{part.code}", told, part.section)
    if isinstance(part, TrainingNeed):
        return Line(f"training.needs.{part.system}", _plain(part.actions), part.section)
    return Line(f"retention.exceptions.{part.purpose}", str(part.keep), part.section)


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(_plain(one) for one in value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Span | NumberForm | WordsForm):
        return str(value)
    return value.value if isinstance(value, Enum) else value

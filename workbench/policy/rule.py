"""A rule: a value together with the section that asks for it, and the kinds of value it takes."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
"""Words; never empty."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$")]
"""A short name that programs compare."""

Count = Annotated[int, Field(gt=0, le=10**12)]
"""A whole number above zero."""

CountOrZero = Annotated[int, Field(ge=0, le=10**12)]
"""A whole number, zero included."""

Share = Annotated[float, Field(ge=0, le=1)]
"""A part of one."""

Seconds = Annotated[float, Field(gt=0, le=86_400)]
"""A span of time above zero and up to a day."""


class PolicyPart(BaseModel):
    """What every part of a policy is: strict, frozen, and without unknown keys."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


class Rule(PolicyPart, Generic[T]):
    """One value of the policy and the section that asks for it.

    Attributes
    ----------
    value
        What the department chose or was told.
    section
        Where it stands, such as ``426.6.5``, ``CJIS 5.9.5 AC-7`` or ``Civil Code 1798.90.52``.
    note
        What a reader should know beside it.
    """

    value: T
    section: Text
    note: Text | None = None

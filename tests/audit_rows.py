"""Made-up audit entries and chains of rows, and what Hypothesis draws them from."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.people import made_actor
from workbench.audit.canonical import FIRST_PREVIOUS_HASH, row_hash
from workbench.audit.entry import Entry
from workbench.audit.stored import entry_row
from workbench.domain.event import LOOKS, OUTCOMES, EventKind, Outcome
from workbench.domain.person import Role

AT = datetime(2026, 11, 2, 18, tzinfo=UTC)

texts = st.text(max_size=40)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
mappings = st.dictionaries(texts, values, max_size=4)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Draw any entry that may be logged."""
    kind = draw(st.sampled_from(EventKind))
    look = kind in LOOKS
    outcome = kind in OUTCOMES
    return Entry(
        kind,
        made_actor(draw(st.sampled_from(Role))) if look or draw(st.booleans()) else None,
        purpose=draw(st.text(min_size=1, max_size=20)) if look else draw(st.none() | texts),
        case_number=draw(st.none() | texts),
        reason=draw(st.none() | texts),
        plate=draw(st.none() | st.text(string.ascii_uppercase + "?*#@[]", max_size=12)),
        criteria=draw(mappings.filter(bool)) if look else draw(st.none() | mappings),
        inquiry_id=draw(st.none() | st.uuids()),
        access_id=1 if outcome else None,
        outcome=draw(st.sampled_from(Outcome)) if outcome else draw(st.none()),
        details=draw(mappings),
    )


def made_chain(entries_of_it: list[Entry]) -> list[dict[str, Any]]:
    """Return the rows that the log would hold after these entries."""
    rows: list[dict[str, Any]] = []
    for number, entry in enumerate(entries_of_it, start=1):
        row = dict(
            entry_row(
                entry,
                at=AT + timedelta(seconds=number),
                organisation="Roseville Police Department",
                policy_version="example-1",
            )
        )
        row["seq"] = number
        row["previous_hash"] = rows[-1]["hash"] if rows else FIRST_PREVIOUS_HASH
        row["hash"] = row_hash(row)
        rows.append(row)
    return rows

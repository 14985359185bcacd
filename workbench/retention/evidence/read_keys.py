"""What has to be known of every packed read at once: its keys, in columns, a few bytes each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from workbench.domain.period import Period
from workbench.errors import EvidenceError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KEPT = (
    "detection_id",
    "seen_at",
    "received_at",
    "plate_normal",
    "pseudonym",
    "camera_id",
    "region",
    "confidence",
    "lon",
    "lat",
    "engine",
    "engine_version",
    "plate_picture",
    "vehicle_picture",
)


class ReadKeys:
    """Keys of reads, of use for finding what else concerns them.

    Parameters
    ----------
    portions
        Tables with the columns of `DETECTION_SCHEMA`.

    Raises
    ------
    EvidenceError
        If there is no read.
    """

    def __init__(self, portions: Iterable[pa.Table]) -> None:
        kept = [portion.select(_KEPT) for portion in portions]
        if not kept:
            raise EvidenceError(
                "There is nothing to pack: no read fits",
                next_step="see with a search, or with `workbench holds show`, what there is",
            )
        self._table = pa.concat_tables(kept).combine_chunks()

    def __len__(self) -> int:
        return int(self._table.num_rows)

    @property
    def ids(self) -> list[int]:
        """Their numbers, in the order of time."""
        numbers: list[int] = self._table["detection_id"].to_pylist()
        return numbers

    @property
    def seen(self) -> Period:
        """The shortest period in which all of them were seen."""
        micros = self.micros("seen_at")
        first, last = int(micros.min()), int(micros.max())
        begin = _EPOCH + timedelta(microseconds=first)
        return Period(begin, begin + timedelta(microseconds=last - first + 1))

    @property
    def last_seen_at(self) -> datetime:
        """When the last of them was seen."""
        return self.seen.end - timedelta(microseconds=1)

    def micros(self, column: str) -> npt.NDArray[np.int64]:
        """Return a column of times as microseconds since 1970."""
        values: npt.NDArray[np.int64] = self._table[column].cast(pa.int64()).to_numpy()
        return values

    def numbers(self, column: str) -> npt.NDArray[np.float64]:
        """Return a column of numbers; NaN where there is none."""
        values = pc.fill_null(self._table[column].cast(pa.float64()), float("nan"))
        return np.asarray(values.to_numpy())

    def texts(self, column: str) -> list[str | None]:
        """Return a column of texts."""
        values: list[str | None] = self._table[column].to_pylist()
        return values

    def distinct(self, *columns: str) -> list[tuple[str | None, ...]]:
        """Return the different combinations of some columns, sorted."""
        found = set(zip(*(self._table[name].to_pylist() for name in columns), strict=True))
        return sorted(found, key=lambda each: tuple(value or "" for value in each))

    def counts(self, column: str) -> dict[str, int]:
        """Return how many reads there are of each value of a column."""
        return {
            entry["values"]: entry["counts"]
            for entry in pc.value_counts(self._table[column]).to_pylist()
        }

    @property
    def plates(self) -> list[str]:
        """The different plates, in their normal form; stand-ins such as hashes too."""
        return [plate for (plate,) in self.distinct("plate_normal") if plate]

    @property
    def pictures(self) -> set[str]:
        """The SHA-256 of every picture that they name."""
        named = {
            name for each in self.distinct("plate_picture", "vehicle_picture") for name in each
        }
        return {name for name in named if name}


def micros_of(at: datetime) -> int:
    """Return an instant as microseconds since 1970."""
    delta = at - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds

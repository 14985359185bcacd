"""Reads as evidence: which texts each may stand for, and how much the engine says for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from workbench.domain.plate import normal_plate
from workbench.hotlists.matching.texts import Places

_LEAST = 0.005
"""Candidates that count for less than this share of the read itself are left out."""

_DOUBTFUL = 0.01
"""A read of confidence 0 still is what the engine settled on."""

Engine = tuple[str | None, str | None]
"""Name and version, as reads have them."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What reads say, as columns; a row for each text that a read may stand for.

    Attributes
    ----------
    texts
        Different normal plates.
    reads, text, weights
        Of each row: the read, the place of its text, and how much it counts. The read itself
        comes first.
    firsts
        Where each read's rows begin; one more than there are reads.
    rows
        The read's place in the table it came from.
    """

    texts: tuple[str, ...]
    reads: Places
    text: Places
    weights: NDArray[np.float64]
    firsts: Places
    rows: Places

    @property
    def own(self) -> Places:
        """The text of each read itself."""
        return self.text[self.firsts[:-1]]

    def of(self, read: int) -> dict[str, float]:
        """Return how much one read counts for each of its texts, the read itself first."""
        rows = range(int(self.firsts[read]), int(self.firsts[read + 1]))
        return {self.texts[self.text[row]]: float(self.weights[row]) for row in rows}


def seen_since(table: pa.Table, at: datetime) -> Places:
    """Return the places of reads that were seen at an instant or later."""
    since = pa.scalar(at, table["seen_at"].type)
    recent = pc.greater_equal(table["seen_at"], since)
    return np.flatnonzero(recent.to_numpy(zero_copy_only=False))


def by_engine(table: pa.Table, rows: Places | None = None) -> dict[Engine, Places]:
    """Return the places of reads by the engine and version that made them.

    Reads without a plate and those that hold a stand-in for one are left out.

    Parameters
    ----------
    rows
        Places of the reads that count; all by default.
    """
    real = pc.and_(pc.invert(table["pseudonym"]), pc.not_equal(table["plate_normal"], ""))
    places = np.flatnonzero(real.to_numpy(zero_copy_only=False))
    if rows is not None:
        places = np.intersect1d(places, rows)
    some = table.select(["engine", "engine_version"]).take(pa.array(places))
    names = some["engine"].combine_chunks().dictionary_encode(null_encoding="encode")
    versions = some["engine_version"].combine_chunks().dictionary_encode(null_encoding="encode")
    first, second = names.indices.to_numpy(), versions.indices.to_numpy()
    both = first.astype(np.int64) * (len(versions.dictionary) + 1) + second
    found: dict[Engine, Places] = {}
    for group in np.unique(both):
        own = np.flatnonzero(both == group)
        name = names.dictionary[int(first[own[0]])].as_py()
        found[name, versions.dictionary[int(second[own[0]])].as_py()] = places[own]
    return found


def evidence_of(table: pa.Table, rows: Places) -> Evidence:
    """Return what some reads of a table say.

    The confidence of the read itself is taken at its word as the probability that it is right, and
    its candidates share what it leaves, as `weights_of` says.

    Parameters
    ----------
    table
        At least the columns ``plate_normal``, ``confidence`` and ``candidates``.
    rows
        Places of reads that have a plate.
    """
    some = table.select(["plate_normal", "confidence", "candidates"]).take(pa.array(rows))
    own = some["plate_normal"].to_pylist()
    confidence = some["confidence"].to_numpy().astype(np.float64)
    owner, others, said = _candidates(some["candidates"].combine_chunks())
    number = {text: place for place, text in enumerate(dict.fromkeys([*own, *others]))}
    top = np.array([number[text] for text in own], dtype=np.int64)
    other = np.array([number[text] for text in others], dtype=np.int64)
    weights = _weights(top, confidence, owner, other, said)
    reads = np.concatenate([np.arange(len(own)), owner])
    text = np.concatenate([top, other])
    kept = weights > 0
    reads, text, weights = reads[kept], text[kept], weights[kept]
    order = np.argsort(reads, kind="stable")
    firsts = np.searchsorted(reads[order], np.arange(len(own) + 1))
    return Evidence(tuple(number), reads[order], text[order], weights[order], firsts, rows)


def weights_of(
    own: str, confidence: float | None, candidates: list[tuple[str, float | None]]
) -> dict[str, float]:
    """Return how much one read says for each text.

    Some engines' confidences are probabilities that add up to at most 1, and count as they are.
    Others' candidates all have nearly that of the read itself. These share what the read leaves
    to 1, so that an engine that is sure of everything is not taken to be sure of nothing.

    Examples
    --------
    >>> weights_of("8ABC123", 0.6, [("8ABC123", 0.6), ("BABC123", 0.3)])
    {'8ABC123': 0.6, 'BABC123': 0.3}
    >>> found = weights_of("8ABC123", 0.9, [("BABC123", 0.8), ("3ABC123", 0.8)])
    >>> [round(weight, 3) for weight in found.values()]
    [0.9, 0.05, 0.05]
    """
    pairs = [{"text": text, "confidence": said} for text, said in candidates] or None
    kind = pa.list_(pa.struct([("text", pa.string()), ("confidence", pa.float64())]))
    table = pa.table(
        {
            "plate_normal": [own],
            "confidence": pa.array([confidence], pa.float64()),
            "candidates": pa.array([pairs], kind),
        }
    )
    return evidence_of(table, np.array([0])).of(0)


def _candidates(column: pa.Array) -> tuple[Places, list[str], NDArray[np.float64]]:
    if column.null_count == len(column):
        return np.empty(0, dtype=np.int64), [], np.empty(0)
    flat = pc.list_flatten(column)
    said = pc.struct_field(flat, "confidence").to_numpy(zero_copy_only=False).astype(np.float64)
    texts = [normal_plate(text or "") for text in pc.struct_field(flat, "text").to_pylist()]
    owner = pc.list_parent_indices(column).to_numpy().astype(np.int64)
    kept = [place for place, text in enumerate(texts) if text]
    return owner[kept], [texts[place] for place in kept], said[kept]


def _weights(
    top: Places,
    confidence: NDArray[np.float64],
    owner: Places,
    other: Places,
    said: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the weights of the reads themselves and of their candidates, one after the other."""
    said = np.clip(np.nan_to_num(said, nan=0.0), 0, 1)
    same = top[owner] == other
    # What the list of candidates says of the read itself is the networks' word alone.
    own = confidence.copy()
    own[owner[same]] = said[same]
    own = np.clip(np.nan_to_num(own, nan=1.0), _DOUBTFUL, 1)
    first = np.ones(len(other), dtype=np.bool_)
    first[np.unique(np.stack([owner, other]), axis=1, return_index=True)[1]] = False
    rest = np.where(same | first, 0.0, said)
    total = np.bincount(owner, weights=rest, minlength=len(top))
    left = 1 - own
    scale = np.minimum(1, np.divide(left, total, out=np.zeros(len(top)), where=total > 0))
    rest = rest * scale[owner]
    return np.concatenate([own, np.where(rest < _LEAST * own[owner], 0.0, rest)])

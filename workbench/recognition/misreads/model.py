"""The misread model of one version of one engine: what it makes of a plate, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from workbench.domain.plate import MAX_PLATE_CHARACTERS
from workbench.errors import MisreadModelError
from workbench.recognition.base import Reading
from workbench.recognition.misreads.channel import (
    Channel,
    Probabilities,
    arcs_of_any_plate,
    arcs_of_any_read,
    edited,
    log,
    stray_read,
)
from workbench.recognition.misreads.characters import CHARACTERS, numbers_of, plate_of
from workbench.recognition.misreads.learning import Counts, Pair, Prior, learn
from workbench.recognition.misreads.near import within_one_edit
from workbench.recognition.misreads.scoring import log_likelihoods

_EXPANDED = 60
"""Best texts within one edit whose neighbours are looked at too."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MisreadModel:
    """What one version of an engine makes of plates.

    Attributes
    ----------
    engine, engine_version
        As in the reads it speaks about; for others it says nothing.
    learned_at
        UTC.
    sets
        Names of the labelled sets.
    channel
        The probabilities.
    counts
        What they were learned from.
    plate_lengths
        Share of plates with 1 to 12 characters among those learned from, none of them zero.
    """

    engine: str
    engine_version: str
    learned_at: datetime
    sets: tuple[str, ...]
    channel: Channel
    counts: Counts
    plate_lengths: tuple[float, ...]

    def likelihood(self, read: str, plate: str) -> float:
        """Return the probability that the engine reads ``read`` where ``plate`` stands.

        Summed over all ways from one to the other. Over all reads of one plate it adds up to 1.

        Raises
        ------
        MisreadModelError
            If one of them is no text that the model knows.
        """
        return float(np.exp(self.log_likelihoods(read, [plate])[0]))

    def log_likelihoods(self, read: str, plates: Sequence[str]) -> Probabilities:
        """Return the natural logarithms of a read's probability given each of many plates.

        Returns
        -------
        numpy.ndarray
            Shape (plates,), in their order.

        Raises
        ------
        MisreadModelError
            If one of the texts is none that the model knows.
        """
        return self._pairs([(plate_of(plate), plate_of(read)) for plate in plates])

    def posterior(self, read: str, priors: Mapping[str, float]) -> list[Reading]:
        """Return the candidates with their probabilities given the read, the most probable first.

        Parameters
        ----------
        priors
            How probable each plate is before the read; they need not add up to 1. Nothing but
            these plates is possible.

        Raises
        ------
        MisreadModelError
            If no prior is above 0, or a text is none that the model knows.
        """
        weights = np.array(list(priors.values()), dtype=np.float64)
        if not (len(weights) and np.isfinite(weights).all() and weights.min() >= 0 < weights.max()):
            raise MisreadModelError(
                "There is no plate that could have been read",
                given=dict(priors),
                allowed="at least one plate with a prior above 0",
            )
        scores = self.log_likelihoods(read, list(priors)) + log(weights)
        shares = np.exp(scores - scores.max())
        return _best(list(priors), shares / shares.sum(), len(weights))

    def likely_plates(self, read: str, limit: int = 20) -> list[Reading]:
        """Return the plates that most probably stood where this was read.

        Before the read all plates of a length count alike, without any plate format; lengths count
        as `plate_lengths` says. Looked at are all texts within one edit of the read and the
        neighbours of the best of them.

        Returns
        -------
        list of Reading
            The most probable first. Each probability is the plate's among *all* texts, so that
            their sum says how much was left out.
        """
        asked = plate_of(read)
        evidence = self._log_probability(asked)

        def score(plates: list[str]) -> Probabilities:
            lengths = np.array([len(plate) for plate in plates])
            before = log(np.array(self.plate_lengths))[lengths - 1]
            before -= lengths * np.log(len(CHARACTERS))
            scores: Probabilities = self._pairs([(plate, asked) for plate in plates])
            scores += before - evidence
            return scores

        return _search(asked, score, limit)

    def likely_reads(self, plate: str, limit: int = 20) -> list[Reading]:
        """Return what the engine most probably reads where this plate stands, itself included.

        These are the stored texts that a search for the plate should look for too.

        Returns
        -------
        list of Reading
            The most probable first; their sum says how much was left out.
        """
        asked = plate_of(plate)
        return _search(asked, lambda reads: self._pairs([(asked, read) for read in reads]), limit)

    def read_lengths(self, plate: str, most: int = MAX_PLATE_CHARACTERS) -> Probabilities:
        """Return the probabilities of reads of 0 to ``most`` characters, strays left out."""
        arcs = arcs_of_any_read(self.channel)
        asked = numbers_of([plate_of(plate)])
        widths = [np.zeros((1, width), dtype=np.int64) for width in range(most + 1)]
        shares: Probabilities = np.exp(np.array([edited(arcs, asked, w)[0] for w in widths]))
        return shares

    def sample(self, plate: str, rng: np.random.Generator) -> str:
        """Return one read of a plate by chance; may be empty, may have more than 12 characters."""
        channel, read = self.channel, ""
        if rng.random() < channel.stray:
            length = int(rng.integers(1, MAX_PLATE_CHARACTERS + 1))
            return "".join(rng.choice(list(CHARACTERS), size=length))
        choices = [*CHARACTERS, ""]
        for character in (*plate_of(plate), None):
            while rng.random() < channel.gained:
                read += str(rng.choice(list(CHARACTERS), p=channel.gained_as))
            if character is not None:
                row = CHARACTERS.index(character)
                shares = np.append(channel.written[row], channel.lost[row])
                read += str(rng.choice(choices, p=shares / shares.sum()))
        return read

    def confusions(self, least: float = 0.5) -> pd.DataFrame:
        """Return what was mistaken for what, the most frequent first.

        Parameters
        ----------
        least
            Expected number of times that a row must have.

        Returns
        -------
        pandas.DataFrame
            ``kind`` (substitution, deletion, insertion), ``true`` and ``read`` (empty where there
            is none), ``count`` (expected, over all alignments) and ``probability`` (of the read
            character given the true one; of an insertion, in one gap).
        """
        rows: list[tuple[str, str, str, float, float]] = [
            ("substitution", true, read, self.counts.written[i, j], self.channel.written[i, j])
            for i, true in enumerate(CHARACTERS)
            for j, read in enumerate(CHARACTERS)
            if i != j
        ]
        for place, character in enumerate(CHARACTERS):
            lost = self.counts.lost[place], self.channel.lost[place]
            gained = self.channel.gained * self.channel.gained_as[place]
            rows.append(("deletion", character, "", *lost))
            rows.append(("insertion", "", character, self.counts.gained[place], gained))
        kept = sorted((row for row in rows if row[3] >= least), key=lambda row: -row[3])
        frame = pd.DataFrame(kept, columns=["kind", "true", "read", "count", "probability"])
        return frame.astype(dict.fromkeys(("kind", "true", "read"), "str")).astype(
            {"count": "float64", "probability": "float64"}
        )

    def _pairs(self, pairs: Sequence[Pair]) -> Probabilities:
        return log_likelihoods(self.channel, pairs)

    def _log_probability(self, read: str) -> float:
        """Return the logarithm of a read, whatever the plate; exact, because plates count alike."""
        arcs, asked = arcs_of_any_plate(self.channel), numbers_of([read])
        total = log(self.channel.stray) + stray_read(len(read))
        for length, share in enumerate(self.plate_lengths, start=1):
            plate = np.zeros((1, length), dtype=np.int64)
            own = log(1 - self.channel.stray) + log(share) + edited(arcs, plate, asked)[0]
            total = np.logaddexp(total, own)
        return float(total)


def learn_misreads(
    pairs: Sequence[Pair],
    *,
    engine: str,
    engine_version: str,
    learned_at: datetime,
    sets: tuple[str, ...] = (),
    prior: Prior | None = None,
) -> MisreadModel:
    """Return the misread model of labelled reads.

    Parameters
    ----------
    pairs
        Plates as they are and what was read of them, right and wrong alike, in any spelling.

    Raises
    ------
    MisreadModelError
        If there is no pair, or a text is none that a model knows.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> model = learn_misreads(
    ...     [("8ABC123", "BABC123"), ("7XYZ789", "7XYZ789")],
    ...     engine="made_up", engine_version="1", learned_at=datetime(2026, 11, 2, tzinfo=UTC),
    ... )
    >>> model.likely_plates("8DEF456")[0].text
    '8DEF456'
    """
    known = [(plate_of(plate), plate_of(read)) for plate, read in pairs]
    learned = learn(known, prior)
    lengths = np.bincount([len(plate) for plate, _ in known], minlength=MAX_PLATE_CHARACTERS + 1)
    shares = (lengths[1:] + 0.5) / (lengths[1:] + 0.5).sum()
    return MisreadModel(
        engine=engine,
        engine_version=engine_version,
        learned_at=learned_at,
        sets=sets,
        channel=learned.channel,
        counts=learned.counts,
        plate_lengths=tuple(map(float, shares)),
    )


def _search(asked: str, score: Callable[[list[str]], Probabilities], limit: int) -> list[Reading]:
    """Return the best-scored texts within one edit and among the neighbours of the best."""
    near = sorted(within_one_edit(asked))
    scores = score(near)
    first = [near[place] for place in np.argsort(-scores, kind="stable")[:_EXPANDED]]
    around = set().union(*map(within_one_edit, first)) - set(near)
    texts = [*near, *sorted(around)]
    return _best(texts, np.exp(np.concatenate([scores, score(texts[len(near) :])])), limit)


def _best(texts: Sequence[str], shares: Probabilities, limit: int) -> list[Reading]:
    order = np.lexsort((np.array(texts), -shares))[:limit]
    return [Reading(texts[place], float(shares[place])) for place in order]

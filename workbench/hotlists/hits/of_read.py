"""Which read a hit is of, for whoever lets its pictures out."""

from __future__ import annotations

from sqlalchemy import Engine

from workbench.domain.hit_read import HitRead
from workbench.hotlists.hits.purposes import purpose_of
from workbench.hotlists.hits.stored import read_hit
from workbench.policy import Policy


class ReadsOfHits:
    """Says which read a hit is of; shows nothing to anybody.

    Parameters
    ----------
    reader
        Engine of the service role, read-only and limited in time.
    policy
        Has the purposes.
    """

    def __init__(self, reader: Engine, *, policy: Policy) -> None:
        self._reader = reader
        self._policy = policy

    def read_of(self, hit_id: int) -> HitRead:
        """Return the read of a hit.

        Raises
        ------
        HitMissingError
            If there is no such hit.
        PurposeError
            If the policy has no purpose for it.
        """
        with self._reader.connect() as connection:
            hit = read_hit(connection, hit_id)
        return HitRead(
            hit_id=hit.id,
            detection_id=hit.detection_id,
            seen_at=hit.seen_at,
            purpose=purpose_of([hit.category], self._policy),
            listed_plate=hit.listed_plate,
        )

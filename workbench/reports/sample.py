"""A random sample that anybody can draw again from the seed alone."""

from __future__ import annotations

import hashlib

import pandas as pd


def seeded_sample(accesses: pd.DataFrame, size: int, *, seed: int) -> pd.DataFrame:
    """Return a random sample of accesses, in their order.

    Drawn are those whose SHA-256 of ``seed:access_id`` is smallest: the same for every version
    of every library, and nobody can know it before the seed is known.

    Parameters
    ----------
    accesses
        With ``access_id``. Not changed.
    size
        How many, if there are as many.

    Returns
    -------
    pandas.DataFrame

    Examples
    --------
    >>> seeded_sample(pd.DataFrame({"access_id": [11, 12, 13]}), 2, seed=426)["access_id"].tolist()
    [11, 13]
    """
    drawn = [
        hashlib.sha256(f"{seed}:{access_id}".encode()).hexdigest()
        for access_id in accesses["access_id"]
    ]
    order = pd.Series(drawn, index=accesses.index, dtype="str")
    chosen = order.sort_values(kind="stable").index[:size]
    return accesses.loc[chosen].sort_index().reset_index(drop=True)

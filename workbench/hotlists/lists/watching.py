"""How lists stand, for those who have no connection at hand: pages, commands, status."""

from __future__ import annotations

from sqlalchemy import Engine

from workbench.domain.clock import Clock
from workbench.hotlists.lists.hot_list import list_of
from workbench.hotlists.lists.load import Load, loads_of
from workbench.hotlists.lists.standing import Standing, standing, standings
from workbench.hotlists.lists.telling import Notice, notices
from workbench.policy import Policy


class Watching:
    """Reads how lists stand; nothing of what stands in them.

    Parameters
    ----------
    engine
        Of the service or reader role.
    policy, clock
        What is asked of lists, and the present instant.
    """

    def __init__(self, engine: Engine, *, policy: Policy, clock: Clock) -> None:
        self._engine = engine
        self._policy = policy
        self._clock = clock

    def all(self) -> list[Standing]:
        """Return how every list stands, by code."""
        with self._engine.connect() as connection:
            return standings(connection, at=self._clock(), policy=self._policy)

    def of(self, code: str) -> Standing | None:
        """Return how one list stands; ``None`` for hot plates, which are no list."""
        with self._engine.connect() as connection:
            return standing(connection, code, at=self._clock(), policy=self._policy)

    def notices(self) -> list[Notice]:
        """Return what people have to be told now."""
        with self._engine.connect() as connection:
            return notices(connection, at=self._clock(), policy=self._policy)

    def history(self, code: str, *, limit: int = 50) -> list[Load]:
        """Return the tries to load a list, newest first.

        Raises
        ------
        HotListError
            If there is no such list.
        """
        with self._engine.connect() as connection:
            list_of(connection, code)
            return loads_of(connection, code, limit=limit)

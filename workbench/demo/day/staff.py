"""Who works on the day, signed in by password and code as often as sessions end."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum

from workbench.access import SignedIn
from workbench.demo.city import City
from workbench.demo.people import DemoPerson
from workbench.demo.stage import ORIGIN, Stage
from workbench.domain.person import Actor, Role
from workbench.errors import SessionEndedError


class Post(StrEnum):
    """What somebody does on the day; sorted."""

    ADMINISTRATOR = "administrator"
    CAPTAIN = "captain"
    CUSTODIAN = "custodian"
    DESK = "desk"
    DISPATCH = "dispatch"
    EARLY_OFFICER = "early_officer"
    GARAGE = "garage"
    INVESTIGATOR = "investigator"
    NIGHT_OFFICER = "night_officer"
    OFFICER = "officer"
    SECOND_DESK = "second_desk"
    SECOND_NIGHT_OFFICER = "second_night_officer"
    SECOND_OFFICER = "second_officer"
    SUPERVISOR = "supervisor"


_ROLES: Mapping[Post, tuple[Role, int]] = {
    Post.ADMINISTRATOR: (Role.ALPR_ADMINISTRATOR, 0),
    Post.CAPTAIN: (Role.SERVICES_CAPTAIN, 0),
    Post.CUSTODIAN: (Role.RECORDS_CUSTODIAN, 0),
    Post.DESK: (Role.ANALYST, 0),
    Post.DISPATCH: (Role.DISPATCHER, 0),
    Post.EARLY_OFFICER: (Role.OFFICER, 3),
    Post.GARAGE: (Role.GARAGE, 0),
    Post.INVESTIGATOR: (Role.OFFICER, 2),
    Post.NIGHT_OFFICER: (Role.OFFICER, 4),
    Post.OFFICER: (Role.OFFICER, 0),
    Post.SECOND_DESK: (Role.ANALYST, 1),
    Post.SECOND_NIGHT_OFFICER: (Role.OFFICER, 5),
    Post.SECOND_OFFICER: (Role.OFFICER, 1),
    Post.SUPERVISOR: (Role.SUPERVISOR, 0),
}


_WATCHING = frozenset({Post.DESK, Post.DISPATCH})


class Staff:
    """Signs people in when they have something to do.

    Parameters
    ----------
    stage
        In whose made-up past they work.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._sessions: dict[Post, SignedIn] = {}

    def username(self, post: Post) -> str:
        """Return the user name of who has a post."""
        return holder(self._stage.city, post).username

    def name(self, post: Post) -> str:
        """Return the name of who has a post, as papers say it."""
        return holder(self._stage.city, post).display_name

    def stay(self) -> None:
        """Let those who watch alerts all day be seen doing so, while their sessions last."""
        for post in _WATCHING & self._sessions.keys():
            with suppress(SessionEndedError):
                self._stage.past.sessions.actor_of(self._sessions[post].token, ORIGIN)

    def actor(self, post: Post) -> Actor:
        """Return who has a post, in a session that has not ended."""
        sessions = self._stage.past.sessions
        if (session := self._sessions.get(post)) is not None:
            with suppress(SessionEndedError):  # then they sign in anew
                return sessions.actor_of(session.token, ORIGIN)
        self._sessions[post] = self._stage.sign_in(self._stage.past, self.username(post))
        return sessions.actor_of(self._sessions[post].token, ORIGIN)


def holder(city: City, post: Post) -> DemoPerson:
    """Return who has a post."""
    role, place = _ROLES[post]
    return [person for person in city.people if person.role is role and person.trained][place]

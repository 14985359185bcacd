"""What one person sees of the hits: the board, the hit they opened, what is new; no widgets."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import param

from apps.auth.visitor import Visitor
from workbench.detections.hit_door import HitDoor
from workbench.detections.result import Picture, SearchResult
from workbench.domain.alert import Level
from workbench.domain.clock import Clock
from workbench.domain.hit import HitState
from workbench.domain.hot_entry import ListKind
from workbench.errors import DetectionMissingError
from workbench.hotlists.hits.acts import Act
from workbench.hotlists.hits.board import Board, BoardLine, HitBoard
from workbench.hotlists.hits.handling import HitFile, Hits
from workbench.hotlists.hits.recording import Acted
from workbench.hotlists.hits.selection import Selection
from workbench.hotlists.hits.violations import ViolationKind
from workbench.policy import Policy

_OPEN = tuple(state for state in HitState if state is not HitState.CLOSED)
ANY = ""


class Shown(StrEnum):
    """Which hits are listed."""

    OPEN = "open"
    NEW = "new"
    OVERDUE = "overdue"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedHit:
    """The hit that somebody opened, and its read if it is still kept."""

    file: HitFile
    read: SearchResult | None


class HitsState(param.Parameterized):
    """The Hits page of one session.

    Attributes
    ----------
    board
        Open hits; looked at again when something changed, whatever is listed.
    closed
        Closed hits; looked at only when they are listed.
    seen
        Hashes of the opened hit's pictures that this person has opened.
    """

    visitor: Visitor = param.ClassSelector(class_=Visitor, constant=True)
    hits: Hits = param.ClassSelector(class_=Hits, constant=True)
    hit_board: HitBoard = param.ClassSelector(class_=HitBoard, constant=True)
    door: HitDoor = param.ClassSelector(class_=HitDoor, constant=True)
    policy: Policy = param.ClassSelector(class_=Policy, constant=True)
    clock: Clock = param.Callable(constant=True)

    shown = param.Selector(default=Shown.OPEN, objects=list(Shown))
    level = param.Selector(default=ANY, objects=[ANY, *Level])
    list_code = param.String(default=ANY)
    possible = param.Boolean(default=False)

    board = param.ClassSelector(class_=Board, default=None)
    closed = param.ClassSelector(class_=Board, default=None)
    opened = param.ClassSelector(class_=OpenedHit, default=None)
    seen = param.List(default=[])

    def look(self) -> tuple[Board, Board | None]:
        """Return what the page looks at by itself: no activity of the person's.

        Raises
        ------
        DeniedError, SessionEndedError, AuditWriteError, HitError
            As the board does.
        """
        actor = self.visitor.watcher()
        asked = Selection(states=_OPEN, possible=self.possible)
        board = self.hit_board.look(actor, asked)
        if self.shown is not Shown.CLOSED:
            return board, None
        asked = Selection(states=(HitState.CLOSED,), possible=self.possible)
        return board, self.hit_board.look(actor, asked)

    def open(self, hit_id: int) -> OpenedHit:
        """Return a hit with its read; two looks in the log, for the hit's own purpose.

        Raises
        ------
        DeniedError, SessionEndedError, HitMissingError, AuditWriteError
            As `Hits.show` and `HitDoor.read` do.
        """
        actor = self.visitor.actor()
        file = self.hits.show(actor, hit_id)
        try:
            read = self.door.read(actor, hit_id)
        except DetectionMissingError:
            read = None
        return OpenedHit(file=file, read=read)

    def take(self, opened: OpenedHit) -> None:
        """Show a hit; pictures of it that were opened stay seen."""
        same = self.opened is not None and self.opened.file.hit.id == opened.file.hit.id
        self.param.update(opened=opened, seen=self.seen if same else [])

    def open_again(self, opened: OpenedHit) -> OpenedHit:
        """Return an opened hit as it stands now; the page looks by itself."""
        file = self.hits.show(self.visitor.watcher(), opened.file.hit.id)
        return OpenedHit(file=file, read=opened.read)

    def open_picture(self, hit_id: int, sha256: str) -> Picture:
        """Return a picture of a hit's read; a look of its own."""
        return self.door.picture(self.visitor.actor(), hit_id, sha256)

    def act(
        self,
        hit_id: int,
        act: Act,
        happened_at: datetime | None,
        knowing: Collection[ViolationKind] = (),
    ) -> Acted:
        """Record what was done about a hit.

        Raises
        ------
        DeniedError, SessionEndedError, HitError, InputError, AuditWriteError
            As `Hits.act` does.
        """
        return self.hits.act(
            self.visitor.actor(), hit_id, act, happened_at=happened_at, knowing=knowing
        )

    def forget(self) -> None:
        """Show nothing any more, as when the session has ended."""
        self.param.update(board=None, closed=None, opened=None, seen=[])

    def listed(self) -> list[BoardLine]:
        """Return the lines that are shown, newest first."""
        board = self.closed if self.shown is Shown.CLOSED else self.board
        at = self.clock()
        return [line for line in board.lines if self._fits(line, at)] if board else []

    def unopened(self) -> int:
        """Return how many alerts nobody has opened."""
        return self.board.unopened if self.board else 0

    def overdue(self) -> int:
        """Return how many open hits have something overdue."""
        at = self.clock()
        return sum(is_overdue(line, at) for line in self.board.lines) if self.board else 0

    def _fits(self, line: BoardLine, at: datetime) -> bool:
        return (
            (self.shown is not Shown.NEW or line.hit.state is HitState.NEW)
            and (self.shown is not Shown.OVERDUE or is_overdue(line, at))
            and self.level in (ANY, line.level)
            and self.list_code in (ANY, line.hit.list_code)
        )


def is_overdue(line: BoardLine, at: datetime) -> bool:
    """Return whether a hit waits for something whose time has run out."""
    return any(due.by is not None and at >= due.by for due in line.due)


def _waits(line: BoardLine) -> bool:
    return line.hit.state is HitState.NEW and not line.hit.possible


def came(before: Board | None, now: Board) -> list[BoardLine]:
    """Return the alerts of a board that were not on the one before; none of the first board."""
    if before is None:
        return []
    known = {line.hit.id for line in before.lines}
    # Where older ones were cut off, one of those that comes into sight is not new.
    oldest = min(known, default=0) if before.truncated else 0
    return [
        line
        for line in now.lines
        if line.hit.id > oldest and line.hit.id not in known and _waits(line)
    ]


def loudest(lines: list[BoardLine], username: str) -> Level | None:
    """Return how loud new alerts are together; ``None`` for silence.

    What is low makes no noise. A hot plate that is not for more than one officer is heard only
    by who entered it.
    """
    levels = {line.level for line in lines if _concerns(line, username)}
    return next((level for level in (Level.HIGH, Level.MEDIUM) if level in levels), None)


def _concerns(line: BoardLine, username: str) -> bool:
    entry = line.hit.entry
    own = line.hit.list_kind is ListKind.HOT_PLATE and not entry.get("shared")
    return not own or entry.get("entered_by") == username

"""Loading a list: fetched, read and stored whole, in the place of the one before, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert
from sqlalchemy.exc import SQLAlchemyError

from workbench.access.office import Office
from workbench.audit import Entry, EventKind, Outcome
from workbench.domain.action import Action
from workbench.domain.hot_entry import ListKind
from workbench.domain.person import Actor, Origin
from workbench.errors import DatabaseError, HotListError, ListFileError, WorkbenchError
from workbench.hotlists.lists.approvals import approval_of
from workbench.hotlists.lists.counts import Counts
from workbench.hotlists.lists.fetching import Fetched, fetched
from workbench.hotlists.lists.force import changed_load, drop_waiting, put_in_force
from workbench.hotlists.lists.hot_list import HotList, list_of
from workbench.hotlists.lists.load import (
    Load,
    LoadState,
    load_in_force,
    newest_load_id,
    same_load,
)
from workbench.hotlists.lists.reading import ListReader
from workbench.hotlists.lists.sources import ListSources
from workbench.hotlists.lists.standing import local_day
from workbench.hotlists.lists.storing import common_entries, copy_entries
from workbench.hotlists.lists.values import Reading
from workbench.hotlists.plates.cutting import cut_entry
from workbench.storage.hot_list_tables import hot_list_load

_OUTCOMES = {
    LoadState.IN_FORCE: Outcome.DONE,
    LoadState.WAITING: Outcome.WAITING,
    LoadState.FAILED: Outcome.FAILED,
}
_BEING_READ = "is being read"


class FileStore(Protocol):
    """Where files are kept by their hash."""

    def put_stream(self, source: BinaryIO) -> str:
        """Keep what a stream holds and return its SHA-256."""
        ...


@dataclass(frozen=True, slots=True)
class _Try:
    """Who loads which list, since when."""

    list: HotList
    began_at: datetime
    newest_before: int
    by: Actor | None
    origin: Origin | None


class Loading:
    """Loads lists; every try stands in the history and in the log.

    Parameters
    ----------
    office
        The database, the rules, the log and the clock.
    files
        Keeps each file that was read to its end and holds nothing that does not belong.
    sources
        Where lists may come from, asked anew at each load.
    """

    def __init__(self, office: Office, *, files: FileStore, sources: ListSources) -> None:
        self._office = office
        self._sources = sources
        self._files = files

    def load(self, code: str, *, by: Actor | None = None, origin: Origin | None = None) -> Load:
        """Fetch a list and put it in the place of the one that is in force.

        The file that a load of the last minutes of this day took in is no second load: that one
        is returned, `again`. Later it is a download of its own
        (426.6.4 (a)), though nothing in it changed.

        Parameters
        ----------
        code
            Of the list.
        by
            Who asks for it; ``None`` for a timer.
        origin
            Where it comes from when nobody does.

        Returns
        -------
        Load
            ``in_force``; ``waiting`` if it changes so much that a person has to decide; or
            ``failed`` with its problem, and then what was in force still is.

        Raises
        ------
        DeniedError
            If the person may not.
        HotListError
            If there is no such list, or it is switched off.
        """
        at = self._office.clock()
        if by is not None:
            self._office.require(by, Action.HOT_LISTS_LOAD)
        with self._office.engine.connect() as connection:
            found = list_of(connection, code)
            newest = newest_load_id(connection, code)
        if not found.enabled:
            raise HotListError(
                "The list is switched off",
                given=f"{code}: {found.reason}",
                next_step="`workbench hotlists switch`",
            )
        this = _Try(found.list, at, newest, by, origin)
        most_bytes = self._office.policy.ingest.max_file_bytes.value
        facts: dict[str, Any] = {}
        try:
            self._refuse_unapproved(found.list)
            with fetched(found.list.address, most_bytes=most_bytes, sources=self._sources) as file:
                facts = _facts(file)
                return self._taken(this, file, facts)
        except SQLAlchemyError as error:
            # Its message may repeat what stands in the file.
            problem = DatabaseError("The load was not stored", given=type(error).__name__)
            return self._failed(this, facts, problem)
        except (HotListError, DatabaseError) as error:
            return self._failed(this, facts, error)

    def _taken(self, this: _Try, file: Fetched, facts: Mapping[str, Any]) -> Load:
        reader = ListReader(this.list.template, self._reading(this.list))
        with self._office.engine.begin() as connection:
            self._refuse_overtaken(connection, this)
            same = self._same(connection, this, facts["file_sha256"])
            if same is not None:
                self._office.audit.append_in(connection, _entry(this, same))
                return same
            load = self._begun(connection, this, facts)
            stored = connection.begin_nested()
            try:
                copy_entries(connection, load.id, reader.rows(file.file))
                self._refuse_broken(reader.counts)
                self._keep(file)
            except WorkbenchError as error:
                stored.rollback()
                return self._ended(connection, this, load, reader.counts, error)
            stored.commit()
            return self._ended(connection, this, load, reader.counts, None)

    def _same(self, connection: Connection, this: _Try, sha256: str) -> Load | None:
        rules = self._office.policy
        within = timedelta(minutes=rules.hot_lists.same_file_minutes.value)
        today, _ = local_day(this.began_at, ZoneInfo(rules.department.time_zone.value))
        # Downloads are counted by the day, so one after midnight is the new day's.
        since = max(this.began_at - within, today - timedelta(microseconds=1))
        until = this.began_at + within
        return same_load(connection, this.newest_before, sha256, since=since, until=until)

    def _ended(
        self,
        connection: Connection,
        this: _Try,
        load: Load,
        counts: Counts,
        error: WorkbenchError | None,
    ) -> Load:
        at = self._office.clock()
        values: dict[str, Any] = {"ended_at": at, "problem": None, **_counted(counts)}
        counted = replace(load, **_counted(counts))
        problem = self._too_different(connection, counted) if error is None else str(error)
        cuts: Any = ()
        if problem is None:
            ended, cuts = put_in_force(
                connection, counted, values, at=at, policy=self._office.policy
            )
        else:
            state = LoadState.WAITING if error is None else LoadState.FAILED
            values |= {"state": state.value, "problem": problem}
            ended = changed_load(connection, load.id, values)
            if error is None:
                drop_waiting(connection, ended)
        for cut in cuts:
            self._office.audit.append_in(connection, cut_entry(cut, ended.id))
        self._office.audit.append_in(connection, _entry(this, ended))
        return ended

    def _failed(self, this: _Try, facts: Mapping[str, Any], error: WorkbenchError) -> Load:
        with self._office.engine.begin() as connection:
            load = self._begun(connection, this, facts)
            return self._ended(connection, this, load, Counts(), error)

    def _begun(self, connection: Connection, this: _Try, facts: Mapping[str, Any]) -> Load:
        # Nobody sees this row before the transaction ends it as what the try became.
        values = {
            "list_code": this.list.code,
            "state": LoadState.FAILED.value,
            "began_at": this.began_at,
            "ended_at": this.began_at,
            "problem": _BEING_READ,
            **facts,
            **_counted(Counts()),
        }
        row = connection.execute(
            insert(hot_list_load).values(values).returning(hot_list_load.c.id)
        ).scalar_one()
        return changed_load(connection, int(row), {"problem": _BEING_READ})

    def _refuse_unapproved(self, given: HotList) -> None:
        if given.kind is ListKind.SPECIAL:
            with self._office.engine.connect() as connection:
                approval_of(connection, given.code)

    def _refuse_overtaken(self, connection: Connection, this: _Try) -> None:
        code = this.list.code
        if not list_of(connection, code, lock=True).enabled:
            raise HotListError("The list was switched off meanwhile", given=code)
        if this.list.kind is ListKind.SPECIAL:
            approval_of(connection, code)
        if newest_load_id(connection, code) != this.newest_before:
            raise ListFileError(
                "Somebody else has loaded the list meanwhile",
                given=code,
                next_step="load it again if what came may be older",
            )

    def _refuse_broken(self, counts: Counts) -> None:
        most = self._office.policy.hot_lists.max_failed_share
        if counts.failed_share > most.value:
            first = counts.told()[0]
            raise ListFileError(
                "Too many rows of the file cannot be taken",
                given=f"{counts.failed} of {counts.rows}; the most frequent reason, from line "
                f"{first['lines'][0]}: {first['reason']}",
                allowed=f"a share of at most {most.value:g} (hot_lists.max_failed_share of the "
                "policy)",
                next_step="see whether the template fits the file, and whether it came whole",
            )

    def _too_different(self, connection: Connection, load: Load) -> str | None:
        """Return why the load waits for a person, or ``None``."""
        if load.good == 0:
            return "The list is empty"
        before = load_in_force(connection, load.list_code)
        if before is None or before.good == 0:
            return None
        common = common_entries(connection, load.id, before.id)
        most = self._office.policy.hot_lists.max_change_share.value
        for word, changed in (("adds", load.good - common), ("loses", before.good - common)):
            if changed > most * before.good:
                return (
                    f"It {word} {changed} of {before.good} entries, more than a share of {most:g}"
                )
        return None

    def _keep(self, file: Fetched) -> None:
        file.file.seek(0)
        self._files.put_stream(file.file)  # type: ignore[arg-type]  # IO[bytes] is a BinaryIO

    def _reading(self, given: HotList) -> Reading:
        rules = self._office.policy.hot_lists
        return Reading(
            category=given.category,
            region=given.region,
            zone=ZoneInfo(self._office.policy.department.time_zone.value),
            special=given.kind is ListKind.SPECIAL,
            max_entries=rules.max_entries.value,
            max_wildcards=rules.max_wildcards.value,
            max_bytes=self._office.policy.ingest.max_file_bytes.value,
        )


def _facts(file: Fetched) -> dict[str, Any]:
    return {
        "file_name": file.name,
        "file_sha256": file.sha256,
        "size_bytes": file.size_bytes,
    }


def _counted(counts: Counts) -> dict[str, Any]:
    return {
        "good": counts.good,
        "duplicate": counts.duplicate,
        "failed": counts.failed,
        "reasons": counts.told(),
    }


def _entry(this: _Try, load: Load) -> Entry:
    return Entry(
        EventKind.HOT_LIST_LOAD,
        this.by,
        outcome=_OUTCOMES[load.state],
        details={
            "list": load.list_code,
            "load": load.id,
            "state": load.state.value,
            "sha256": load.file_sha256,
            "good": load.good,
            "duplicate": load.duplicate,
            "failed": load.failed,
            "problem": load.problem,
            "again": load.again,
        },
        origin=this.origin,
    )

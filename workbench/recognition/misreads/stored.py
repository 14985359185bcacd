"""The misread models of an installation, by engine and version."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert

from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.clock import Clock
from workbench.domain.person import Origin
from workbench.errors import MisreadModelError
from workbench.recognition.misreads.model import MisreadModel
from workbench.recognition.misreads.model_file import read_model, sha256_of, written_model
from workbench.storage.misread_tables import misread_model


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """What is known about a stored model without reading it."""

    engine: str
    engine_version: str
    learned_at: datetime
    pairs: int
    sha256: str


class MisreadModels:
    """Keeps misread models; one that is stored is never changed, and the newest counts.

    Every one that is stored is logged with it: it changes what searches and hits will say.

    Parameters
    ----------
    engine
        Connects as the service role.
    audit, clock
        Where it is logged, and when.
    """

    def __init__(self, engine: Engine, *, audit: AuditLog, clock: Clock) -> None:
        self._engine = engine
        self._audit = audit
        self._clock = clock

    def add(self, model: MisreadModel, *, origin: Origin) -> StoredModel:
        """Store a model; the same one again changes nothing and is not logged.

        Parameters
        ----------
        origin
            Where it comes from.

        Raises
        ------
        AuditWriteError
            If it cannot be logged; then it is not stored.
        """
        content = written_model(model)
        stored = StoredModel(
            engine=model.engine,
            engine_version=model.engine_version,
            learned_at=model.learned_at,
            pairs=model.counts.pairs,
            sha256=sha256_of(content),
        )
        values = {
            "engine": stored.engine,
            "engine_version": stored.engine_version,
            "learned_at": stored.learned_at,
            "stored_at": self._clock(),
            "pairs": stored.pairs,
            "content": content,
            "sha256": stored.sha256,
        }
        with self._engine.begin() as connection:
            new = insert(misread_model).values(values).on_conflict_do_nothing()
            if connection.execute(new.returning(misread_model.c.id)).first():
                self._audit.append_in(connection, _entry(stored, model.sets, origin))
        return stored

    def all(self) -> tuple[StoredModel, ...]:
        """Return what is stored, by engine and version, the newest of each first."""
        m = misread_model.c
        columns = (m.engine, m.engine_version, m.learned_at, m.pairs, m.sha256)
        order = (m.engine, m.engine_version, m.learned_at.desc(), m.id.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(select(*columns).order_by(*order)).mappings()
            return tuple(StoredModel(**row) for row in rows)

    def newest(self, engine: str, engine_version: str | None = None) -> MisreadModel | None:
        """Return the model learned last for an engine; ``None`` if there is none.

        Parameters
        ----------
        engine_version
            Models of other versions say nothing about its reads; ``None`` takes whichever was
            learned last.

        Raises
        ------
        MisreadModelError
            If what is stored is not what was stored.
        """
        m = misread_model.c
        wanted = select(m.content, m.sha256).where(m.engine == engine)
        if engine_version is not None:
            wanted = wanted.where(m.engine_version == engine_version)
        newest = wanted.order_by(m.learned_at.desc(), m.id.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(newest).one_or_none()
        if row is None:
            return None
        if sha256_of(row.content) != row.sha256:
            raise MisreadModelError(
                "A stored misread model was changed",
                given=sha256_of(row.content),
                allowed=row.sha256,
                next_step="learn it again with `workbench recognise misreads learn`",
            )
        return read_model(row.content)


def _entry(stored: StoredModel, sets: tuple[str, ...], origin: Origin) -> Entry:
    known = {**asdict(stored), "learned_at": stored.learned_at.isoformat(), "sets": sets}
    return Entry(
        EventKind.MISREAD_MODEL_ADD, None, outcome=Outcome.DONE, details=known, origin=origin
    )

"""Which engines there are; loading one is left to its factory."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from workbench.errors import EngineUnknownError, RecognitionError
from workbench.recognition import (
    easyocr_engine,
    fast_alpr_engine,
    plates_engine,
    rapidocr_engine,
    tesseract_engine,
)
from workbench.recognition.base import Recogniser
from workbench.recognition.engine import Engine
from workbench.recognition.options import EngineOptions


class EngineRegistry:
    """Engines by their names; fixed once it is made.

    Parameters
    ----------
    engines
        In any order.
    default
        The one that is used where nobody chose; the first by default.

    Raises
    ------
    RecognitionError
        If two engines have the same name, or there is none to be the default.

    Examples
    --------
    >>> shipped_engines().names()
    ('easyocr', 'fast-alpr', 'plates', 'rapidocr', 'tesseract')
    >>> shipped_engines().default
    'plates'
    """

    def __init__(self, engines: Iterable[Engine], *, default: str | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        for engine in engines:
            if engine.name in self._engines:
                raise RecognitionError(
                    "There are two engines of one name",
                    given=engine.name,
                    allowed="each name once",
                )
            self._engines[engine.name] = engine
        chosen = default or next(iter(self._engines), None)
        if chosen not in self._engines:
            raise RecognitionError(
                "The default is none of the engines", given=chosen, allowed=", ".join(self.names())
            )
        self._default = chosen

    @property
    def default(self) -> str:
        """The engine that reads where nobody chose one."""
        return self._default

    def names(self) -> tuple[str, ...]:
        """Return the names, sorted."""
        return tuple(sorted(self._engines))

    def all(self) -> tuple[Engine, ...]:
        """Return the engines, sorted by name."""
        return tuple(self._engines[name] for name in self.names())

    def check(self, name: str) -> None:
        """Refuse a name that no engine has.

        Raises
        ------
        EngineUnknownError
            Lists those there are.
        """
        if name not in self._engines:
            close = get_close_matches(name, self._engines, n=1)
            raise EngineUnknownError(
                "There is no such engine",
                given=name,
                allowed=", ".join(self.names()),
                next_step=f"did you mean {close[0]}?" if close else None,
            )

    def installed(self, options: EngineOptions | None = None) -> tuple[Engine, ...]:
        """Return the engines that can be loaded on this machine, sorted by name."""
        chosen = options or EngineOptions()
        return tuple(engine for engine in self.all() if engine.look(chosen).complete)

    def load(self, name: str | None = None, options: EngineOptions | None = None) -> Recogniser:
        """Load an engine.

        Parameters
        ----------
        name
            Of the engine; the default one where it is ``None``.
        options
            What was chosen about it.

        Raises
        ------
        EngineUnknownError
            If there is none of that name.
        DependencyError
            If a package that it needs is not installed.
        """
        chosen = self.default if name is None else name
        self.check(chosen)
        return self._engines[chosen].make(options or EngineOptions())


def shipped_engines() -> EngineRegistry:
    """Return the engines that the workbench knows; none is loaded by asking."""
    modules = (plates_engine, easyocr_engine, rapidocr_engine, fast_alpr_engine, tesseract_engine)
    return EngineRegistry([module.ENGINE for module in modules], default=plates_engine.NAME)

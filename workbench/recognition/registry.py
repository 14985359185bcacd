"""Which engines there are; loading one is left to its factory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from workbench.errors import EngineUnknownError, RecognitionError
from workbench.recognition.base import Recogniser
from workbench.recognition.easyocr_engine import NAME, SUMMARY, make_easyocr
from workbench.recognition.options import EngineOptions

EngineFactory = Callable[[EngineOptions], Recogniser]


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that can be loaded.

    Attributes
    ----------
    summary
        One line for people who choose.
    """

    name: str
    summary: str
    make: EngineFactory


class EngineRegistry:
    """Engines by their names; fixed once it is made.

    Raises
    ------
    RecognitionError
        If two engines have the same name.

    Examples
    --------
    >>> shipped_engines().names()
    ('easyocr',)
    """

    def __init__(self, engines: Iterable[Engine]) -> None:
        self._engines: dict[str, Engine] = {}
        for engine in engines:
            if engine.name in self._engines:
                raise RecognitionError(
                    "There are two engines of one name",
                    given=engine.name,
                    allowed="each name once",
                )
            self._engines[engine.name] = engine

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

    def load(self, name: str, options: EngineOptions | None = None) -> Recogniser:
        """Load an engine.

        Raises
        ------
        EngineUnknownError
            If there is none of that name.
        DependencyError
            If a package that it needs is not installed.
        """
        self.check(name)
        return self._engines[name].make(options or EngineOptions())


def shipped_engines() -> EngineRegistry:
    """Return the engines that come with the workbench; none is loaded by asking."""
    return EngineRegistry([Engine(NAME, SUMMARY, make_easyocr)])

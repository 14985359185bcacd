"""Open passages as JSON-ready values and back, so that a video goes on where it stopped.

Every number comes back as it was, so that what follows is the same as without a stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from workbench.domain.read import Box
from workbench.recognition.video.passages import Best, Moment, Name, Passage
from workbench.recognition.video.places import Place
from workbench.recognition.video.votes import Share, Votes


def saved(passage: Passage) -> dict[str, Any]:
    """Return a passage as JSON-ready values."""
    return {
        "name": list(passage.name),
        "first": _saved_moment(passage.first),
        "last": _saved_moment(passage.last),
        "votes": {
            "frames": passage.votes.frames,
            "weight": passage.votes.weight,
            "shares": [[text, *share] for text, share in passage.votes.shares.items()],
        },
        "best": [[text, *_saved_best(best)] for text, best in passage.best.items()],
        "engine": passage.engine,
        "version": passage.version,
        "speed": passage.speed and list(passage.speed),
    }


def restored(value: Mapping[str, Any]) -> Passage:
    """Return the passage that was saved."""
    votes = value["votes"]
    speed = value["speed"]
    return Passage(
        name=Name(*value["name"]),
        first=_moment(value["first"]),
        last=_moment(value["last"]),
        votes=Votes(
            frames=votes["frames"],
            weight=float(votes["weight"]),
            shares=MappingProxyType(
                {text: Share(float(p), float(c), leads) for text, p, c, leads in votes["shares"]}
            ),
        ),
        best=MappingProxyType({text: _best(rest) for text, *rest in value["best"]}),
        engine=value["engine"],
        version=value["version"],
        speed=(float(speed[0]), float(speed[1])) if speed else None,
    )


def _saved_moment(moment: Moment) -> list[Any]:
    place = moment.place
    return [moment.frame, moment.at_s, place.x, place.y, place.width, place.height]


def _moment(value: list[Any]) -> Moment:
    frame, at_s, *sides = value
    return Moment(frame, float(at_s), Place(*(float(side) for side in sides)))


def _saved_best(best: Best) -> list[Any]:
    box = best.box
    return [
        best.leads, best.quality, best.frame, best.at_s, [box.x, box.y, box.width, box.height],
        best.region,
    ]  # fmt: skip


def _best(value: list[Any]) -> Best:
    leads, quality, frame, at_s, box, region = value
    return Best(leads, float(quality), frame, float(at_s), Box(*box), region)

"""A line of plate letters: spacing, gaps, signs between, small letters one above another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from tools.training.plates.letters import Mask
from tools.training.plates.texts import Text


class Letters(Protocol):
    """One kind of letters, as `StrokeLetters` and `FontLetters`."""

    def mask(self, character: str, height: int) -> Mask:
        """Return a letter of a height in pixels, cut out tightly."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """A line as one mask, and where its signs in other colours belong (x and width in pixels)."""

    mask: Mask
    emblems: tuple[tuple[int, int], ...]


def draw_line(rng: np.random.Generator, text: Text, letters: Letters, height: int) -> Line:
    """Return the line that says a text, its letters of a height in pixels."""
    pitch = height * float(rng.uniform(0.07, 0.3))
    cell = 0 if rng.random() < 0.5 else letters.mask("H", height).shape[1]
    breaks = _breaks(rng, text)
    stack_at = int(rng.choice([0, len(text.characters)])) if rng.random() < _stacked(text) else -1
    pieces: list[Mask] = []
    emblems: list[tuple[int, int]] = []
    for at, character in enumerate(text.characters):
        if at == stack_at:
            pieces.extend([_stack(rng, letters, height), _blank(height, pitch)])
        elif at in breaks:
            sign = _sign(rng, height, pitch)
            if sign is None:
                start = sum(piece.shape[1] for piece in pieces)
                emblem = round(height * float(rng.uniform(0.35, 0.95)))
                emblems.append((start, emblem))
                sign = _blank(height, emblem)
            pieces.extend([sign, _blank(height, pitch)])
        pieces.extend([_letter(letters, character, height, cell), _blank(height, pitch)])
    if stack_at == len(text.characters):
        pieces.extend([_stack(rng, letters, height), _blank(height, pitch)])
    return Line(_beside(pieces[:-1], height), tuple(emblems))


def _stacked(text: Text) -> float:
    return 0.14 if text.region == "us" and 3 <= len(text.characters) <= 6 else 0.0


def _breaks(rng: np.random.Generator, text: Text) -> set[int]:
    if rng.random() < 0.3 or len(text.characters) < 3:
        return set()
    anywhere = tuple(range(1, len(text.characters)))
    possible = text.breaks if text.breaks and rng.random() < 0.8 else anywhere
    count = 1 if rng.random() < 0.85 else 2
    return set(rng.choice(possible, size=min(count, len(possible)), replace=False).tolist())


def _blank(height: int, width: float) -> Mask:
    return np.zeros((height, max(1, round(width))), np.uint8)


def _letter(letters: Letters, character: str, height: int, cell: int) -> Mask:
    mask = letters.mask(character, height)
    spare = cell - mask.shape[1]
    if spare <= 1:
        return mask
    return np.pad(mask, ((0, 0), (spare // 2, spare - spare // 2)))


def _sign(rng: np.random.Generator, height: int, pitch: float) -> Mask | None:
    """Return a gap, a dash or a dot; None for an emblem in other colours."""
    kind = rng.random()
    if kind < 0.38:
        return _blank(height, pitch * float(rng.uniform(0.3, 3.0)))
    if kind < 0.76:
        long = height * float(rng.uniform(0.1, 0.38))
        thick = max(2, round(height * float(rng.uniform(0.07, 0.16))))
        mask = _blank(height, long)
        middle = round(height * float(rng.uniform(0.42, 0.6)))
        mask[middle - thick // 2 : middle - thick // 2 + thick] = 255
        return mask
    if kind < 0.86:
        size = max(3, round(height * float(rng.uniform(0.1, 0.22))))
        mask = _blank(height, size)
        middle = round(height * float(rng.choice([0.5, 0.5, 0.85])))
        cv2.circle(mask, (size // 2, middle), size // 2, 255, -1, cv2.LINE_AA)
        return mask
    return None


def _stack(rng: np.random.Generator, letters: Letters, height: int) -> Mask:
    """Return two small letters one above the other; they are not part of what is read."""
    small = round(height * float(rng.uniform(0.38, 0.47)))
    upper, lower = (letters.mask(each, small) for each in rng.choice(list("ABCDEFHKLMNPRSTX12"), 2))
    mask = _blank(height, max(upper.shape[1], lower.shape[1]))
    mask[: min(height, upper.shape[0]), : upper.shape[1]] = upper[:height]
    tall = min(lower.shape[0], height)
    mask[height - tall :, : lower.shape[1]] = lower[:tall]
    return mask


def _beside(pieces: list[Mask], height: int) -> Mask:
    tall = max(height, *(piece.shape[0] for piece in pieces))
    return np.concatenate(
        [np.pad(piece, ((0, tall - piece.shape[0]), (0, 0))) for piece in pieces], axis=1
    )

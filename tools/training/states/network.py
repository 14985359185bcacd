"""The network that names the state: features of two strips, weighed by where they tell most."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tools.training.states.samples import SIGNS
from workbench.recognition.state_reader import STATES

_LEAST_SPREAD = 8.0


class Layer(nn.Sequential):
    """Convolution, normalisation, rectifier."""

    def __init__(
        self,
        channels: tuple[int, int],
        size: tuple[int, int],
        stride: tuple[int, int],
        padding: tuple[int, int],
    ) -> None:
        super().__init__(
            nn.Conv2d(*channels, size, stride, padding, bias=False),
            nn.BatchNorm2d(channels[1]),
            nn.ReLU(inplace=True),
        )


class StateNetwork(nn.Module):
    """Takes N x 80 x 192, grey from 0 to 255; gives logits of every state and of none.

    Rows shrink to one for each strip, columns to 24. Each of these 48 places says how much it
    tells; the logits come from their weighted mean and from the most that any place shows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            Layer((1, 16), (5, 5), (2, 2), (2, 2)),
            Layer((16, 32), (3, 3), (2, 2), (1, 1)),
            Layer((32, 32), (3, 3), (1, 1), (1, 1)),
            Layer((32, 64), (3, 3), (2, 1), (1, 1)),
            Layer((64, 96), (5, 3), (5, 1), (0, 1)),
        )
        self.context = nn.Sequential(
            Layer((96, 96), (1, 5), (1, 2), (0, 2)), Layer((96, 112), (1, 5), (1, 1), (0, 2))
        )
        self.telling = nn.Conv2d(112, 1, 1)
        self.dropout = nn.Dropout(0.1)
        self.prediction = nn.Linear(2 * 112, len(STATES) + 1)

    def forward(self, strips: Tensor) -> Tensor:
        """Return N x (states + none)."""
        return self.told(self.seen(strips))

    def seen(self, strips: Tensor) -> Tensor:
        """Return features: N x 96 x 2 x 48, four pixels a column, a row for each strip."""
        grey = strips.unsqueeze(1)
        mean = grey.mean((2, 3), keepdim=True)
        spread = ((grey - mean) ** 2).mean((2, 3), keepdim=True).sqrt()
        found: Tensor = self.features((grey - mean) / (spread + _LEAST_SPREAD))
        return found

    def told(self, seen: Tensor) -> Tensor:
        """Return the logits that features give."""
        found = self.context(seen)
        places = found.flatten(2)
        weights = self.telling(found).flatten(2).softmax(-1)
        pooled = torch.cat([(places * weights).sum(-1), places.amax(-1)], 1)
        logits: Tensor = self.prediction(self.dropout(pooled))
        return logits


class SpellingHead(nn.Module):
    """Spells what stands on each strip from the features; only there while they are learned.

    A class in fifty says little about which letters are where; with the spelling beside it the
    network learns letters instead of the plates that it was shown.
    """

    def __init__(self) -> None:
        super().__init__()
        self.letters = nn.Sequential(Layer((96, 96), (1, 5), (1, 1), (0, 2)))
        self.prediction = nn.Conv2d(96, len(SIGNS) + 1, 1)

    def forward(self, seen: Tensor) -> Tensor:
        """Return columns x (2 N) x (blank + signs), first strips first: log probabilities."""
        logits = self.prediction(self.letters(seen))
        both = torch.cat([logits[:, :, 0], logits[:, :, 1]])
        return both.permute(2, 0, 1).log_softmax(-1)

"""The network that names the state: letters on two strips, weighed by where they tell most."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from tools.training.states.samples import SIGNS
from workbench.recognition.plate_reader import new_network
from workbench.recognition.state_reader import STATES, STRIP_PX

_LEAST_SPREAD = 0.05
_SHARED_BLOCKS = 5
"""How many blocks the plate reader's network and this one have in common."""


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
    """Takes N x 80 x 144, grey from 0 to 255; gives logits of every state and of none.

    Each strip goes alone through the first blocks of the plate reader's network, so that training
    can begin with letters that are known. Rows shrink to one a strip, columns to 18; each of the 36
    places says how much it tells; the logits come from their weighted mean and from the most that
    any place shows.
    """

    def __init__(self) -> None:
        super().__init__()
        reader: Any = new_network()
        self.letters = reader.features[:_SHARED_BLOCKS]
        self.column = Layer((72, 96), (5, 3), (1, 1), (0, 1))
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
        """Return features: N x 96 x 2 x 36, four pixels a column, a row for each strip."""
        grey = strips.reshape(-1, 1, STRIP_PX, strips.shape[-1]) / 127.5 - 1
        mean = grey.mean((2, 3), keepdim=True)
        spread = ((grey - mean) ** 2).mean((2, 3), keepdim=True).sqrt()
        found = self.column(self.letters((grey - mean) / (spread + _LEAST_SPREAD)))
        both: Tensor = found.squeeze(2).unflatten(0, (-1, 2)).transpose(1, 2)
        return both

    def told(self, seen: Tensor) -> Tensor:
        """Return the logits that features give."""
        found = self.context(seen)
        places = found.flatten(2)
        weights = self.telling(found).flatten(2).softmax(-1)
        pooled = torch.cat([(places * weights).sum(-1), places.amax(-1)], 1)
        logits: Tensor = self.prediction(self.dropout(pooled))
        return logits

    def begin_with(self, reader: dict[str, Tensor]) -> None:
        """Take over what the plate reader's network knows about letters."""
        part = "features."
        own = {name.removeprefix(part): each for name, each in reader.items() if part in name}
        kept = self.letters.state_dict().keys()
        self.letters.load_state_dict({name: own[name] for name in kept})


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

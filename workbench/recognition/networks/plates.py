"""The plate network as EasyOCR loads it from a user network directory.

EasyOCR imports this file by its bare name, so it stands alone: it imports torch and nothing of
the workbench.
"""

from __future__ import annotations

import torch
from torch import nn


class Model(nn.Module):
    """Reads a plate from left to right, one column of features at a time.

    Parameters
    ----------
    num_class
        Blank and characters.
    stem, widths
        Channels of the first convolution and of the blocks after it; see `_BLOCKS`.
    hidden_size
        Of the recurrent layer, in each direction.
    """

    def __init__(
        self,
        num_class: int = 37,
        stem: int = 16,
        widths: tuple[int, ...] = (32, 56, 56, 72, 72, 88),
        hidden_size: int = 96,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = [_block(1, stem, 5, (2, 2))]
        before = stem
        for width, stride in zip(widths, _STRIDES, strict=True):
            layers.append(_block(before, width, 3, stride))
            before = width
        self.features = nn.Sequential(*layers)
        self.column = nn.Sequential(
            nn.Conv2d(before, before, (_ROWS, 1), bias=False), nn.BatchNorm2d(before), nn.ReLU()
        )
        self.sequence = nn.LSTM(before, hidden_size, bidirectional=True, batch_first=True)
        self.dropout = nn.Dropout(0.1)
        self.prediction = nn.Linear(2 * hidden_size, num_class)

    def forward(self, input: torch.Tensor, text: torch.Tensor | None = None) -> torch.Tensor:  # noqa: A002, ARG002
        """Return batch x steps x (blank and characters): unnormalised log probabilities.

        Parameters
        ----------
        input
            Batch x 1 x 48 x width, grey; brightness and contrast do not matter, a step is 4 px.
        text
            EasyOCR passes it for networks with attention; not used.
        """
        mean = input.mean((2, 3), keepdim=True)
        spread = input.std((2, 3), keepdim=True)
        found = self.features((input - mean) / (spread + _LEAST_SPREAD))
        columns = self.column(found).squeeze(2).transpose(1, 2)
        sequence, _ = self.sequence(columns)
        logits: torch.Tensor = self.prediction(self.dropout(sequence))
        return logits


_STRIDES = ((1, 1), (2, 2), (1, 1), (2, 1), (1, 1), (2, 1))
_ROWS = 3
_LEAST_SPREAD = 0.01


def _block(before: int, after: int, kernel: int, stride: tuple[int, int]) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )

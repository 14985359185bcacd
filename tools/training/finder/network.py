"""The finder's network: where plates are, their boxes and corners, at an eighth of the size."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

STRIDE = 8
"""Pixels of the picture between two answers of the network."""

OUTPUTS = 13
"""Of each place: how much a plate's middle, four sides of the box, four corners of two numbers."""

_RARE_LOGIT = -4.0
"""Plates are rare: what an untrained network says everywhere, so that training begins calmly."""


class Layer(nn.Sequential):
    """Convolution, normalisation, rectifier."""

    def __init__(self, inputs: int, outputs: int, *, size: int = 3, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
        )


class Residual(nn.Module):
    """Two layers beside a path that leaves the values as they are."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = Layer(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, values: Tensor) -> Tensor:
        """Return values of the same shape."""
        return functional.relu(values + self.second(self.first(values)))


class FinderNetwork(nn.Module):
    """Fully convolutional: details at an eighth of the size, context at a 16th and a 32nd.

    Takes N x 3 x height x width, RGB from 0 to 255, both sides multiples of 32. Gives N x 13 x
    height/8 x width/8: the logit of a plate's middle; left, top, right and bottom as logarithms
    of distances in eights of pixels; and of each corner, clockwise from the top left, how far it
    lies within the box, in parts of the box's width and height.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(Layer(3, 16, stride=2), Layer(16, 24, stride=2))
        self.eighth = nn.Sequential(Layer(24, 48, stride=2), Residual(48))
        self.sixteenth = nn.Sequential(Layer(48, 96, stride=2), Residual(96))
        self.context = nn.Sequential(Layer(96, 128, stride=2), Residual(128))
        self.context_down = nn.Conv2d(128, 96, 1)
        self.sixteenth_down = nn.Conv2d(96, 48, 1)
        self.merged = nn.Sequential(Layer(48, 64), nn.Conv2d(64, OUTPUTS, 1))
        last = self.merged[-1]
        assert isinstance(last, nn.Conv2d)  # noqa: S101 -- for the type checker
        assert last.bias is not None  # noqa: S101 -- for the type checker
        nn.init.normal_(last.weight, std=0.01)
        nn.init.constant_(last.bias, 0.0)
        nn.init.constant_(last.bias[:1], _RARE_LOGIT)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the answers, logits and logarithms."""
        eighth = self.eighth(self.stem(pictures / 127.5 - 1.0))
        sixteenth = self.sixteenth(eighth)
        context = self.context_down(self.context(sixteenth))
        sixteenth = functional.relu(sixteenth + _doubled(context))
        answers: Tensor = self.merged(
            functional.relu(eighth + _doubled(self.sixteenth_down(sixteenth)))
        )
        return answers


def _doubled(values: Tensor) -> Tensor:
    return functional.interpolate(values, scale_factor=2.0, mode="nearest")

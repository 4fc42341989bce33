"""A network of the shape of MobileNetV3-Large (Howard et al., 2019, table 1) with weights from the seed: what is timed is its arithmetic."""

from __future__ import annotations

import torch
from torch import nn

# Kernel, channels within, channels out, squeeze-and-excite, hard swish, stride.
BLOCKS = [
    (3, 16, 16, False, False, 1),
    (3, 64, 24, False, False, 2),
    (3, 72, 24, False, False, 1),
    (5, 72, 40, True, False, 2),
    (5, 120, 40, True, False, 1),
    (5, 120, 40, True, False, 1),
    (3, 240, 80, False, True, 2),
    (3, 200, 80, False, True, 1),
    (3, 184, 80, False, True, 1),
    (3, 184, 80, False, True, 1),
    (3, 480, 112, True, True, 1),
    (3, 672, 112, True, True, 1),
    (5, 672, 160, True, True, 2),
    (5, 960, 160, True, True, 1),
    (5, 960, 160, True, True, 1),
]


def convolution(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    return [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]


class SqueezeExcite(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        hidden = (channels // 4 + 7) // 8 * 8
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, hidden, 1), nn.ReLU(), nn.Conv2d(hidden, channels, 1), nn.Hardsigmoid()
        )

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return image * self.gate(image)


class Block(nn.Module):
    def __init__(self, inputs: int, kernel: int, within: int, outputs: int, excite: bool, swish: bool, stride: int) -> None:
        super().__init__()
        activation = nn.Hardswish if swish else nn.ReLU
        layers: list[nn.Module] = [] if within == inputs else [*convolution(inputs, within, 1), activation()]
        layers += [*convolution(within, within, kernel, stride, within), activation()]
        layers += [SqueezeExcite(within)] if excite else []
        self.layers = nn.Sequential(*layers, *convolution(within, outputs, 1))
        self.is_residual = stride == 1 and inputs == outputs

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        result = self.layers(image)
        return image + result if self.is_residual else result


class MobileNetV3(nn.Module):
    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        layers: list[nn.Module] = [*convolution(3, 16, 3, stride=2), nn.Hardswish()]
        channels = 16
        for kernel, within, outputs, excite, swish, stride in BLOCKS:
            layers.append(Block(channels, kernel, within, outputs, excite, swish, stride))
            channels = outputs
        layers += [*convolution(channels, 960, 1), nn.Hardswish(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
        self.layers = nn.Sequential(*layers, nn.Linear(960, 1280), nn.Hardswish(), nn.Linear(1280, classes))
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                # Keeps the scale through the layers: vanishing activations would be timed as denormal numbers.
                nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.layers(image)

"""Nets that see all around: encoders of images and the upsampler of a small image, channels-last, with ReLUs between the parts."""

import torch
import torch.nn.functional as F
from torch import nn

from weights import Weights


def check_mapping(config):
    if config.get("activation", "relu") != "relu" or config.get("kernel", 3) != 3 or config.get("normalize", False):
        raise ValueError("wanted convolutions of 3x3 with ReLUs")


class Around(nn.Module):
    """A 3x3 convolution with zeros on all sides."""

    def __init__(self, weights, stride=1):
        super().__init__()
        kernel = weights["weights"].unflatten(0, (3, 3)).permute(3, 2, 0, 1)
        self.weight = nn.Parameter(kernel.contiguous(memory_format=torch.channels_last))
        self.bias = nn.Parameter(weights["bias"].clone())
        self.stride = stride

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, self.stride, 1)


class Blocks(nn.Module):
    """A transposed convolution that makes a block of every pixel."""

    def __init__(self, weights, stride):
        super().__init__()
        kernel = weights["weights"].unflatten(1, (stride, stride, -1)).permute(0, 3, 1, 2)
        self.weight = nn.Parameter(kernel.contiguous(memory_format=torch.channels_last))
        self.bias = nn.Parameter(weights["bias"].clone())
        self.stride = stride

    def forward(self, x):
        return F.conv_transpose2d(x, self.weight, self.bias, self.stride)


class Encoder(nn.Module):
    """[B, C, H, W] -> [B, D]: convolutions, then every number of every number."""

    def __init__(self, config, tree):
        super().__init__()
        check_mapping(config)
        weights, layers = Weights(tree), config["layers"]
        self.convs = nn.ModuleList(Around(weights.at(f"{i}-convolution2d"), stride) for i, (_, stride) in enumerate(layers))
        last = weights.at(f"{len(layers)}-fullyConnected")
        self.weight = nn.Parameter(last["weights"][0].t().contiguous())
        self.bias = nn.Parameter(last["bias"].clone())

    def forward(self, x):
        for conv in self.convs:
            x = F.relu_(conv(x))
        return F.linear(x.permute(0, 2, 3, 1).flatten(1), self.weight, self.bias)


class Upsampler(nn.Module):
    """[B, C, h, w] -> [B, c, f h, f w]: two convolutions, blocks, a convolution."""

    def __init__(self, factor, tree):
        super().__init__()
        weights = Weights(tree)
        around = lambda i: Around(weights.at(f"{i}-convolution2d"))
        self.first, self.second, self.last = around(0), around(1), around(3)
        self.blocks = Blocks(weights.at("2-transposedConv2d"), factor)

    def forward(self, x):
        return self.last(F.relu_(self.blocks(F.relu_(self.second(F.relu_(self.first(x)))))))

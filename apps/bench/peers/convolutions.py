"""Masked convolutions over cropped kernels, channels-last, and the blocks made of them."""

import torch
import torch.nn.functional as F
from torch import nn

from masks import centre_mask, groups_of
from weights import Weights


class Conv(nn.Module):
    """A convolution over the visible taps: rows above in full, `last` taps in the pixel's own row; channels-last."""

    def __init__(self, weights, rows, width, last, mask=None):
        super().__init__()
        taps, inputs, outputs = weights["weights"].shape
        kept = last if rows == 1 else width
        kernel = torch.zeros(rows * kept, inputs, outputs)
        kernel[:taps] = weights["weights"]
        kernel = kernel.permute(2, 1, 0).reshape(outputs, inputs, rows, kept)
        visible = torch.zeros(rows * kept)
        visible[:taps] = 1
        visible = visible.reshape(1, 1, rows, kept).repeat(outputs, inputs, 1, 1)
        if mask is not None and last > width // 2:
            visible[:, :, -1, width // 2] = mask
        self.weight = nn.Parameter(kernel.contiguous(memory_format=torch.channels_last))
        self.bias = nn.Parameter(weights["bias"].clone()) if weights.has("bias") else None
        masked = visible.contiguous(memory_format=torch.channels_last)
        self.register_buffer("mask", None if bool(visible.all()) else masked)
        side = width // 2
        self.padding = (side, kept - 1 - side, rows - 1, 0) if width > 1 else None

    def forward(self, x):
        weight = self.weight if self.mask is None else self.weight * self.mask
        if self.padding is None:
            return F.conv2d(x, weight, self.bias)
        return F.conv2d(F.pad(x, self.padding), weight, self.bias)


def one_by_one(weights, mask=None):
    return Conv(weights, 1, 1, 1, mask)


class PixelCnnBlock(nn.Module):
    def __init__(self, weights, channels, hidden, groups):
        super().__init__()
        outer, inner = groups_of(channels, groups), groups_of(hidden, groups)
        self.reduce = one_by_one(weights.at("reduce"), centre_mask("B", outer, inner))
        self.conv = Conv(weights.at("conv"), 2, 3, 2, centre_mask("B", inner, inner))
        self.expand = one_by_one(weights.at("expand"), centre_mask("B", inner, outer))

    def forward(self, x):
        return x + self.expand(F.relu_(self.conv(F.relu_(self.reduce(F.relu(x))))))


class GatedLayer(nn.Module):
    """The two stacks of Gated PixelCNN, channels-last."""

    def __init__(self, weights, channels, size, groups, inputs, first):
        super().__init__()
        half = size // 2
        inner, gates = groups_of(channels, groups), groups_of(channels, groups).repeat(2)
        self.first = first
        if first:
            rows_above = Weights({"weights": weights["vertical/weights"], "bias": weights["vertical/bias"]})
            self.vertical = Conv(rows_above, half, size, size)
            own = half + 1 if groups > 1 else half
        else:
            self.vertical = Conv(weights.at("vertical"), half + 1, size, size)
            own = half + 1
        mask = centre_mask("A" if first else "B", groups_of(inputs, groups), gates)
        self.horizontal = Conv(weights.at("horizontal"), 1, size, own, mask)
        link = Weights({"weights": weights["link"][None]})
        self.link = one_by_one(link)
        self.output = one_by_one(weights.at("output"), centre_mask("B", inner, inner))

    def forward(self, here, above, told):
        if self.first:
            # Rows above the pixel only: shift the image down by one.
            above = F.pad(above, (0, 0, 1, -1))
        v, u = self.vertical(above), self.horizontal(here)
        if told is not None:
            v, u = v.add_(told[0]), u.add_(told[1])
        u = u.add_(self.link(v))
        out = self.output(gate(u))
        return (out if self.first else out + here), gate(v)


def gate(z):
    features, gates = z.chunk(2, 1)
    return torch.tanh(features) * torch.sigmoid(gates)


class Conditions(nn.Module):
    """What a class or a vector adds to the gates of all layers: one table, that of each layer's two stacks side by side."""

    def __init__(self, layers, kind):
        super().__init__()
        stacks = [layer[f"{kind}/{stack}"] for layer in layers for stack in ("vertical", "horizontal")]
        self.table = nn.Parameter(torch.cat(stacks, 1))
        self.reads_classes, self.count = kind == "classes", len(layers)

    def forward(self, labels, vector):
        rows = self.table[labels] if self.reads_classes else vector @ self.table
        return [own.unbind(1) for own in rows.unflatten(1, (self.count, 2, -1, 1, 1)).unbind(1)]

"""PixelCNN++ in PyTorch, channels-last: two streams at several resolutions, weight-normalized, without dropout."""

import torch
import torch.nn.functional as F
from torch import nn

from weights import Weights

# Rows and columns of each stream's kernel.
KERNELS = {"above": (2, 3), "here": (2, 2)}
TINY = 1e-10
LARGE_LOG_SCALE = 16


class Normalized(nn.Module):
    """A convolution whose filters are directions v and lengths g."""

    def __init__(self, weights, size, stride=1, transposed=False):
        super().__init__()
        (rows, columns), (taps, inputs, outputs) = size, weights["weights"].shape
        kernel = torch.zeros(rows * columns, inputs, outputs)
        kernel[:taps] = weights["weights"]
        kernel = kernel.permute(2, 1, 0).reshape(outputs, inputs, rows, columns)
        visible = (torch.arange(rows * columns) < taps).reshape(1, 1, rows, columns).float()
        self.direction = nn.Parameter(kernel.contiguous(memory_format=torch.channels_last))
        self.gain = nn.Parameter(weights["gain"].clone())
        self.bias = nn.Parameter(weights["bias"].clone())
        self.register_buffer("visible", visible if taps < rows * columns else None)
        self.stride, self.transposed, self.columns = stride, transposed, columns

    def forward(self, x):
        v = self.direction if self.visible is None else self.direction * self.visible
        norm = torch.sqrt(v.square().sum((1, 2, 3)) + TINY)
        w = v * (self.gain / norm)[:, None, None, None]
        if not self.transposed:
            return F.conv2d(x, w, self.bias, self.stride)
        y = F.conv_transpose2d(x, w.transpose(0, 1), self.bias, self.stride)
        return y[:, :, :, self.columns - 2 :]


class Shifted(nn.Module):
    """A kernel that stands at its lower right corner, or its lower middle: padded above, and to the left or on both sides."""

    def __init__(self, weights, stream, stride=1):
        super().__init__()
        _, columns = KERNELS[stream]
        self.conv = Normalized(weights, KERNELS[stream], stride)
        self.padding = (1, columns - 2, 1, 0)

    def forward(self, x):
        return self.conv(F.pad(x, self.padding))


class Stem(nn.Module):
    """The rows above the pixel (six taps), or the row above and the pixel to the left (four)."""

    def __init__(self, weights, stream):
        super().__init__()
        self.conv = Normalized(weights, (2, 3))
        self.padding = {"above": (1, 1, 2, -1), "here": (1, 1, 1, 0)}[stream]

    def forward(self, x):
        return self.conv(F.pad(x, self.padding))


class Double(nn.Module):
    def __init__(self, weights, stream):
        super().__init__()
        self.conv = Normalized(weights, KERNELS[stream], 2, transposed=True)

    def forward(self, x):
        return self.conv(x)


def concat_elu(x):
    return F.elu_(torch.cat([x, -x], 1))


class Resnet(nn.Module):
    def __init__(self, weights, stream, classes):
        super().__init__()
        self.conv = Shifted(weights.at("conv"), stream)
        self.auxiliary = Normalized(weights.at("auxiliary"), (1, 1)) if weights.has("auxiliary/") else None
        self.gates = Shifted(weights.at("gates"), stream)
        self.classes = nn.Parameter(weights["classes"].clone()) if classes else None

    def forward(self, x, active, others, labels):
        y = self.conv(active)
        if self.auxiliary is not None:
            y = y + self.auxiliary(others[0] if len(others) == 1 else torch.cat(others, 1))
        z = self.gates(concat_elu(y))
        if self.classes is not None:
            z = z + self.classes[labels][:, :, None, None]
        a, b = z.chunk(2, 1)
        return torch.addcmul(x, a, torch.sigmoid(b))


class PlusPlus(nn.Module):
    """Images [B, H, W, C] of levels -> mean nats of an image."""

    def __init__(self, config, tree):
        super().__init__()
        if config["dropout"] > 0:
            raise ValueError("wanted a network without dropout, whose losses can be compared")
        weights, self.levels = Weights(tree), config["image"]["levels"]
        self.scales, self.resnets = config["scales"], config["resnets"]
        self.components = None if config["image"]["channels"] == 1 and self.levels == 2 else 10
        kinds = {"stem": Stem, "halve": lambda w, s: Shifted(w, s, 2), "double": Double, "resnet": lambda w, s: Resnet(w, s, config.get("classes"))}
        names = {path.split("/")[0] for path in tree if path[0].isdigit()}
        self.names = sorted(names, key=lambda name: int(name.split("-")[0]))
        self.steps = nn.ModuleList(
            nn.ModuleDict({s: kinds[name.split("-")[1]](weights.at(name).at(s), s) for s in KERNELS}) for name in self.names
        )
        self.head = Normalized(weights.at("head"), (1, 1))

    def forward(self, images, labels=None):
        _, height, width, _ = images.shape
        x = F.pad(images * (2 / (self.levels - 1)) - 1, (0, 1), value=1.0).permute(0, 3, 1, 2)
        multiple = 2 ** (self.scales - 1)
        x = F.pad(x, (0, -width % multiple, 0, -height % multiple))
        here = self._streams(x, labels)
        y = self.head(F.elu(here))[:, :, :height, :width].permute(0, 2, 3, 1)
        if self.components is None:
            return F.binary_cross_entropy_with_logits(y, images, reduction="sum") / images.shape[0]
        rows, pixels = y.reshape(-1, y.shape[-1]), images.reshape(-1, images.shape[-1])
        return mixture_nats(rows, pixels, self.levels, self.components).sum() / images.shape[0]

    def _streams(self, image, labels):
        """Each step is a pair of maps; a resnet gets its own with its activation, and what it hears of others is activated."""
        maps, stack = (image, image), []
        down = self.scales * (self.resnets + 1)
        for i, (name, step) in enumerate(zip(self.names, self.steps)):
            if not name.endswith("-resnet"):
                maps = tuple(step[s](x) for s, x in zip(KERNELS, maps))
                active = tuple(map(concat_elu, maps))
            else:
                shortcut = stack.pop() if i >= down else None
                above = step["above"](maps[0], active[0], shortcut[:1] if shortcut else [], labels)
                heard = concat_elu(above)
                here = step["here"](maps[1], active[1], [heard, *(shortcut[1:] if shortcut else [])], labels)
                maps, active = (above, here), (heard, concat_elu(here))
            if i < down - 1:
                stack.append(active)
        return maps[1]


def mixture_nats(parameters, pixels, levels, count):
    """-log p of every pixel under a mixture of discretized logistics: parameters [M, K (1 + 2)], of colours [M, K (1 + 9)]."""
    channels = pixels.shape[1]
    logits, rest = parameters[:, :count], parameters[:, count:].unflatten(1, (channels, -1))
    x = (pixels * (2 / (levels - 1)) - 1)[:, :, None]
    means, log_scales = rest[..., :count], rest[..., count : 2 * count].clamp(min=-7)
    if channels == 3:
        c = torch.tanh(rest[..., 2 * count :])
        green = means[:, 1] + c[:, 0] * x[:, 0]
        blue = means[:, 2] + c[:, 1] * x[:, 0] + c[:, 2] * x[:, 1]
        means = torch.stack([means[:, 0], green, blue], 1)
    half, sharp = 1 / (levels - 1), torch.exp(-log_scales)
    upper, lower = (x - means + half) * sharp, (x - means - half) * sharp
    # log(1 - exp(-width)) of a level's width, which float32 would round to nothing under a very wide logistic: log(width) there.
    capped = log_scales.clamp(max=LARGE_LOG_SCALE)
    inside = torch.log(-torch.expm1(-2 * half * torch.exp(-capped))) - (log_scales - capped)
    below, above = F.softplus(-upper), F.softplus(lower)
    low, high = (pixels == 0)[:, :, None], (pixels == levels - 1)[:, :, None]
    log_p = torch.where(low, -below, torch.where(high, -above, inside - below - above))
    return torch.logsumexp(logits, 1) - torch.logsumexp(logits + log_p.sum(1), 1)

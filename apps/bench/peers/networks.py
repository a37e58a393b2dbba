"""The networks of the harness in PyTorch, built from the same config and parameters, laid out as suits PyTorch best.

PixelCNN and Gated PixelCNN run channels-last over cropped kernels; the LSTM networks keep all activations as
[channels, positions, images], where a 1x1 convolution is one matrix product and a wave is a range of columns.
"""

import torch
import torch.nn.functional as F
from torch import nn

from lstm import Scan
from masks import centre_mask, groups_of
from waves import waves


class Weights:
    """Takes parameters out of the harness's tree by path and registers them with a module."""

    def __init__(self, tree, prefix=""):
        self.tree, self.prefix = tree, prefix

    def sub(self, ending):
        """The subtree whose first name ends in `-ending`, or is `ending`."""
        depth = len(self.prefix)
        names = {path[depth:].split("/")[0] for path in self.tree if path.startswith(self.prefix)}
        (name,) = [n for n in names if n == ending or n.split("-", 1)[-1] == ending]
        return Weights(self.tree, f"{self.prefix}{name}/")

    def at(self, name):
        return Weights(self.tree, f"{self.prefix}{name}/")

    def __getitem__(self, name):
        return self.tree[self.prefix + name]

    def has(self, name):
        return any(path.startswith(f"{self.prefix}{name}") for path in self.tree)


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
        self.symmetric = rows == 1 or (self.padding is not None and self.padding[0] == self.padding[1])

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


class Packed(nn.Module):
    """A 1x1 convolution of [channels, columns], the bias being the last column of the weights."""

    def __init__(self, weights, mask=None, rows_out=False):
        super().__init__()
        self.weight = nn.Parameter(weights["weights"][0].t().contiguous())
        self.bias = nn.Parameter(weights["bias"].clone())
        self.register_buffer("mask", None if mask is None or bool(mask.all()) else mask)
        self.rows_out = rows_out

    def forward(self, x):
        weight = self.weight if self.mask is None else self.weight * self.mask
        if self.rows_out:
            return F.linear(x.t(), weight, self.bias)
        return torch.addmm(self.bias[:, None], weight, x)


class LstmLayer(nn.Module):
    """[channels, positions, images] -> the same: input-to-state, scan, sum of directions, projection, residual."""

    def __init__(self, weights, kind, channels, hidden, groups, residual):
        super().__init__()
        self.kind, self.residual = kind, residual
        directions, taps = (2, 2) if kind == "diagonal" else (1, 3)
        outer, inner = groups_of(channels, groups), groups_of(hidden, groups)
        gates = inner.repeat(4 * directions)
        wi = weights["input/weights"]  # [taps, channels, directions * 4h]
        mask = torch.ones_like(wi)
        mask[-1] = centre_mask("B", outer, gates).t()
        split = lambda w: w.flatten(0, 1).t().unflatten(0, (directions, 4 * hidden))  # [D, 4h, taps * channels]
        state = weights["state"].flatten(1, 2).transpose(1, 2)  # [D, 4h, taps * h]
        bias = weights["input/bias"].view(directions, 4 * hidden, 1)
        self.weight = nn.Parameter(torch.cat([split(wi), state, bias], 2))
        all_masks = torch.cat([split(mask), torch.ones_like(state), torch.ones_like(bias)], 2)
        self.register_buffer("mask", None if bool(all_masks.all()) else all_masks)
        self.h0, self.c0 = nn.Parameter(weights["h0"].clone()), nn.Parameter(weights["c0"].clone())
        projection = torch.cat([weights["output/weights"][0], weights["output/bias"][None]]).t()
        self.projection = nn.Parameter(projection.contiguous())  # [channels, h + 1]
        visible = torch.cat([centre_mask("B", inner, outer), torch.ones(channels, 1)], 1)
        self.register_buffer("projection_mask", None if bool(visible.all()) else visible)

    def forward(self, x, plan):
        weight = self.weight if self.mask is None else self.weight * self.mask
        y = Scan.apply(x, weight, self.h0, self.c0, plan)
        projection = self.projection if self.projection_mask is None else self.projection * self.projection_mask
        flat = y.flatten(1)
        out = torch.addmm(x.flatten(1), projection, flat) if self.residual else projection @ flat
        return out.view(-1, *x.shape[1:])


class GatedLayer(nn.Module):
    """The two stacks of Gated PixelCNN, channels-last."""

    def __init__(self, weights, channels, size, groups, inputs, first, classes):
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
        if classes:
            self.class_vertical = nn.Parameter(weights["classes/vertical"].clone())
            self.class_horizontal = nn.Parameter(weights["classes/horizontal"].clone())
        self.classes = classes

    def forward(self, here, above, labels):
        if self.first:
            # Rows above the pixel only: shift the image down by one.
            above = F.pad(above, (0, 0, 1, -1))
        v, u = self.vertical(above), self.horizontal(here)
        if self.classes:
            v = v + self.class_vertical[labels][:, :, None, None]
            u = u + self.class_horizontal[labels][:, :, None, None]
        u = u + self.link(v)
        out = self.output(gate(u))
        return (out if self.first else out + here), gate(v)


def gate(z):
    features, gates = z.chunk(2, 1)
    return torch.tanh(features) * torch.sigmoid(gates)


class Network(nn.Module):
    """Images [B, H, W, C] of levels -> nats of each image."""

    def __init__(self, config, tree):
        super().__init__()
        self.config = config
        image, system = config["image"], config["system"]
        channels, levels = image["channels"], image["levels"]
        self.levels = levels
        bernoulli = channels == 1 and levels == 2
        groups = 1 if channels == 1 else 3
        weights = Weights(tree)
        outputs = groups_of(1, 1) if bernoulli else groups_of(channels * levels, channels)
        head = weights.sub("sequential")
        self.gated, self.packed = system == "gatedPixelCnn", system in ("rowLstm", "diagonalBiLstm")
        if self.gated:
            width, size = config["channels"], config["size"]
            options = dict(channels=width, groups=groups, classes=config.get("classes"))
            self.blocks = nn.ModuleList(
                GatedLayer(weights.at(f"{i}-gatedConv2d"), size=size if i else 7, inputs=width if i else channels, first=i == 0, **options)
                for i in range(config["layers"] + 1)
            )
            hidden_layers = 1
        else:
            width = 2 * config["hidden"]
            mask = centre_mask("A", groups_of(channels, groups), groups_of(width, groups))
            self.stem = Conv(weights.sub("maskedConv2d"), 4, 7, 4 if groups > 1 else 3, mask)
            self._residual_blocks(config, weights, width, groups)
            hidden_layers = 2
        self._head(head, hidden_layers, width, config["head"], groups, outputs)

    def _residual_blocks(self, config, weights, width, groups):
        system, hidden, skip = config["system"], config["hidden"], config.get("skip", False)
        name = {"pixelCnn": "pixelCnnBlock", "rowLstm": "rowLstm", "diagonalBiLstm": "diagonalBiLstm"}[system]
        source, first = (weights.sub("skipSum"), 0) if skip else (weights, 1)

        def block(i):
            own = source.at(f"{i + first}-{name}")
            if system == "pixelCnn":
                return PixelCnnBlock(own, width, hidden, groups)
            kind = "row" if system == "rowLstm" else "diagonal"
            return LstmLayer(own, kind, width, hidden, groups, config.get("residual", True))

        self.blocks = nn.ModuleList(block(i) for i in range(config["layers"]))
        every = centre_mask("B", groups_of(width, groups), groups_of(width, groups))
        linear = Packed if self.packed else one_by_one
        skips = (linear(source.at(f"{i}-skip"), every) for i in range(config["layers"])) if skip else ()
        self.skips = nn.ModuleList(skips)

    def _head(self, weights, hidden_layers, width, hidden, groups, outputs):
        inner = groups_of(hidden, groups)
        sizes = [groups_of(width, groups), *[inner] * hidden_layers, outputs]
        linear = Packed if self.packed else one_by_one
        convs = [
            linear(weights.at(f"{i}-maskedConv2d"), centre_mask("B", a, b))
            for i, (a, b) in enumerate(zip(sizes, sizes[1:]))
        ]
        if self.packed:
            convs[-1].rows_out = len(outputs) > 1
        self.head = nn.ModuleList(convs)

    def forward(self, images, labels=None):
        x = (images * (2 / (self.levels - 1)) - 1).permute(0, 3, 1, 2)  # channels-last as it stands
        if self.packed:
            return self._packed(x, images)
        if self.gated:
            here = above = x
            for block in self.blocks:
                here, above = block(here, above, labels)
            x = here
        else:
            x = self.stem(x)
            total = 0
            for i, block in enumerate(self.blocks):
                x = block(x)
                total = total + self.skips[i](x) if self.skips else x
            x = total
        for layer in self.head:
            x = layer(F.relu(x))
        return self._nats(x.permute(0, 2, 3, 1), images)

    def _packed(self, x, images):
        batch, _, height, width = x.shape
        kind = "row" if self.config["system"] == "rowLstm" else "diagonal"
        plan = waves(kind, height, width, batch, str(x.device))
        x = self.stem(x).permute(0, 2, 3, 1).flatten(1, 2)  # [B, H * W, C]
        target = images.flatten(1, 2)
        if kind == "diagonal":
            x, target = x.index_select(1, plan.cells), target.index_select(1, plan.cells)
        x = x.permute(2, 1, 0).contiguous()
        total = 0
        for i, block in enumerate(self.blocks):
            x = block(x, plan)
            total = total + self.skips[i](x.flatten(1)) if self.skips else x
        x = total.flatten(1)
        for layer in self.head:
            x = layer(F.relu(x))
        x = x if self.head[-1].rows_out else x.t()
        return self._nats(x.unflatten(0, (-1, batch)), target.transpose(0, 1))

    def _nats(self, logits, levels):
        """Mean over the batch of nats per image; logits [..., parameters] and levels [..., C] in the same order."""
        batch = self.batch
        if self.levels == 2 and levels.shape[-1] == 1:
            return F.binary_cross_entropy_with_logits(logits, levels, reduction="sum") / batch
        rows = logits.reshape(-1, self.levels)
        return F.cross_entropy(rows, levels.reshape(-1).long(), reduction="sum") / batch

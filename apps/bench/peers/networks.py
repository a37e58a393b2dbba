"""The networks of the harness in PyTorch, built from the same config and parameters, laid out as suits PyTorch best.

PixelCNN and Gated PixelCNN run channels-last over cropped kernels; the LSTM networks keep all activations as
[channels, positions, images], where a 1x1 convolution is one matrix product and a wave is a range of columns.
"""

import torch.nn.functional as F
from torch import nn

from convolutions import Conv, GatedLayer, PixelCnnBlock, one_by_one
from masks import centre_mask, groups_of
from recurrent import LstmLayer, Packed
from waves import waves
from weights import Weights


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
        self.gated, self.packed = system == "gatedPixelCnn", system == "pixelRnn"
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
        name = {None: "pixelCnnBlock", "row": "rowLstm", "diagonal": "diagonalBiLstm"}[config.get("lstm")]
        source, first = (weights.sub("skipSum"), 0) if skip else (weights, 1)

        def block(i):
            own = source.at(f"{i + first}-{name}")
            if system == "pixelCnn":
                return PixelCnnBlock(own, width, hidden, groups)
            kind = config["lstm"]
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
        kind = self.config["lstm"]
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

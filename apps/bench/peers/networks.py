"""The networks of the harness in PyTorch, built from the same config and parameters, laid out as suits PyTorch best.

PixelCNN and Gated PixelCNN run channels-last over cropped kernels; the LSTM networks keep all activations as
[channels, positions, images], where a 1x1 convolution is one matrix product and a wave is a range of columns.
"""

import torch.nn.functional as F
from torch import nn

from convolutions import Conditions, Conv, GatedLayer, PixelCnnBlock, one_by_one
from masks import centre_mask, groups_of
from recurrent import LstmLayer, Packed
from waves import waves
from weights import Weights


def scaled(images, levels):
    """Levels [B, H, W, C] -> -1 ... 1, [B, C, H, W], channels-last as it stands."""
    return (images * (2 / (levels - 1)) - 1).permute(0, 3, 1, 2)


class Network(nn.Module):
    """Images [B, H, W, C] of levels -> mean nats of an image."""

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
            layers = [weights.at(f"{i}-gatedConv2d") for i in range(config["layers"] + 1)]
            self.blocks = nn.ModuleList(
                GatedLayer(own, width, size if i else 7, groups, inputs=width if i else channels, first=i == 0)
                for i, own in enumerate(layers)
            )
            kinds = [kind for kind in ("classes", "vector") if config.get(kind)]
            self.conditions = Conditions(layers, kinds[0]) if kinds else None
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

    def forward(self, images, labels=None, vector=None, map=None, counted=None):
        """What pixels are conditioned on, and the weight of each pixel's nats [H * W]."""
        x = scaled(images, self.levels)
        if self.packed:
            return self._packed(x, images, map, counted)
        if map is not None:
            raise ValueError("wanted a map to be told to LSTM layers")
        if self.gated:
            here = above = x
            told = self.conditions(labels, vector) if self.conditions else [None] * len(self.blocks)
            for block, own in zip(self.blocks, told):
                here, above = block(here, above, own)
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
        return self._nats(x.permute(0, 2, 3, 1), images, images.shape[0])

    def _packed(self, x, images, map, counted):
        batch, _, height, width = x.shape
        kind = self.config["lstm"]
        plan = waves(kind, height, width, batch, str(x.device))
        walked = lambda v: v.index_select(1, plan.cells) if kind == "diagonal" else v
        packed = lambda v: walked(v.permute(0, 2, 3, 1).flatten(1, 2)).permute(2, 1, 0).contiguous()
        x, told, target = packed(self.stem(x)), map if map is None else packed(map), walked(images.flatten(1, 2))
        total = 0
        for i, block in enumerate(self.blocks):
            x = block(x, plan, told)
            total = total + self.skips[i](x.flatten(1)) if self.skips else x
        x = total.flatten(1)
        for layer in self.head:
            x = layer(F.relu(x))
        x = x if self.head[-1].rows_out else x.t()
        weight = None if counted is None else walked(counted[None])[0][:, None, None]
        return self._nats(x.unflatten(0, (-1, batch)), target.transpose(0, 1), batch, weight)

    def _nats(self, logits, levels, batch, weight=None):
        """Mean over the batch of nats per image; logits [..., parameters] and levels [..., C] in the same order."""
        if self.levels == 2 and levels.shape[-1] == 1:
            return F.binary_cross_entropy_with_logits(logits, levels, weight, reduction="sum") / batch
        if weight is not None:
            raise ValueError("wanted binary images, of whose pixels some do not count")
        rows = logits.reshape(-1, self.levels)
        return F.cross_entropy(rows, levels.reshape(-1).long(), reduction="sum") / batch

"""The recurrent layers and 1x1 convolutions on [channels, positions, images]."""

import torch
import torch.nn.functional as F
from torch import nn

from lstm import Scan
from masks import centre_mask, groups_of


class Packed(nn.Module):
    """A 1x1 convolution of [channels, columns]; its result has a row for each column where `rows_out`."""

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
        told = weights["map"].t().unflatten(0, (directions, 4 * hidden)) if weights.has("map") else state[:, :, :0]
        self.weight = nn.Parameter(torch.cat([split(wi), told, state, bias], 2))
        all_masks = torch.cat([split(mask), *(torch.ones_like(own) for own in (told, state, bias))], 2)
        self.register_buffer("mask", None if bool(all_masks.all()) else all_masks)
        self.h0, self.c0 = nn.Parameter(weights["h0"].clone()), nn.Parameter(weights["c0"].clone())
        projection = torch.cat([weights["output/weights"][0], weights["output/bias"][None]]).t()
        self.projection = nn.Parameter(projection.contiguous())  # [channels, h + 1]
        visible = torch.cat([centre_mask("B", inner, outer), torch.ones(channels, 1)], 1)
        self.register_buffer("projection_mask", None if bool(visible.all()) else visible)

    def forward(self, x, plan, told=None):
        weight = self.weight if self.mask is None else self.weight * self.mask
        y = Scan.apply(x, told, weight, self.h0, self.c0, plan)
        projection = self.projection if self.projection_mask is None else self.projection * self.projection_mask
        flat = y.flatten(1)
        out = torch.addmm(x.flatten(1), projection, flat) if self.residual else projection @ flat
        return out.view(-1, *x.shape[1:])

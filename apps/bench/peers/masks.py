"""Colour groups and masks, as in PixelRNN section 3.4: group g of the input is seen by group g' of the output."""

import torch


def groups_of(channels, count):
    """Contiguous groups: channel c belongs to group c * count // channels."""
    return torch.arange(channels) * count // channels


def centre_mask(kind, inputs, outputs):
    """[outputs, inputs]: one where the output may see the input at its own pixel."""
    sees = torch.lt if kind == "A" else torch.le
    return sees(inputs[None, :], outputs[:, None]).float()

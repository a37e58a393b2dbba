"""The order in which a recurrent layer walks over the image, and where each state goes next.

Columns of all buffers are (position, image) pairs; a position is a cell of the image in packed order, wave by wave. Cells of one
wave do not need each other: a diagonal for the Diagonal BiLSTM, a row for the Row LSTM.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import torch


@dataclass
class Waves:
    kind: str
    positions: int
    taps: int
    directions: int
    # Cell r * width + c at each position.
    cells: torch.Tensor
    # Columns [begin, end) of each wave.
    bounds: list
    # For each wave: (tap, begin in the wave, end in the wave, begin among all columns) of what its states feed.
    feeds: list = field(default_factory=list)
    # For each wave: the same without the tap, for the cell state.
    cell_feeds: list = field(default_factory=list)
    # (tap, positions) that read the learned state, and positions whose cell state is the learned one.
    starts: list = field(default_factory=list)
    cell_starts: torch.Tensor = None
    # (tap, positions) that read zero.
    zeros: list = field(default_factory=list)
    # Diagonal only: the position of each position's mirror image; of the right stream's cell one row up; its adjoint.
    mirror: torch.Tensor = None
    above: torch.Tensor = None
    first_row: torch.Tensor = None
    below: torch.Tensor = None
    last_row: torch.Tensor = None


@lru_cache
def waves(kind, height, width, batch, device="cpu"):
    plan = _diagonal(height, width, batch) if kind == "diagonal" else _row(height, width, batch)
    for name, value in vars(plan).items():
        if isinstance(value, torch.Tensor):
            setattr(plan, name, value.to(device))
    plan.starts = [(tap, positions.to(device)) for tap, positions in plan.starts]
    plan.zeros = [(tap, positions.to(device)) for tap, positions in plan.zeros]
    return plan


def _diagonal(height, width, batch):
    slots = [(max(0, t - width + 1), min(height - 1, t)) for t in range(height + width - 1)]
    order = [(r, t - r) for t, (first, last) in enumerate(slots) for r in range(first, last + 1)]
    position = {cell: index for index, cell in enumerate(order)}
    offsets = [position[(first, t - first)] for t, (first, _) in enumerate(slots)]
    cells = torch.tensor([r * width + c for r, c in order])
    plan = Waves("diagonal", len(order), 2, 2, cells, [])
    for t, (first, last) in enumerate(slots):
        begin = offsets[t]
        plan.bounds.append((begin * batch, (begin + last - first + 1) * batch))
        plan.feeds.append([])
        plan.cell_feeds.append([])
        if t + 1 == len(slots):
            continue
        next_first, next_last = slots[t + 1]
        # Tap 0, above: slot r feeds slot r + 1. Tap 1, left, and the cell state: slot r feeds slot r.
        for tap, shift in ((0, 1), (1, 0)):
            lo, hi = max(first, next_first - shift), min(last, next_last - shift)
            feed = ((lo - first) * batch, (hi - first + 1) * batch, (offsets[t + 1] + lo + shift - next_first) * batch)
            plan.feeds[t].append((tap, *feed))
            if tap == 1:
                plan.cell_feeds[t].append(feed)
    row_starts = torch.tensor([position[(r, 0)] for r in range(height)])
    plan.starts = [(1, row_starts)]
    plan.cell_starts = row_starts
    plan.zeros = [(0, torch.tensor([position[(0, c)] for c in range(width)]))]
    mirrored = lambda r, c: position[(r, width - 1 - c)]
    plan.mirror = torch.tensor([mirrored(r, c) for r, c in order])
    plan.above = torch.tensor([mirrored(max(r - 1, 0), c) for r, c in order])
    plan.first_row = torch.tensor([position[(0, c)] for c in range(width)])
    # At position p the right stream stands on the mirror image of cell p; its output goes to the row below.
    plan.below = torch.tensor([position[(min(r + 1, height - 1), width - 1 - c)] for r, c in order])
    plan.last_row = torch.tensor([position[(height - 1, c)] for c in range(width)])
    return plan


def _row(height, width, batch):
    plan = Waves("row", height * width, 3, 1, torch.arange(height * width), [])
    for r in range(height):
        begin, end = r * width * batch, (r + 1) * width * batch
        plan.bounds.append((begin, end))
        last = r + 1 == height
        # Taps at columns c - 1, c, c + 1 of the row above.
        feeds = [(0, 0, end - begin - batch, end + batch), (1, 0, end - begin, end), (2, batch, end - begin, end)]
        plan.feeds.append([] if last else [feed for feed in feeds if feed[1] < feed[2]])
        plan.cell_feeds.append([] if last else [(0, end - begin, end)])
    columns = torch.arange(width)
    plan.starts = [(0, columns[1:]), (1, columns), (2, columns[:-1])]
    plan.cell_starts = columns
    rows = torch.arange(height) * width
    plan.zeros = [(0, rows), (2, rows + width - 1)]
    return plan

"""Both recurrent layers of PixelRNN over packed waves, with a backward pass written by hand.

One matrix product a wave makes all gates of all its cells, of both directions, from [inputs, taps of the hidden state, 1]. Gates are
rows, so that every gate is contiguous. The gradients of all weights are one product over the whole image.
"""

import torch
from torch.autograd.function import once_differentiable

aten = torch.ops.aten


def columns(directions, rows, count, like):
    """A [directions, rows, count] buffer whose row stride is no multiple of 4096 bytes, where cache sets would collide."""
    return like.new_empty(directions, rows, count + 16 + (-count) % 16)[:, :, :count]


class Scan(torch.autograd.Function):
    """x [C, P, B], a map that is told [M, P, B] or None, weights [D, 4h, C' + M + taps * h + 1], h0, c0 [D, h] -> [h + 1, P, B].

    The last row is ones, for a bias.
    """

    @staticmethod
    def forward(ctx, x, told, weights, h0, c0, plan):
        batch = x.shape[2]
        directions, taps, hidden = plan.directions, plan.taps, h0.shape[1]
        count = plan.positions * batch
        rows = weights.shape[2]
        inputs = rows - 1 - taps * hidden
        feed = columns(directions, rows, count, x)
        by_position = feed.unflatten(2, (plan.positions, batch))
        _fill_inputs(by_position, x, plan)
        if told is not None:
            _fill_both(by_position, slice(inputs - told.shape[0], inputs), told, plan)
        feed[:, -1] = 1
        tap_rows = [slice(inputs + k * hidden, inputs + (k + 1) * hidden) for k in range(taps)]
        for tap, positions in plan.zeros:
            by_position[:, tap_rows[tap]].index_fill_(2, positions, 0)
        for tap, positions in plan.starts:
            by_position[:, tap_rows[tap], positions] = h0[:, :, None, None]
        before = columns(directions, hidden, count, x)
        before.unflatten(2, (plan.positions, batch))[:, :, plan.cell_starts] = c0[:, :, None, None]

        gates = columns(directions, 4 * hidden, count, x)
        squashed = columns(directions, hidden, count, x)  # tanh(c)
        state = columns(directions, hidden, count, x)
        sizes = [end - begin for begin, end in plan.bounds]
        views = zip(
            feed.split(sizes, 2),
            gates.split(sizes, 2),
            gates[:, : 3 * hidden].split(sizes, 2),
            gates[:, 3 * hidden :].split(sizes, 2),
            gates[:, :hidden].split(sizes, 2),
            gates[:, hidden : 2 * hidden].split(sizes, 2),
            gates[:, 2 * hidden : 3 * hidden].split(sizes, 2),
            before.split(sizes, 2),
            squashed.split(sizes, 2),
            state.split(sizes, 2),
        )
        tap_feeds = [feed[:, rows_of_tap] for rows_of_tap in tap_rows]
        for t, (fed, all_gates, ofi, g, o, f, i, previous, tanh_c, h) in enumerate(views):
            all_gates.baddbmm_(weights, fed, beta=0)
            ofi.sigmoid_()
            g.tanh_()
            c = torch.mul(f, previous).addcmul_(i, g)
            torch.tanh(c, out=tanh_c)
            torch.mul(o, tanh_c, out=h)
            for tap, begin, end, to in plan.feeds[t]:
                tap_feeds[tap].narrow(2, to, end - begin).copy_(h[:, :, begin:end])
            for begin, end, to in plan.cell_feeds[t]:
                before.narrow(2, to, end - begin).copy_(c[:, :, begin:end])

        ctx.plan, ctx.shape = plan, x.shape
        ctx.told = 0 if told is None else told.shape[0]
        ctx.save_for_backward(weights, feed, gates, before, squashed)
        return _merge(state, plan, batch)

    @staticmethod
    @once_differentiable
    def backward(ctx, dy):
        weights, feed, gates, before, squashed = ctx.saved_tensors
        plan, batch = ctx.plan, ctx.shape[2]
        directions, taps, hidden = plan.directions, plan.taps, squashed.shape[1]
        count = plan.positions * batch
        inputs = weights.shape[2] - 1 - taps * hidden
        o, f, i, g = gates.split(hidden, 1)

        # All that does not depend on the recursion, for all waves at once.
        d_gates = columns(directions, 4 * hidden, count, dy)
        aten.sigmoid_backward(squashed, o, grad_input=d_gates[:, :hidden])
        aten.sigmoid_backward(before, f, grad_input=d_gates[:, hidden : 2 * hidden])
        aten.sigmoid_backward(g, i, grad_input=d_gates[:, 2 * hidden : 3 * hidden])
        aten.tanh_backward(i, g, grad_input=d_gates[:, 3 * hidden :])
        through = columns(directions, hidden, count, dy)
        aten.tanh_backward(o, squashed, grad_input=through)

        dh = _unmerge(dy, plan, hidden)
        dc = columns(directions, hidden, count, dy).zero_()
        d_fig = d_gates[:, hidden:].unflatten(1, (3, hidden))
        to_taps = weights[:, :, inputs:-1].transpose(1, 2).contiguous()
        sizes = [end - begin for begin, end in plan.bounds]
        dhs, dcs, throughs = dh.split(sizes, 2), dc.split(sizes, 2), through.split(sizes, 2)
        d_os, d_figs, ds, fs = (v.split(sizes, -1) for v in (d_gates[:, :hidden], d_fig, d_gates, f))
        for t in reversed(range(len(sizes))):
            dc_t = dcs[t].addcmul_(dhs[t], throughs[t])
            d_os[t].mul_(dhs[t])
            d_figs[t].mul_(dc_t[:, None])
            if t == 0:
                break
            d_taps = torch.bmm(to_taps, ds[t])
            offset = plan.bounds[t][0]
            for tap, begin, end, to in plan.feeds[t - 1]:
                part = d_taps[:, tap * hidden : (tap + 1) * hidden].narrow(2, to - offset, end - begin)
                dhs[t - 1][:, :, begin:end].add_(part)
            for begin, end, to in plan.cell_feeds[t - 1]:
                there = slice(to - offset, to - offset + end - begin)
                torch.mul(dc_t[:, :, there], fs[t][:, :, there], out=dcs[t - 1][:, :, begin:end])

        d_weights = torch.bmm(d_gates, feed.transpose(1, 2))
        d_inputs = torch.bmm(weights[:, :, :inputs].transpose(1, 2), d_gates)
        d_inputs = d_inputs.unflatten(2, (plan.positions, batch))
        dx = _gather_inputs(d_inputs[:, : inputs - ctx.told], plan, ctx.shape[0])
        d_told = _gather_both(d_inputs[:, inputs - ctx.told :], plan) if ctx.told else None
        by_position = d_gates.unflatten(2, (plan.positions, batch))
        dh0 = sum(
            torch.bmm(to_taps[:, tap * hidden : (tap + 1) * hidden], by_position[:, :, at].sum((2, 3))[:, :, None])
            for tap, at in plan.starts
        )[:, :, 0]
        starting = lambda v: v.unflatten(2, (plan.positions, batch))[:, :, plan.cell_starts]
        dc0 = (starting(dc) * starting(f)).sum((2, 3))
        return dx, d_told, d_weights, dh0, dc0, None


def _fill_inputs(by_position, x, plan):
    channels = x.shape[0]
    if plan.kind == "diagonal":
        return _fill_both(by_position, slice(channels), x, plan)
    # The left neighbour, then the pixel.
    by_position[0, channels : 2 * channels] = x
    by_position[0, :channels, 1:] = x[:, :-1]
    by_position[0, :channels].index_fill_(1, plan.zeros[0][1], 0)


def _fill_both(by_position, rows, x, plan):
    """The same map for each direction, as it walks over it."""
    by_position[0, rows] = x
    if plan.directions == 2:
        by_position[1, rows] = x.index_select(1, plan.mirror)


def _gather_both(d_inputs, plan):
    return d_inputs[0] if plan.directions == 1 else d_inputs[0] + d_inputs[1].index_select(1, plan.mirror)


def _gather_inputs(d_inputs, plan, channels):
    if plan.kind == "diagonal":
        return _gather_both(d_inputs, plan)
    left, own = d_inputs[0].split(channels)
    left.index_fill_(1, plan.zeros[0][1], 0)
    own[:, :-1] += left[:, 1:]
    return own


def _merge(state, plan, batch):
    """The left stream plus the right one moved down a row."""
    hidden = state.shape[1]
    by_position = state.unflatten(2, (plan.positions, batch))
    y = state.new_empty(hidden + 1, plan.positions, batch)
    y[hidden] = 1
    if plan.directions == 1:
        y[:hidden] = by_position[0]
        return y
    right = by_position[1].index_select(1, plan.above).index_fill_(1, plan.first_row, 0)
    torch.add(by_position[0], right, out=y[:hidden])
    return y


def _unmerge(dy, plan, hidden):
    dy = dy[:hidden]
    dh = columns(plan.directions, hidden, dy.shape[1] * dy.shape[2], dy)
    by_position = dh.unflatten(2, dy.shape[1:])
    by_position[0] = dy
    if plan.directions == 2:
        by_position[1] = dy.index_select(1, plan.below).index_fill_(1, plan.last_row, 0)
    return dh

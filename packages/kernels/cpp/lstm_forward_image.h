// The LSTM scan over one image in one direction.
#pragma once
#include "arrays.h"
#include "lstm_forward_wave.h"
#include "lstm_geometry.h"

namespace pixelrnn::PIXELRNN_ISA {

/// What enters the cells from the image: ready pre-activations, or (x not null) a bias and the product with x
/// inside the wave.
struct LstmInput {
  const float* gates;  // [H, W, ...] with `gates_stride` per cell; or the bias [4 hidden]
  Index gates_stride;
  const float* x = nullptr;  // the first tap of cell (0, 0)
  Index x_row = 0, x_column = 0;
};

/// What the waves of one image and direction hand on: two lines of h, and one of c.
struct ScanLines {
  float *h, *c, *factors;
  ScanLines(const LstmGeometry& g, Arena& arena)
      : h(arena.Take(2 * g.Line())),
        c(arena.Take(g.Slots() * g.hidden)),
        factors(arena.Take(PairFactorsSize(g.Taps(), g.hidden))) {}
};

/// Fills H, but for its borders, and `saved` (activated gates), which may be null. `packed` by PackForward.
static void ForwardImage(const LstmGeometry& g, bool mirror, const LstmInput& in, const float* packed,
                         const float* h0, const float* c0, const ScanLines& lines, float* h, float* saved) {
  const Index units = g.hidden;
  Clear(lines.h, 2 * g.Line());
  ForwardWave a;
  a.hidden = g.hidden;
  a.taps = g.Taps();
  a.factors = lines.factors;
  // from a cell to the next of its wave, in the image: right, or down and left (right, seen in a mirror)
  const Index step = g.row ? 1 : mirror ? g.width + 1 : g.width - 1;
  a.gates_stride = in.gates_stride * step;
  a.input = nullptr;
  a.input_stride = g.row ? in.x_column : mirror ? in.x_row + in.x_column : in.x_row - in.x_column;
  for (Index t = 0; t < g.Waves(); t++) {
    const WaveCells w(g, t);
    const Index column = mirror ? g.width - 1 - w.column : w.column;
    float *const before = lines.h + t % 2 * g.Line(), *const line = lines.h + (t + 1) % 2 * g.Line();
    const Index first = g.FirstStart(t), last = g.LastStart(t);
    for (Index p = first; p < last; p++) {
      Copy(before + (p + 1) * units, h0, units);
      Copy(lines.c + p * units, c0, units);
    }
    a.gates = in.gates + (w.row * g.width + column) * in.gates_stride;
    a.gates_ahead = (g.row || t >= g.width - 1 ? g.width : mirror ? -1 : 1) * in.gates_stride;
    if (in.x) a.input = in.x + w.row * in.x_row + column * in.x_column;
    a.before = before + w.slot * units;
    a.line = line + (w.slot + 1) * units;
    a.c = lines.c + w.slot * units;
    const WaveState s(g, w);
    a.h = h + s.h;
    a.h_stride = s.stride;
    a.saved = saved;
    a.saved_ahead = w.count * 4 * units;
    WithLanes(g.hidden, [&](auto lanes) { RunForwardWave<decltype(lanes)::kValue>(a, w.count, packed); });
    if (saved) saved += w.count * 4 * units;
  }
}

}  // namespace pixelrnn::PIXELRNN_ISA

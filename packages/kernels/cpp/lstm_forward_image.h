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
  const float* x = nullptr;  // the first tap of cell (0, 0); `x_length` contiguous floats per cell
  Index x_row = 0, x_column = 0;
  int x_length = 0;
};

/// Borders of H and C.
static void SetInitialState(const LstmGeometry& g, const float* h0, const float* c0, float* h, float* c) {
  const Index units = g.hidden, line = g.HRow();
  if (!g.row) {
    Clear(h, line);
    for (Index r = 0; r < g.height; r++) {
      Copy(h + (r + 1) * line, h0, units);
      Copy(c + r * line, c0, units);
    }
    return;
  }
  for (Index r = 0; r <= g.height; r++) {
    Clear(h + r * line, units);
    Clear(h + r * line + (g.width + 1) * units, units);
  }
  for (Index column = 0; column < g.width; column++) {
    Copy(h + (column + 1) * units, h0, units);
    Copy(c + column * units, c0, units);
  }
}

/// Fills H and C; `saved` (activated gates) may be null. `packed` by PackForward: rows of x, then of the
/// taps.
static void ForwardImage(const LstmGeometry& g, bool mirror, const LstmInput& in, const float* packed,
                         const float* h0, const float* c0, float* h, float* c, float* saved) {
  const Index units = g.hidden, line = g.HRow();
  SetInitialState(g, h0, c0, h, c);
  ForwardWave a;
  a.hidden = g.hidden;
  const int first = in.x ? 1 : 0;
  a.has_input = in.x != nullptr;
  a.runs = first + (g.row ? 1 : 2);
  // from a cell to the next of its wave, in the image: right, or down and left (right, seen in a mirror)
  const Index step = g.row ? 1 : mirror ? g.width + 1 : g.width - 1;
  a.gates_stride = in.gates_stride * step;
  a.lengths[0] = in.x_length;
  a.x_stride[0] = g.row ? in.x_column : mirror ? in.x_row + in.x_column : in.x_row - in.x_column;
  for (int i = first; i < a.runs; i++) a.lengths[i] = g.row ? 3 * units : units;
  for (Index t = 0; t < g.Waves(); t++) {
    const WaveCells w(g, t);
    const WaveState s(g, w);
    const Index column = mirror ? g.width - 1 - w.column : w.column;
    a.gates = in.gates + (w.row * g.width + column) * in.gates_stride;
    if (in.x) a.x[0] = in.x + w.row * in.x_row + column * in.x_column;
    a.x[first] = h + s.h - line - (g.row ? units : 0);  // row: the three cells above; diagonal: the one above
    if (!g.row) a.x[first + 1] = h + s.h - units;       // and the one to the left
    for (int i = first; i < a.runs; i++) a.x_stride[i] = s.stride;
    a.previous = c + s.previous;
    a.c = c + s.c;
    a.h = h + s.h;
    a.c_stride = a.h_stride = s.stride;
    a.saved = saved;
    WithLanes(g.hidden, [&](auto lanes) { RunForwardWave<decltype(lanes)::kValue>(a, w.count, packed); });
    if (saved) saved += w.count * 4 * units;
  }
}

}  // namespace pixelrnn::PIXELRNN_ISA

// The gradients of the LSTM scan over one image in one direction.
#pragma once
#include "lstm_backward_wave.h"
#include "lstm_forward_image.h"
#include "lstm_weight_gradients.h"

namespace pixelrnn::PIXELRNN_ISA {

template <int V, bool kPartial>
PIXELRNN_INLINE void RebuildUnits(const float* gates, const float* previous, float* c, float* h,
                                  float* tanh_c, int hidden, int lanes) {
  auto gate = [&](int k) { return LoadLanes<V, kPartial>(gates + k * hidden, lanes); };
  const Vec<V> value = gate(1) * LoadLanes<V, kPartial>(previous, lanes) + gate(2) * gate(3);
  const Vec<V> squashed = Tanh<V>(value);
  StoreLanes<V, kPartial>(c, value, lanes);
  StoreLanes<V, kPartial>(tanh_c, squashed, lanes);
  StoreLanes<V, kPartial>(h, gate(0) * squashed, lanes);
}
template <int V>
static void RebuildCell(const float* gates, const float* previous, float* c, float* h, float* tanh_c,
                        int hidden) {
  int j = 0;
  for (; j + V <= hidden; j += V)
    RebuildUnits<V, false>(gates + j, previous + j, c + j, h + j, tanh_c + j, hidden, V);
  if (j < hidden)
    RebuildUnits<V, true>(gates + j, previous + j, c + j, h + j, tanh_c + j, hidden, hidden - j);
}
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

/// H, C (padded) and tanh(C) (in the order of the waves) from the saved gates.
static void RebuildImage(const LstmGeometry& g, const float* gates, const float* h0, const float* c0,
                         float* h, float* c, float* tanh_c, const WeightFactors& factors) {
  SetInitialState(g, h0, c0, h, c);
  WithLanes(g.hidden, [&](auto lanes) {
    for (Index t = 0; t < g.Waves(); t++) {
      const WaveCells w(g, t);
      WaveState s(g, w);
      const Index next_wave = w.count * 4 * g.hidden;
      if (!g.row) factors.ReadState(g, w, h);
      for (int i = 0; i < w.count; i++) {
        for (Index k = 0; k < 4 * g.hidden; k += 16) Fetch(gates + next_wave + k);
        RebuildCell<decltype(lanes)::kValue>(gates, c + s.previous, c + s.c, h + s.h, tanh_c, g.hidden);
        gates += 4 * g.hidden;
        tanh_c += g.hidden;
        s.previous += s.stride;
        s.c += s.stride;
        s.h += s.stride;
      }
    }
  });
}

/// The gates after these, [image, direction]. Of large images none: they would drive from the second-level
/// cache what is still needed.
static Ahead NextGates(const LstmGeometry& g, const float* gates) {
  constexpr Index kMost = 1 << 16;
  Ahead next;
  if (g.GateSize() <= kMost) next.Add(gates + g.GateSize(), g.GateSize());
  return next;
}

/// What the backward pass of one image and direction reads and fills.
struct BackwardImageArguments {
  const float* dy;  // [n][m], logical coordinates
  Index dy_stride;
  const float* gates;
  const float *h, *c, *tanh_c;  // from RebuildImage
  const float* packed;          // by PackBackward
  float* lines;                 // room for two lines of dG
  float* factors;               // and for PairFactors
  const WeightFactors& weight_factors;
  GateGradients dgates;
  float* dm;  // adds the gradients of the matrices of a pair
  float* dc;  // a line: on return the gradient of c0 by slot
  Ahead* ahead;
};
static void BackwardImage(const LstmGeometry& g, const BackwardImageArguments& in) {
  const Index units = g.hidden, four = 4 * units, line = 4 * g.Line(), border = g.row ? four : 0;
  Clear(in.lines, 2 * line);
  in.weight_factors.ClearLastPair(g);
  Clear(in.dc, g.Slots() * units);
  BackwardWave a;
  a.hidden = g.hidden;
  a.taps = g.Taps();
  a.factors = in.factors;
  a.dy_stride = g.row ? in.dy_stride : (g.width - 1) * in.dy_stride;
  a.dgates_stride = g.row ? in.dgates.column : in.dgates.row - in.dgates.column;
  a.dgates_ahead = g.row ? -in.dgates.row : -in.dgates.column;
  Index done = g.Cells();
  for (Index t = g.Waves() - 1; t >= 0; t--) {
    const WaveCells w(g, t);
    const WaveState s(g, w);
    const Index at = w.slot * four;
    float *const later = in.lines + (t + 1) % 2 * line, *const own = in.lines + t % 2 * line;
    if (!g.row && t >= g.width - 1) Clear(later + at, four);  // nothing to the right of the last column
    done -= w.count;
    a.gates = in.gates + done * four;
    a.tanh_c = in.tanh_c + done * units;
    a.dy = in.dy + (w.row * g.width + w.column) * in.dy_stride;
    a.previous = in.c + s.previous;
    a.c_stride = s.stride;
    a.later = later + at;  // diagonal: to the right, below; row: the three below
    a.line = own + at + border;
    a.dgates = in.dgates.data + w.row * in.dgates.row + w.column * in.dgates.column;
    a.dc = in.dc + w.slot * units;
    WithLanes(g.hidden, [&](auto lanes) { RunBackwardWave<decltype(lanes)::kValue>(a, w.count, in.packed); });
    if (g.row) in.weight_factors.ReadState(g, w, in.h);
    in.weight_factors.ReadGradients(g, w, a.line);
    if (g.row && t % kBandRows == 0) {
      const Index rows = g.height - t < kBandRows ? g.height - t : kBandRows;
      const PixelRows dgates = {in.dgates.data + t * in.dgates.row, in.dgates.row, in.dgates.column};
      AddRowPairGradients(in.weight_factors.row, {in.h + t * g.HRow(), g.HRow(), units},
                          in.weight_factors.row_gradients, dgates, rows, in.dm, in.ahead);
    }
  }
  if (!g.row) AddDiagonalPairGradients(g, in.h, in.dgates, in.weight_factors, in.dm, in.ahead);
}

}  // namespace pixelrnn::PIXELRNN_ISA

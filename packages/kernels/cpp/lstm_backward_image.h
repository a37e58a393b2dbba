// The gradients of the LSTM scan over one image in one direction.
#pragma once
#include "lstm_backward_wave.h"
#include "lstm_forward_image.h"
#include "outer_product.h"

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
                         float* h, float* c, float* tanh_c) {
  SetInitialState(g, h0, c0, h, c);
  WithLanes(g.hidden, [&](auto lanes) {
    for (Index t = 0; t < g.Waves(); t++) {
      const WaveCells w(g, t);
      WaveState s(g, w);
      const Index next_wave = w.count * 4 * g.hidden;
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

/// Where the gradients of the pre-activations, dG, are written: [n][m][4h] in logical coordinates.
struct GateGradients {
  float* data;
  Index row, column;
  /// From the coordinates of one direction to those of the other.
  GateGradients Mirrored(Index width) const { return {data + (width - 1) * column, row, -column}; }
};

/// What the backward pass of one image and direction reads and fills.
struct BackwardImageArguments {
  const float* dy;  // [n][m], logical coordinates
  Index dy_stride;
  const float* gates;
  const float *c, *tanh_c;  // from RebuildImage
  const float* packed;      // by PackBackward
  float* lines;             // room for two lines of dG
  GateGradients dgates;
  float* dc;  // a line: on return the gradient of c0 by slot
};
static void BackwardImage(const LstmGeometry& g, const BackwardImageArguments& in) {
  const Index units = g.hidden, four = 4 * units, line = 4 * g.Line(), border = g.row ? four : 0;
  Clear(in.lines, 2 * line);
  Clear(in.dc, g.Slots() * units);
  BackwardWave a;
  a.hidden = g.hidden;
  a.length = g.Taps() * 4 * g.hidden;
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
    a.x = later + at;  // diagonal: to the right, below; row: the three below
    a.line = own + at + border;
    a.dgates = in.dgates.data + w.row * in.dgates.row + w.column * in.dgates.column;
    a.dc = in.dc + w.slot * units;
    WithLanes(g.hidden, [&](auto lanes) { RunBackwardWave<decltype(lanes)::kValue>(a, w.count, in.packed); });
  }
}

/// out[k] += sum . w[k], w [hidden, 4 hidden]
static void AddRowProducts(const float* sum, const float* w, Index hidden, float* out) {
  for (Index k = 0; k < hidden; k++) {
    float dot = 0;
    for (Index q = 0; q < 4 * hidden; q++) dot += sum[q] * w[k * 4 * hidden + q];
    out[k] += dot;
  }
}

/// The gates after these, [image, direction]. Of large images none: they would drive from the second-level
/// cache what is still needed.
static Ahead NextGates(const LstmGeometry& g, const float* gates) {
  constexpr Index kMost = 1 << 16;
  const float* next = gates + g.GateSize();
  return {next, g.GateSize() <= kMost ? next + g.GateSize() : next};
}

/// Adds the gradients of w [taps, h, 4h], h0, c0 that come from one image; `sum`: scratch of 4h floats.
static void AddScanWeightGradients(const LstmGeometry& g, const float* w, const float* h,
                                   const GateGradients& dgates, const float* dc, float* dw, float* dh0,
                                   float* dc0, float* sum, Ahead* ahead) {
  const Index units = g.hidden, four = 4 * units, tap = units * four, h_row = g.HRow();
  const auto [data, row, column] = dgates;
  const int k = g.hidden, n = 4 * g.hidden;
  AddColumnSums(dc, g.Slots(), units, k, dc0);
  if (g.row) {
    AddOuterProducts({h, h_row, units, data, row, column, g.height, g.width, 3 * k, n, dw, four, ahead});
    for (int t = 0; t < 3; t++) {  // h0 stands above row 0, inside the image only
      Clear(sum, four);
      const Index first = t == 0 ? 1 : 0, last = t == 2 ? g.width - 1 : g.width;
      AddColumnSums(data + first * column, last - first, column, n, sum);
      AddRowProducts(sum, w + t * tap, units, dh0);
    }
    return;
  }
  AddOuterProducts({h + h_row + units, h_row, units, data + row, row, column, g.height - 1, g.width, k, n, dw,
                    four, ahead});
  AddOuterProducts(
      {h + h_row, h_row, units, data, row, column, g.height, g.width, k, n, dw + tap, four, ahead});
  Clear(sum, four);
  AddColumnSums(data, g.height, row, n, sum);
  AddRowProducts(sum, w + tap, units, dh0);
}

}  // namespace pixelrnn::PIXELRNN_ISA

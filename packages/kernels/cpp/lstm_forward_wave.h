// One wave of an LSTM scan: cells that do not depend on each other, a diagonal or a row. All of them lie at a
// constant stride in every array, and the taps of a cell are one contiguous run.
#pragma once
#include "lstm_cell.h"
#include "tiles.h"

namespace pixelrnn::PIXELRNN_ISA {

struct ForwardWave {
  const float* gates;  // pre-activations [4 hidden] of each cell, or the bias with stride 0
  Index gates_stride;
  Index gates_ahead;  // to the pre-activations of the same cell of the next wave
  bool has_input;     // the first run is of the image, the last of the wave before
  const float* x[2];
  Index x_stride[2];
  int lengths[2];
  float* saved;       // activated gates [cells, 4 hidden], or null
  Index saved_ahead;  // to those of the next wave
  float* c;           // [cells, hidden], of the wave before; becomes that of this wave
  float* line;        // h [cells, hidden], for the next wave
  float* h;           // the same, for the caller
  Index h_stride;
  int hidden;
  int Runs() const { return has_input ? 2 : 1; }
  int Length() const { return lengths[0] + (has_input ? lengths[1] : 0); }
};

/// Rows of weights [rows, 4 hidden] for ForwardWave, row(k) being the k-th: [block of V units][row][gate][V],
/// each block after the RowRange of its first `input_rows` rows, those of the image, and without the others
/// of these.
template <class Row>
PIXELRNN_INLINE void PackForward(int rows, int input_rows, int hidden, float* packed, Row row) {
  WithLanes(hidden, [&](auto lanes) {
    constexpr int V = decltype(lanes)::kValue;
    for (int j = 0; j < hidden; j += V) {
      const auto fill = [&](Index k, float* to) {
        bool counts = false;
        for (int g = 0; g < 4; g++) PIXELRNN_ROLLED
        for (int v = 0; v < V; v++) {
          to[g * V + v] = j + v < hidden ? row(k)[g * hidden + j + v] : 0.0f;
          counts = counts || to[g * V + v] != 0.0f;
        }
        return counts;
      };
      packed = PackRange(input_rows, 4 * V, packed, fill);
      for (Index k = input_rows; k < rows; k++, packed += 4 * V) fill(k, packed);
    }
  });
}

template <int V, int kTile, bool kPartial>
static void ForwardTile(const ForwardWave& a, Index first, int j, int lanes, const float* w) {
  Vec<V> sum[kTile][4];
  const float* gates = a.gates + first * a.gates_stride + j;
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile; i++) {
    PIXELRNN_UNROLL
    for (int g = 0; g < 4; g++)
      sum[i][g] = LoadLanes<V, kPartial>(gates + i * a.gates_stride + g * a.hidden, lanes);
    if (a.gates_ahead) {
      PIXELRNN_UNROLL
      for (int g = 0; g < 4; g++) Fetch(gates + i * a.gates_stride + g * a.hidden + a.gates_ahead);
    }
  }
  for (int run = 0; run < a.Runs(); run++) {
    const Index s = a.x_stride[run];
    const float *x = a.x[run] + first * s, *far = x + 3 * s;  // two bases: see ProductTile
    const float* end = w + (Index)a.lengths[run] * 4 * V;
    PIXELRNN_INNER_LOOP
    while (w != end) {
      Vec<V> weights[4];
      PIXELRNN_UNROLL
      for (int g = 0; g < 4; g++) weights[g] = Load<V>(w + g * V);
      PIXELRNN_UNROLL
      for (int i = 0; i < kTile; i++) {
        const float value = (i < 3 ? x : far)[(i % 3) * s];
        PIXELRNN_UNROLL
        for (int g = 0; g < 4; g++) sum[i][g] += value * weights[g];
      }
      x++;
      far++;
      w += 4 * V;
    }
  }
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile; i++) {
    const Index cell = first + i;
    float* c = a.c + cell * a.hidden + j;
    const LstmCell<V> s =
        StepLstm<V>(sum[i][0], sum[i][1], sum[i][2], sum[i][3], LoadLanes<V, kPartial>(c, lanes));
    if (a.saved) {
      float* saved = a.saved + cell * 4 * a.hidden + j;
      const Vec<V> gate[4] = {s.output, s.forget, s.input, s.candidate};
      PIXELRNN_UNROLL
      for (int g = 0; g < 4; g++) {
        StoreLanes<V, kPartial>(saved + g * a.hidden, gate[g], lanes);
        Fetch(saved + g * a.hidden + a.saved_ahead);
      }
    }
    StoreLanes<V, kPartial>(c, s.c, lanes);
    StoreLanes<V, kPartial>(a.line + cell * a.hidden + j, s.h, lanes);
    StoreLanes<V, kPartial>(a.h + cell * a.h_stride + j, s.h, lanes);
  }
}

template <int V, bool kPartial>
PIXELRNN_INLINE void ForwardUnits(const ForwardWave& a, int cells, int j, int lanes, const float* w) {
  ForEachTile<kCells>(cells, [&](int first, auto tile) {
    ForwardTile<V, decltype(tile)::kValue, kPartial>(a, first, j, lanes, w);
  });
}
template <int V>
static void RunForwardWave(ForwardWave a, int cells, const float* packed) {
  const float* const x = a.x[0];
  for (int j = 0; j < a.hidden; j += V) {
    if (a.has_input) {
      const RowRange range = LoadRange(packed);
      a.x[0] = x + range.first;
      a.lengths[0] = range.Count();
    }
    packed += kRangeSize;
    if (j + V <= a.hidden)
      ForwardUnits<V, false>(a, cells, j, V, packed);
    else
      ForwardUnits<V, true>(a, cells, j, a.hidden - j, packed);
    packed += (Index)a.Length() * 4 * V;
  }
}

}  // namespace pixelrnn::PIXELRNN_ISA

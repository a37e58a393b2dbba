// One wave of an LSTM scan: cells that do not depend on each other (a diagonal, or a row), forward and
// backward. All cells of a wave lie at a constant stride in every array, and the taps of a cell are one to
// three contiguous runs.
#pragma once
#include "lstm_cell.h"
#include "tiles.h"

namespace pixelrnn::PIXELRNN_ISA {

// ------------------------------------------------------------------------------------------------ forward

struct ForwardWave {
  const float* gates;  // pre-activations [4 hidden] of each cell, or the bias with stride 0
  Index gates_stride;
  int runs;
  const float* x[3];
  Index x_stride[3];
  int lengths[3];
  float* saved;  // activated gates [cells, 4 hidden], or null
  const float* previous;
  float* c;
  Index c_stride;  // of previous, too
  float* h;
  Index h_stride;
  int hidden;
  int Length() const {
    int sum = 0;
    for (int i = 0; i < runs; i++) sum += lengths[i];
    return sum;
  }
};

/// Rows of weights [rows, 4 hidden] for ForwardWave, row(k) being the k-th: [block of V units][row][gate][V].
template <class Row>
PIXELRNN_INLINE void PackForward(int rows, int hidden, float* packed, Row row) {
  WithLanes(hidden, [&](auto lanes) {
    constexpr int V = decltype(lanes)::kValue;
    for (int j = 0; j < hidden; j += V)
      for (Index k = 0; k < rows; k++)
        for (int g = 0; g < 4; g++) PIXELRNN_ROLLED
    for (int v = 0; v < V; v++) *packed++ = j + v < hidden ? row(k)[g * hidden + j + v] : 0.0f;
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
  }
  for (int run = 0; run < a.runs; run++) {
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
    const Vec<V> previous = LoadLanes<V, kPartial>(a.previous + cell * a.c_stride + j, lanes);
    const LstmCell<V> s = StepLstm<V>(sum[i][0], sum[i][1], sum[i][2], sum[i][3], previous);
    if (a.saved) {
      float* saved = a.saved + cell * 4 * a.hidden + j;
      StoreLanes<V, kPartial>(saved, s.output, lanes);
      StoreLanes<V, kPartial>(saved + a.hidden, s.forget, lanes);
      StoreLanes<V, kPartial>(saved + 2 * a.hidden, s.input, lanes);
      StoreLanes<V, kPartial>(saved + 3 * a.hidden, s.candidate, lanes);
    }
    StoreLanes<V, kPartial>(a.c + cell * a.c_stride + j, s.c, lanes);
    StoreLanes<V, kPartial>(a.h + cell * a.h_stride + j, s.h, lanes);
  }
}

/// The `left` < kTile + 1 cells that remain after the full tiles.
template <int V, int kTile, bool kPartial>
PIXELRNN_INLINE void ForwardRest(const ForwardWave& a, Index first, int left, int j, int lanes,
                                 const float* w) {
  if constexpr (kTile > 0) {
    if (left == kTile)
      ForwardTile<V, kTile, kPartial>(a, first, j, lanes, w);
    else
      ForwardRest<V, kTile - 1, kPartial>(a, first, left, j, lanes, w);
  }
}
template <int V, bool kPartial>
PIXELRNN_INLINE void ForwardUnits(const ForwardWave& a, int cells, int j, int lanes, const float* w) {
  int i = 0;
  for (; i + kCells <= cells; i += kCells) ForwardTile<V, kCells, kPartial>(a, i, j, lanes, w);
  ForwardRest<V, kCells - 1, kPartial>(a, i, cells - i, j, lanes, w);
}
template <int V>
static void RunForwardWave(const ForwardWave& a, int cells, const float* packed) {
  const Index block = (Index)a.Length() * 4 * V;
  for (int j = 0; j < a.hidden; j += V, packed += block) {
    if (j + V <= a.hidden)
      ForwardUnits<V, false>(a, cells, j, V, packed);
    else
      ForwardUnits<V, true>(a, cells, j, a.hidden - j, packed);
  }
}

// ------------------------------------------------------------------------------------------------ backward

struct BackwardWave {
  const float* dy;  // gradient of h from outside
  Index dy_stride;
  // Gradients of the pre-activations of the cells that had this wave's h as a tap: one run (row) or two
  // (diagonal).
  int runs, length;
  const float* x[2];
  Index x_stride;
  const float* gates;  // saved by the forward wave
  const float *previous, *tanh_c;
  Index c_stride;  // of previous; tanh_c is [cells, hidden]
  float* dc;       // [cells, hidden]: gradient of c from the later cell; becomes that of the earlier cell's c
  float* dgates;   // gradients of the pre-activations, stride x_stride
  float* dx;       // the same into the caller's tensor, or null
  Index dx_stride;
  int hidden;
};

/// Calls f(unit, lanes, Constant<vectors>, Constant<partial>) for blocks of 4, 2 or 1 vectors of units.
template <int V, class F>
PIXELRNN_INLINE void ForEachUnitBlock(int hidden, F f) {
  int j = 0;
  if constexpr (kUnitVectors >= 4)
    for (; j + 4 * V <= hidden; j += 4 * V) f(j, V, Constant<4>{}, Constant<0>{});
  for (; j + 2 * V <= hidden; j += 2 * V) f(j, V, Constant<2>{}, Constant<0>{});
  for (; j + V <= hidden; j += V) f(j, V, Constant<1>{}, Constant<0>{});
  if (j < hidden) f(j, hidden - j, Constant<1>{}, Constant<1>{});
}

/// W [taps, hidden, 4 hidden], transposed: [block of units][tap, in the order of the later cells][4
/// hidden][units].
static inline void PackBackward(const float* w, int taps, int hidden, bool last_tap_first, float* packed) {
  WithLanes(hidden, [&](auto width) {
    constexpr int V = decltype(width)::kValue;
    ForEachUnitBlock<V>(hidden, [&](int j, int, auto vectors, auto) {
      for (int t = 0; t < taps; t++) {
        const float* tap = w + (Index)(last_tap_first ? taps - 1 - t : t) * hidden * 4 * hidden;
        for (int q = 0; q < 4 * hidden; q++) PIXELRNN_ROLLED
        for (int v = 0; v < decltype(vectors)::kValue * V; v++)
          *packed++ = j + v < hidden ? tap[(Index)(j + v) * 4 * hidden + q] : 0.0f;
      }
    });
  });
}

/// Gradients through one cell's activations, for one vector of its units.
template <int V, bool kPartial>
PIXELRNN_INLINE void CellGradient(const BackwardWave& a, Index cell, int j, int lanes, Vec<V> dh) {
  const int hidden = a.hidden;
  auto load = [&](const float* p) { return LoadLanes<V, kPartial>(p, lanes); };
  auto store = [&](float* p, Vec<V> v) { StoreLanes<V, kPartial>(p, v, lanes); };
  const float* gates = a.gates + cell * 4 * hidden + j;
  const Vec<V> o = load(gates), f = load(gates + hidden), i = load(gates + 2 * hidden),
               g = load(gates + 3 * hidden);
  const Vec<V> tanh_c = load(a.tanh_c + cell * hidden + j);
  float* dc_slot = a.dc + cell * hidden + j;
  const Vec<V> dho = dh * o;
  const Vec<V> dc = load(dc_slot) + dho * (1.0f - tanh_c * tanh_c);
  const Vec<V> dc_f = dc * f, dc_i = dc * i;
  store(dc_slot, dc_f);
  const Vec<V> previous = load(a.previous + cell * a.c_stride + j);
  const Vec<V> d[4] = {dho * tanh_c * (1.0f - o), dc_f * previous * (1.0f - f), dc_i * g * (1.0f - i),
                       dc_i * (1.0f - g * g)};
  float* dgates = a.dgates + cell * a.x_stride + j;
  PIXELRNN_UNROLL
  for (int k = 0; k < 4; k++) store(dgates + k * hidden, d[k]);
  if (!a.dx) return;
  float* dx = a.dx + cell * a.dx_stride + j;
  PIXELRNN_UNROLL
  for (int k = 0; k < 4; k++) store(dx + k * hidden, d[k]);
}

/// dh = dy + sum over the runs; with few vectors of units each sum is split in 4 / kVectors, to keep enough
/// of them in flight.
template <int V, int kTile, int kVectors, bool kPartial>
static void BackwardTile(const BackwardWave& a, Index first, int j, int lanes, const float* w) {
  constexpr int kSplit = 4 / kVectors;
  Vec<V> sum[kTile][kVectors][kSplit] = {};
  const Index s = a.x_stride;
  for (int run = 0; run < a.runs; run++) {
    const float *x = a.x[run] + first * s, *far = x + 3 * s;
    const float* end = w + (Index)a.length * kVectors * V;
    PIXELRNN_INNER_LOOP
    while (w != end) {
      PIXELRNN_UNROLL
      for (int q = 0; q < kSplit; q++) {
        Vec<V> weights[kVectors];
        PIXELRNN_UNROLL
        for (int u = 0; u < kVectors; u++) weights[u] = Load<V>(w + (q * kVectors + u) * V);
        PIXELRNN_UNROLL
        for (int i = 0; i < kTile; i++) {
          const float value = ((i < 3 ? x : far) + (i % 3) * s)[q];
          PIXELRNN_UNROLL
          for (int u = 0; u < kVectors; u++) sum[i][u][q] += value * weights[u];
        }
      }
      x += kSplit;
      far += kSplit;
      w += kSplit * kVectors * V;
    }
  }
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile; i++) {
    PIXELRNN_UNROLL
    for (int u = 0; u < kVectors; u++) {
      Vec<V> dh = sum[i][u][0];
      PIXELRNN_UNROLL
      for (int q = 1; q < kSplit; q++) dh += sum[i][u][q];
      const int unit = j + u * V;
      dh += LoadLanes<V, kPartial>(a.dy + (first + i) * a.dy_stride + unit, lanes);
      CellGradient<V, kPartial>(a, first + i, unit, lanes, dh);
    }
  }
}

template <int V, int kTile, int kVectors, bool kPartial>
PIXELRNN_INLINE void BackwardRest(const BackwardWave& a, Index first, int left, int j, int lanes,
                                  const float* w) {
  if constexpr (kTile > 0) {
    if (left == kTile)
      BackwardTile<V, kTile, kVectors, kPartial>(a, first, j, lanes, w);
    else
      BackwardRest<V, kTile - 1, kVectors, kPartial>(a, first, left, j, lanes, w);
  }
}
template <int V>
static void RunBackwardWave(const BackwardWave& a, int cells, const float* packed) {
  ForEachUnitBlock<V>(a.hidden, [&](int j, int lanes, auto vectors, auto partial) {
    constexpr int kVectors = decltype(vectors)::kValue;
    constexpr bool kPartial = decltype(partial)::kValue;
    int i = 0;
    for (; i + kCells <= cells; i += kCells)
      BackwardTile<V, kCells, kVectors, kPartial>(a, i, j, lanes, packed);
    BackwardRest<V, kCells - 1, kVectors, kPartial>(a, i, cells - i, j, lanes, packed);
    packed += (Index)a.runs * a.length * kVectors * V;
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

// The gradients of one wave of an LSTM scan.
#pragma once
#include "tiles.h"

namespace pixelrnn::PIXELRNN_ISA {

struct BackwardWave {
  const float* dy;  // gradient of h from outside
  Index dy_stride;
  const float* x;      // gradients of the pre-activations of the later wave, whose taps this wave's h were
  int length;          // of those that belong to one cell
  const float* gates;  // saved by the forward wave
  const float *previous, *tanh_c;
  Index c_stride;  // of previous; tanh_c is [cells, hidden]
  float* dc;       // [cells, hidden]: gradient of c from the later cell; becomes that of the earlier cell's c
  float* line;     // gradients of the pre-activations [cells, 4 hidden], for the earlier wave
  float* dgates;   // the same, for the caller
  Index dgates_stride;
  Index dgates_ahead;  // to those of the same slot in the wave that runs next
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

/// W [taps, hidden, 4 hidden], transposed: [block of units][tap, the last one first][4 hidden][units]. A cell
/// is the last tap of the first of the later cells.
static inline void PackBackward(const float* w, int taps, int hidden, float* packed) {
  WithLanes(hidden, [&](auto width) {
    constexpr int V = decltype(width)::kValue;
    ForEachUnitBlock<V>(hidden, [&](int j, int, auto vectors, auto) {
      for (int t = taps - 1; t >= 0; t--) {
        const float* tap = w + (Index)t * hidden * 4 * hidden;
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
  float* line = a.line + cell * 4 * hidden + j;
  float* dgates = a.dgates + cell * a.dgates_stride + j;
  PIXELRNN_UNROLL
  for (int k = 0; k < 4; k++) {
    store(line + k * hidden, d[k]);
    store(dgates + k * hidden, d[k]);
    Fetch(dgates + a.dgates_ahead + k * hidden);
  }
}

/// dh = dy + the later cells' share; with few vectors of units each sum is split in 4 / kVectors, to keep
/// enough of them in flight.
template <int V, int kTile, int kVectors, bool kPartial>
static void BackwardTile(const BackwardWave& a, Index first, int j, int lanes, const float* w) {
  constexpr int kSplit = 4 / kVectors;
  Vec<V> sum[kTile][kVectors][kSplit] = {};
  const Index s = 4 * a.hidden;
  const float *x = a.x + first * s, *far = x + 3 * s;
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

template <int V>
static void RunBackwardWave(const BackwardWave& a, int cells, const float* packed) {
  ForEachUnitBlock<V>(a.hidden, [&](int j, int lanes, auto vectors, auto partial) {
    constexpr int kVectors = decltype(vectors)::kValue;
    constexpr bool kPartial = decltype(partial)::kValue;
    ForEachTile<kCells>(cells, [&](int first, auto tile) {
      BackwardTile<V, decltype(tile)::kValue, kVectors, kPartial>(a, first, j, lanes, packed);
    });
    packed += (Index)a.length * kVectors * V;
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

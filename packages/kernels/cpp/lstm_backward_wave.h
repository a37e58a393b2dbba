// The gradients of one wave of an LSTM scan.
#pragma once
#include "pairs.h"

namespace pixelrnn::PIXELRNN_ISA {

struct BackwardWave {
  const float* dy;  // gradient of h from outside
  Index dy_stride;
  int taps;
  const float* later;  // line of dG of the later wave: the first slot that saw the first cell
  float* factors;      // scratch: PairFactorsSize
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

/// Whether the products with one vector of units go cell by cell: they load as often as they multiply, which
/// pairs make no better; but a slot that is loaded once serves all cells that see it.
PIXELRNN_INLINE bool OneVector(int hidden, int lanes) { return hidden <= lanes; }

/// W [taps, hidden, 4 hidden], transposed: [4 hidden][tap][units], or of more than one vector the matrices of
/// pairs: [block of units][matrix][4 hidden][units]. A cell is the last tap of the first of the later cells.
static inline void PackBackward(const float* w, int taps, int hidden, float* packed) {
  const Index four = 4 * hidden;
  WithLanes(hidden, [&](auto width) {
    constexpr int V = decltype(width)::kValue;
    const auto tap = [&](int t, Index unit, Index q) {
      return w[((taps - 1 - t) * hidden + unit) * four + q];
    };
    if (OneVector(hidden, V)) {
      for (Index q = 0; q < four; q++)
        for (int t = 0; t < taps; t++) PIXELRNN_ROLLED
      for (int v = 0; v < V; v++) *packed++ = v < hidden ? tap(t, v, q) : 0.0f;
      return;
    }
    ForEachUnitBlock<V>(hidden, [&](int j, int, auto vectors, auto) {
      for (int m = 0; m < PairMatrices(taps); m++)
        for (Index q = 0; q < four; q++) PIXELRNN_ROLLED
      for (int v = 0; v < decltype(vectors)::kValue * V; v++)
        *packed++ = j + v < hidden ? PairWeight(taps, m, [&](int t) { return tap(t, j + v, q); }) : 0.0f;
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

/// dh = dy + `share`, what the later cells hand back, for the cells first, first + step, ...
template <int V, int kTile, int kVectors, bool kPartial>
PIXELRNN_INLINE void CellGradients(const BackwardWave& a, Index first, Index step, int j, int lanes,
                                   const Vec<V> (&share)[kTile][kVectors]) {
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile; i++) {
    const Index cell = first + i * step;
    PIXELRNN_UNROLL
    for (int u = 0; u < kVectors; u++) {
      const Vec<V> dy = LoadLanes<V, kPartial>(a.dy + cell * a.dy_stride + j + u * V, lanes);
      CellGradient<V, kPartial>(a, cell, j + u * V, lanes, dy + share[i][u]);
    }
  }
}

/// Cells next to each other, of one vector of units.
template <int V, int kTile, int kTaps, bool kPartial>
static void CellTile(const BackwardWave& a, Index first, const float* w) {
  Vec<V> sum[kTile][kTaps] = {};
  const Index s = 4 * a.hidden;
  constexpr int kBases = (kTile + kTaps + 1) / 3;  // for three slots each: see ProductTile
  const float* x[kBases];
  PIXELRNN_UNROLL
  for (int i = 0; i < kBases; i++) x[i] = a.later + (first + 3 * i) * s;
  const float* end = w + s * kTaps * V;
  PIXELRNN_INNER_LOOP
  while (w != end) {
    Vec<V> weights[kTaps];
    PIXELRNN_UNROLL
    for (int t = 0; t < kTaps; t++) weights[t] = Load<V>(w + t * V);
    PIXELRNN_UNROLL
    for (int slot = 0; slot < kTile + kTaps - 1; slot++) {
      const float value = x[slot / 3][(slot % 3) * s];
      PIXELRNN_UNROLL
      for (int t = 0; t < kTaps; t++)
        if (slot >= t && slot - t < kTile) sum[slot - t][t] += value * weights[t];
    }
    PIXELRNN_UNROLL
    for (int i = 0; i < kBases; i++) x[i]++;
    w += kTaps * V;
  }
  Vec<V> share[kTile][1];
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile; i++) {
    share[i][0] = sum[i][0];
    PIXELRNN_UNROLL
    for (int t = 1; t < kTaps; t++) share[i][0] += sum[i][t];
  }
  CellGradients<V, kTile, 1, kPartial>(a, first, 1, 0, a.hidden, share);
}

/// Sums of products with one matrix, for rows of 4 hidden floats, `stride` apart. With few vectors of units
/// each sum is split in 4 / kVectors, to keep enough of them in flight.
template <int V, int kTile, int kVectors>
PIXELRNN_INLINE void UnitProducts(const float* x, Index stride, Index length, const float* w,
                                  Vec<V> (&y)[kTile][kVectors]) {
  constexpr int kSplit = 4 / kVectors;
  Vec<V> sum[kTile][kVectors][kSplit] = {};
  const float *far = x + 3 * stride, *end = w + length * kVectors * V;
  PIXELRNN_INNER_LOOP
  while (w != end) {
    PIXELRNN_UNROLL
    for (int q = 0; q < kSplit; q++) {
      Vec<V> weights[kVectors];
      PIXELRNN_UNROLL
      for (int u = 0; u < kVectors; u++) weights[u] = Load<V>(w + (q * kVectors + u) * V);
      PIXELRNN_UNROLL
      for (int i = 0; i < kTile; i++) {
        const float value = ((i < 3 ? x : far) + (i % 3) * stride)[q];
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
      y[i][u] = sum[i][u][0];
      PIXELRNN_UNROLL
      for (int q = 1; q < kSplit; q++) y[i][u] += sum[i][u][q];
    }
  }
}

/// As ShareGates.
template <int V, int kTile, int kVectors>
static void ShareUnits(const BackwardWave& a, const PairFactors& factors, const float* w, float* shared) {
  const Index length = 4 * a.hidden;
  for (int m = 0; m < a.taps - 1; m++, w += length * kVectors * V) {
    Vec<V> sum[kTile][kVectors];
    UnitProducts<V>(factors.shared[m], factors.shared_stride, length, w, sum);
    PIXELRNN_UNROLL
    for (int i = 0; i < kTile; i++) {
      PIXELRNN_UNROLL
      for (int u = 0; u < kVectors; u++) {
        float *first = shared + (i * kVectors + u) * V, *second = first + kPairs * kVectors * V;
        if (m == 1) Store<V>(second, Load<V>(first) - sum[i][u]);
        Store<V>(first, m == 0 ? sum[i][u] : Load<V>(first) + sum[i][u]);
      }
    }
  }
}

/// The cells first, first + 2, ...
template <int V, int kTile, int kVectors, bool kPartial>
static void PairTile(const BackwardWave& a, Index first, int j, int lanes, const float* shared,
                     const float* differences, const float* w) {
  Vec<V> share[kTile][kVectors];
  UnitProducts<V>(differences, 8 * a.hidden, 4 * a.hidden, w, share);
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile; i++) {
    PIXELRNN_UNROLL
    for (int u = 0; u < kVectors; u++) share[i][u] += Load<V>(shared + (i * kVectors + u) * V);
  }
  CellGradients<V, kTile, kVectors, kPartial>(a, first, 2, j, lanes, share);
}

template <int V, bool kPartial>
static void RunBackwardCells(const BackwardWave& a, int cells, const float* packed) {
  ForEachTile<kCells>(cells, [&](int first, auto tile) {
    constexpr int kTile = decltype(tile)::kValue;
    if (a.taps == 2)
      CellTile<V, kTile, 2, kPartial>(a, first, packed);
    else
      CellTile<V, kTile, 3, kPartial>(a, first, packed);
  });
}
template <int V>
static void RunBackwardPairs(const BackwardWave& a, int cells, const float* packed) {
  const Index four = 4 * a.hidden;
  ForEachPairGroup(cells, [&](Index first, int count, auto pairs) {
    constexpr int kPairsHere = decltype(pairs)::kValue;
    const PairFactors factors = ReadPairs(a.taps, four, a.later + first * four, count, a.factors);
    const float* w = packed;
    ForEachUnitBlock<V>(a.hidden, [&](int j, int lanes, auto vectors, auto partial) {
      constexpr int kVectors = decltype(vectors)::kValue;
      constexpr bool kPartial = decltype(partial)::kValue;
      const Index matrix = four * kVectors * V;
      float shared[2][kPairs * kVectors * V];
      ShareUnits<V, kPairsHere, kVectors>(a, factors, w, shared[0]);
      w += (a.taps - 1) * matrix;
      PairTile<V, kPairsHere, kVectors, kPartial>(a, first, j, lanes, shared[0], factors.differences, w);
      w += matrix;
      WithSecondCells<kPairsHere>(count, [&](auto tile) {
        PairTile<V, decltype(tile)::kValue, kVectors, kPartial>(a, first + 1, j, lanes, shared[a.taps - 2],
                                                                factors.differences + four, w);
      });
      w += matrix;
    });
  });
}
template <int V>
static void RunBackwardWave(const BackwardWave& a, int cells, const float* packed) {
  if (a.hidden < V)
    RunBackwardCells<V, true>(a, cells, packed);
  else if (a.hidden == V)
    RunBackwardCells<V, false>(a, cells, packed);
  else
    RunBackwardPairs<V>(a, cells, packed);
}

}  // namespace pixelrnn::PIXELRNN_ISA

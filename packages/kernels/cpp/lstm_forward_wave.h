// One wave of an LSTM scan: cells that do not depend on each other, a diagonal or a row. All of them lie at a
// constant stride in every array. They are computed in pairs (pairs.h), a few of them at once: what the
// pairs share, their first cells, their second cells.
#pragma once
#include "lstm_cell.h"
#include "pairs.h"

namespace pixelrnn::PIXELRNN_ISA {

struct ForwardWave {
  const float* gates;  // pre-activations [4 hidden] of each cell, or the bias with stride 0
  Index gates_stride;
  Index gates_ahead;   // to the pre-activations of the same cell of the next wave
  const float* input;  // of the image, or null: contiguous floats for each cell
  Index input_stride;
  int taps;
  const float* before;  // line of h of the wave before: the first tap of the first cell
  float* factors;       // scratch: PairFactorsSize
  float* saved;         // activated gates [cells, 4 hidden], or null
  Index saved_ahead;    // to those of the next wave
  float* c;             // [cells, hidden], of the wave before; becomes that of this wave
  float* line;          // h [cells, hidden], for the next wave
  float* h;             // the same, for the caller
  Index h_stride;
  int hidden;
};

/// Weights for ForwardWave from `input_rows` rows [4 hidden] for the image, the k-th at input(k), and from w
/// [taps, hidden, 4 hidden]. For each block of V units: the RowRange of the rows for the image that count,
/// these rows, and the rows of the matrices of a pair, each [gate][V].
template <class Row>
PIXELRNN_INLINE void PackForward(int input_rows, Row input, const float* w, int taps, int hidden,
                                 float* packed) {
  WithLanes(hidden, [&](auto width) {
    constexpr int V = decltype(width)::kValue;
    const Index row = 4 * hidden, matrix = hidden * row;
    for (int j = 0; j < hidden; j += V) {
      const int lanes = hidden - j < V ? hidden - j : V;
      const auto gate = [&](const float* weights, int g) {
        return LoadPartial<V>(weights + g * hidden + j, lanes);
      };
      packed = PackRange(input_rows, 4 * V, packed, [&](int k, float* to) {
        bool counts = false;
        for (int g = 0; g < 4; g++) Store<V>(to + g * V, gate(input(k), g));
        for (int v = 0; v < 4 * V; v++) counts = counts || to[v] != 0.0f;
        return counts;
      });
      for (int m = 0; m < PairMatrices(taps); m++)
        for (Index k = 0; k < hidden; k++)
          for (int g = 0; g < 4; g++, packed += V)
            Store<V>(packed, PairWeight(taps, m, [&](int t) { return gate(w + t * matrix + k * row, g); }));
    }
  });
}

/// sum[i] += x_i W for rows x_i of `length` floats, `stride` apart.
template <int V, int kTile>
PIXELRNN_INLINE void AddGateProducts(const float* x, Index stride, int length, const float* w,
                                     Vec<V> (&sum)[kTile][4]) {
  const float *far = x + 3 * stride, *end = w + (Index)length * 4 * V;  // two bases: see ProductTile
  PIXELRNN_INNER_LOOP
  while (w != end) {
    Vec<V> weights[4];
    PIXELRNN_UNROLL
    for (int g = 0; g < 4; g++) weights[g] = Load<V>(w + g * V);
    PIXELRNN_UNROLL
    for (int i = 0; i < kTile; i++) {
      const float value = (i < 3 ? x : far)[(i % 3) * stride];
      PIXELRNN_UNROLL
      for (int g = 0; g < 4; g++) sum[i][g] += value * weights[g];
    }
    x++;
    far++;
    w += 4 * V;
  }
}

/// What the cells of pairs share: s; or, with three taps, s + d for the first cells and s - d for the second.
template <int V, int kTile>
static void ShareGates(const ForwardWave& a, const PairFactors& factors, const float* w, float* shared) {
  for (int m = 0; m < a.taps - 1; m++, w += (Index)a.hidden * 4 * V) {
    Vec<V> sum[kTile][4] = {};
    AddGateProducts<V>(factors.shared[m], factors.shared_stride, a.hidden, w, sum);
    PIXELRNN_UNROLL
    for (int i = 0; i < kTile; i++) {
      PIXELRNN_UNROLL
      for (int g = 0; g < 4; g++) {
        float *first = shared + (i * 4 + g) * V, *second = first + kPairs * 4 * V;
        if (m == 1) Store<V>(second, Load<V>(first) - sum[i][g]);
        Store<V>(first, m == 0 ? sum[i][g] : Load<V>(first) + sum[i][g]);
      }
    }
  }
}

/// The cells first, first + 2, ...
template <int V, int kTile, bool kPartial>
static void ForwardTile(const ForwardWave& a, Index first, int j, int lanes, const float* shared,
                        const float* differences, const float* w_input, int input_rows, const float* w) {
  Vec<V> sum[kTile][4];
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile; i++) {
    const float* gates = a.gates + (first + 2 * i) * a.gates_stride + j;
    PIXELRNN_UNROLL
    for (int g = 0; g < 4; g++) {
      sum[i][g] = Load<V>(shared + (i * 4 + g) * V) + LoadLanes<V, kPartial>(gates + g * a.hidden, lanes);
      if (a.gates_ahead) Fetch(gates + g * a.hidden + a.gates_ahead);
    }
  }
  if (a.input)
    AddGateProducts<V>(a.input + first * a.input_stride, 2 * a.input_stride, input_rows, w_input, sum);
  AddGateProducts<V>(differences, 2 * a.hidden, a.hidden, w, sum);
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile; i++) {
    const Index cell = first + 2 * i;
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

/// One block of units of the pairs that begin at `first`.
template <int V, int kPairsHere, bool kPartial>
PIXELRNN_INLINE void ForwardUnits(const ForwardWave& a, const PairFactors& factors, Index first, int cells,
                                  int j, int lanes, const float* w, int input_rows) {
  const Index matrix = (Index)a.hidden * 4 * V;
  const float* w_pairs = w + (Index)input_rows * 4 * V;
  float shared[2][kPairs * 4 * V];
  ShareGates<V, kPairsHere>(a, factors, w_pairs, shared[0]);
  w_pairs += (a.taps - 1) * matrix;
  ForwardTile<V, kPairsHere, kPartial>(a, first, j, lanes, shared[0], factors.differences, w, input_rows,
                                       w_pairs);
  WithSecondCells<kPairsHere>(cells, [&](auto tile) {
    ForwardTile<V, decltype(tile)::kValue, kPartial>(a, first + 1, j, lanes, shared[a.taps - 2],
                                                     factors.differences + a.hidden, w, input_rows,
                                                     w_pairs + matrix);
  });
}
template <int V>
static void RunForwardWave(ForwardWave a, int cells, const float* packed) {
  ForEachPairGroup(cells, [&](Index first, int count, auto pairs) {
    constexpr int kPairsHere = decltype(pairs)::kValue;
    const PairFactors factors = ReadPairs(a.taps, a.hidden, a.before + first * a.hidden, count, a.factors);
    const float* w = packed;
    ForwardWave here = a;
    for (int j = 0; j < a.hidden; j += V) {
      const RowRange range = LoadRange(w);
      w += kRangeSize;
      here.input = a.input ? a.input + range.first : nullptr;
      if (j + V <= a.hidden)
        ForwardUnits<V, kPairsHere, false>(here, factors, first, count, j, V, w, range.Count());
      else
        ForwardUnits<V, kPairsHere, true>(here, factors, first, count, j, a.hidden - j, w, range.Count());
      w += (Index)(range.Count() + PairMatrices(a.taps) * a.hidden) * 4 * V;
    }
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

// Two neighbours in a row of sums over taps read taps that overlap, so together they need fewer products than
// two sums alone: Winograd's minimal filtering, F(2, 2) and F(2, 3) (S. Winograd, Arithmetic Complexity of
// Computations, 1980).
//
// With W_t the matrix of tap t and l_p what stands at position p, the outputs i and i + 1 are
//
//     2 taps     y_i     = l_i W0     + l_{i+1} W1
//                y_{i+1} = l_{i+1} W0 + l_{i+2} W1                     4 products
//
//     3 taps     y_i     = l_i W0     + l_{i+1} W1 + l_{i+2} W2
//                y_{i+1} = l_{i+1} W0 + l_{i+2} W1 + l_{i+3} W2        6 products
//
// and share some of them:
//
//     2 taps     s       = l_{i+1} (W0 + W1)
//                y_i     = s - (l_{i+1} - l_i) W0
//                y_{i+1} = s + (l_{i+2} - l_{i+1}) W1                  3 products
//
//     3 taps     s       = (l_{i+1} + l_{i+2}) (W0 + W1 + W2) / 2
//                d       = (l_{i+2} - l_{i+1}) (W0 - W1 + W2) / 2
//                y_i     = s + d - (l_{i+2} - l_i) W0
//                y_{i+1} = s - d + (l_{i+3} - l_{i+1}) W2              4 products
//
// No output sees more than its own taps; but weights that are zero within a tap, as colour masks make them,
// would be zero up to rounding only. The gradients of the inputs have the same form, with the transposed
// matrices and the taps in reverse order. Those of the matrices are what a matrix is multiplied with, outer
// the gradient of its product: with the gradients g_i and g_{i+1} of the two outputs
//
//     s    g_i + g_{i+1}        first     g_i
//     d    g_i - g_{i+1}        second    g_{i+1}
#pragma once
#include "outer_product.h"

namespace pixelrnn::PIXELRNN_ISA {

/// The matrices of a pair, in the order in which they are packed: what it shares, -W_first, W_last.
constexpr int PairMatrices(int taps) { return taps + 1; }
/// Elements of them; w(t): those of W_t.
template <class Weight>
PIXELRNN_INLINE auto PairWeight(int taps, int matrix, Weight w) {
  if (matrix == taps - 1) return -w(0);
  if (matrix == taps) return w(taps - 1);
  if (taps == 2) return w(0) + w(1);
  return 0.5f * (matrix == 0 ? w(0) + w(1) + w(2) : w(0) - w(1) + w(2));
}

/// An element of the gradient of W_t, from those of the matrices; dm(m): that of matrix m.
template <class Gradient>
PIXELRNN_INLINE float PairWeightGradient(int taps, int t, Gradient dm) {
  const float own = t == 0 ? -dm(taps - 1) : t == taps - 1 ? dm(taps) : 0.0f;
  if (taps == 2) return dm(0) + own;
  return 0.5f * (t == 1 ? dm(0) - dm(1) : dm(0) + dm(1)) + own;
}

/// dw [taps, size] from the gradients of the matrices, [taps + 1, size].
static void SpreadPairGradients(int taps, Index size, const float* dm, float* dw) {
  for (int t = 0; t < taps; t++)
    for (Index i = 0; i < size; i++)
      dw[t * size + i] = PairWeightGradient(taps, t, [&](int m) { return dm[m * size + i]; });
}

/// l_{i+1} + l_{i+2} and l_{i+2} - l_{i+1} of every pair of a row; `line` from the first tap of the first
/// output.
static void MiddleOfPairs(Index width, const float* line, Index cells, float* sums, float* differences) {
  for (Index i = 0; i < cells; i += 2, sums += width, differences += width) {
    const float *left = line + (i + 1) * width, *right = left + width;
    Add(left, right, sums, width);
    Subtract(right, left, differences, width);
  }
}

/// What the matrices are multiplied with, for whole rows of three taps.
struct RowFactors {
  Index width, channels;  // outputs of a row, floats of a tap
  float* differences;     // [rows, width, channels]: l_{i+2} - l_i
  float* middle[2];       // [rows, pairs, channels]: the factors of s and d
  RowFactors(Index rows, Index width, Index channels, Arena& arena)
      : width(width), channels(channels), differences(arena.Take(rows * width * channels)) {
    for (float*& m : middle) m = arena.Take(rows * Pairs() * channels);
  }
  Index Pairs() const { return (width + 1) / 2; }
  /// `line`: the width + 2 taps of row r.
  void Read(Index r, const float* line) const {
    const Index first = r * Pairs() * channels;
    Subtract(line + 2 * channels, line, differences + r * width * channels, width * channels);
    MiddleOfPairs(channels, line, width, middle[0] + first, middle[1] + first);
  }
};
/// What the gradients of s and d are in whole rows: g_i + g_{i+1} and g_i - g_{i+1}, or g_i if it is the
/// last.
struct RowGradients {
  Index width, channels;
  float *sums, *opposites;  // [rows, pairs, channels]
  RowGradients(Index rows, Index width, Index channels, Arena& arena) : width(width), channels(channels) {
    sums = arena.Take(rows * Pairs() * channels);
    opposites = arena.Take(rows * Pairs() * channels);
  }
  Index Pairs() const { return (width + 1) / 2; }
  void Read(Index r, const float* line) const {
    Index to = r * Pairs() * channels;
    for (Index i = 0; i < width; i += 2, line += 2 * channels, to += channels) {
      if (i + 1 < width) {
        Add(line, line + channels, sums + to, channels);
        Subtract(line, line + channels, opposites + to, channels);
      } else {
        Copy(sums + to, line, channels);
        Copy(opposites + to, line, channels);
      }
    }
  }
};
/// dm [4, channels of l, channels of g] += the gradients of the matrices, from `rows` rows of l, the first of
/// them `from`, and of g, which also stands at `data`.
static void AddRowPairGradients(const RowFactors& l, Index from, const RowGradients& g, const float* data,
                                Index row, Index column, Index rows, float* dm, Ahead* ahead) {
  const Index pairs = l.Pairs(), width = l.width, k = l.channels, n = g.channels;
  const auto add = [&](const float* a, Index a_row, Index a_column, const float* b, Index b_row,
                       Index b_column, Index columns) {
    AddOuterProducts(
        {a + from * a_row, a_row, a_column, b, b_row, b_column, rows, columns, (int)k, (int)n, dm, n, ahead});
    dm += k * n;
  };
  add(l.middle[0], pairs * k, k, g.sums, pairs * n, n, pairs);
  add(l.middle[1], pairs * k, k, g.opposites, pairs * n, n, pairs);
  add(l.differences, width * k, 2 * k, data, row, 2 * column, pairs);
  add(l.differences + k, width * k, 2 * k, data + column, row, 2 * column, width / 2);
}

/// What the matrices are multiplied with, for at most kPairs pairs of LSTM cells: rows of `width` floats.
struct PairFactors {
  const float* shared[2];    // one for each pair
  Index shared_stride;       // between pairs
  const float* differences;  // l_{i + taps - 1} - l_i, one for each cell
};
PIXELRNN_INLINE Index PairFactorsSize(int taps, Index width) { return (taps == 2 ? 2 : 4) * kPairs * width; }

/// From `line`, the first tap of the first cell; the last pair may have no second cell.
PIXELRNN_INLINE PairFactors ReadPairs(int taps, Index width, const float* line, int cells, float* scratch) {
  float *const sums = scratch + 2 * kPairs * width, *const differences = sums + kPairs * width;
  Subtract(line + (taps - 1) * width, line, scratch, cells * width);
  if (taps == 2) return {{line + width}, 2 * width, scratch};
  MiddleOfPairs(width, line, cells, sums, differences);
  return {{sums, differences}, width, scratch};
}

/// Calls f(first, cells, Constant<pairs>) for groups of at most kPairs pairs that cover the cells of a wave.
template <class F>
PIXELRNN_INLINE void ForEachPairGroup(int cells, F f) {
  ForEachTile<kPairs>((cells + 1) / 2, [&](int pair, auto pairs) {
    const int left = cells - 2 * pair;
    constexpr int kMost = 2 * decltype(pairs)::kValue;
    f(2 * pair, left < kMost ? left : kMost, pairs);
  });
}
/// Calls f(Constant<pairs>) or, where the last pair has no second cell, f(Constant<pairs - 1>).
template <int kPairsHere, class F>
PIXELRNN_INLINE void WithSecondCells(int cells, F f) {
  if (cells == 2 * kPairsHere) return f(Constant<kPairsHere>{});
  if constexpr (kPairsHere > 1) f(Constant<kPairsHere - 1>{});
}

}  // namespace pixelrnn::PIXELRNN_ISA

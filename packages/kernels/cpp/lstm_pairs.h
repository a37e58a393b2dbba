// Two neighbouring cells of a wave read taps that overlap, so together they need fewer products than two
// cells alone: Winograd's minimal filtering, F(2, 2) on diagonals and F(2, 3) on rows (S. Winograd,
// Arithmetic Complexity of Computations, 1980).
//
// With W_t the matrix of tap t and l_p what the wave before has left at slot p, the cells i and i + 1 want
//
//     diagonal   y_i     = l_i W0     + l_{i+1} W1
//                y_{i+1} = l_{i+1} W0 + l_{i+2} W1                     4 products
//
//     row        y_i     = l_i W0     + l_{i+1} W1 + l_{i+2} W2
//                y_{i+1} = l_{i+1} W0 + l_{i+2} W1 + l_{i+3} W2        6 products
//
// and share some of them:
//
//     diagonal   s       = l_{i+1} (W0 + W1)
//                y_i     = s - (l_{i+1} - l_i) W0
//                y_{i+1} = s + (l_{i+2} - l_{i+1}) W1                  3 products
//
//     row        s       = (l_{i+1} + l_{i+2}) (W0 + W1 + W2) / 2
//                d       = (l_{i+2} - l_{i+1}) (W0 - W1 + W2) / 2
//                y_i     = s + d - (l_{i+2} - l_i) W0
//                y_{i+1} = s - d + (l_{i+3} - l_{i+1}) W2              4 products
//
// No cell sees more than its own taps. The gradients of a wave have the same form, with the transposed
// matrices and the taps in reverse order.
#pragma once
#include "arrays.h"
#include "tiles.h"

namespace pixelrnn::PIXELRNN_ISA {

/// The matrices of a pair, in the order in which they are packed: what it shares, -W_first, W_last.
constexpr int PairMatrices(int taps) { return taps + 1; }
/// One element of them; w(t): that of W_t.
template <class Weight>
PIXELRNN_INLINE float PairWeight(int taps, int matrix, Weight w) {
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

/// l_{i+1} + l_{i+2} and l_{i+2} - l_{i+1} of every pair of a row's cells; `line` from the first tap of the
/// first cell.
static void MiddleOfPairs(Index width, const float* line, Index cells, float* sums, float* differences) {
  for (Index i = 0; i < cells; i += 2, sums += width, differences += width) {
    const float *left = line + (i + 1) * width, *right = left + width;
    Add(left, right, sums, width);
    Subtract(right, left, differences, width);
  }
}

/// What the matrices are multiplied with, for at most kPairs pairs: rows of `width` floats.
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

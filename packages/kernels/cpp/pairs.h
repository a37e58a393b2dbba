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
// would be zero up to rounding only, so taps with zeros are never paired. The gradients of the inputs have
// the same form, with the transposed matrices and the taps in reverse order. Those of the matrices are what a
// matrix is multiplied with, outer the gradient of its product: with the gradients g_i and g_{i+1} of the two
// outputs
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

/// What the matrices of pairs of three taps are multiplied with. Of every pair from `line`, the first tap of
/// the first output: l_{i+1} + l_{i+2} and l_{i+2} - l_{i+1}; and of every output l_{i+2} - l_i, where an
/// output that is missing in the last pair has that of another one.
static void ReadThreeTaps(Index width, const float* line, Index cells, float* differences, float* sums,
                          float* opposites) {
  constexpr int V = PIXELRNN_LANES;
  for (Index i = 0; i < cells; i += 2) {
    const float* last = line + (i + 1 < cells ? 3 : 2) * width;
    ForEachVector<V>(width, [&](auto load, auto store) {
      const Vec<V> left = load(line + width), right = load(line + 2 * width);
      store(differences, right - load(line));
      store(differences + width, load(last) - left);
      store(sums, left + right);
      store(opposites, right - left);
    });
    line += 2 * width;
    differences += 2 * width;
    sums += width;
    opposites += width;
  }
}

/// What the matrices are multiplied with, for whole rows of two or three taps.
struct RowFactors {
  int taps;
  Index width, channels;  // outputs of a row, floats of a tap
  float* differences;     // [rows, 2 pairs, channels]: l_{i + taps - 1} - l_i
  float* middle[2];       // three taps: [rows, pairs, channels], the factors of s and d
  RowFactors(int taps, Index rows, Index width, Index channels, Arena& arena)
      : taps(taps), width(width), channels(channels), differences(arena.Take(rows * DifferencesRow())) {
    for (float*& m : middle) m = arena.Take(taps == 3 ? rows * MiddleRow() : 0);
  }
  Index Pairs() const { return (width + 1) / 2; }
  Index MiddleRow() const { return Pairs() * channels; }
  Index DifferencesRow() const { return 2 * MiddleRow(); }
  /// `line`: the width + taps - 1 taps of row r.
  __attribute__((noinline)) void Read(Index r, const float* line) const {
    float* to = differences + r * DifferencesRow();
    if (taps == 3) {
      ReadThreeTaps(channels, line, width, to, middle[0] + r * MiddleRow(), middle[1] + r * MiddleRow());
    } else {
      Subtract(line + channels, line, to, width * channels);
      Clear(to + width * channels, DifferencesRow() - width * channels);
    }
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
  __attribute__((noinline)) void Read(Index r, const float* line) const {
    constexpr int V = PIXELRNN_LANES;
    Index to = r * Pairs() * channels;
    for (Index i = 0; i < width; i += 2, line += 2 * channels, to += channels) {
      const bool whole = i + 1 < width;
      ForEachVector<V>(channels, [&](auto load, auto store) {
        const Vec<V> first = load(line), second = whole ? load(line + channels) : Splat<V>(0.0f);
        store(sums + to, first + second);
        store(opposites + to, first - second);
      });
    }
  }
};
/// Rows whose outer products are summed at once, while what they are made of is near.
constexpr Index kBandRows = 4;

/// Rows of something: pixels `column` floats apart.
struct PixelRows {
  const float* data;
  Index row, column;
};
/// dm [taps + 1, channels of l, channels of g] += the gradients of the matrices, from `count` rows of l and
/// of g. The same rows, as they are: `taps`, what l was read from, and `data`, what g was.
static void AddRowPairGradients(const RowFactors& l, const PixelRows& taps, const RowGradients& g,
                                const PixelRows& data, Index count, float* dm, Ahead* ahead) {
  const Index pairs = l.Pairs(), k = l.channels, n = g.channels;
  const auto add = [&](const PixelRows& a, const PixelRows& b, Index columns) {
    AddOuterProducts(
        {a.data, a.row, a.column, b.data, b.row, b.column, count, columns, (int)k, (int)n, dm, n, ahead});
    dm += k * n;
  };
  const auto every_second = [](const PixelRows& rows, Index first) {
    return PixelRows{rows.data + first * rows.column, rows.row, 2 * rows.column};
  };
  const PixelRows differences = {l.differences, l.DifferencesRow(), k};
  const PixelRows sums = {g.sums, pairs * n, n}, opposites = {g.opposites, pairs * n, n};
  if (l.taps == 2) {
    add(every_second(taps, 1), sums, pairs);
  } else {
    add({l.middle[0], l.MiddleRow(), k}, sums, pairs);
    add({l.middle[1], l.MiddleRow(), k}, opposites, pairs);
  }
  add(every_second(differences, 0), every_second(data, 0), pairs);
  add(every_second(differences, 1), every_second(data, 1), l.width / 2);
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
  if (taps == 2) {
    Subtract(line + width, line, scratch, cells * width);
    return {{line + width}, 2 * width, scratch};
  }
  float *const sums = scratch + 2 * kPairs * width, *const opposites = sums + kPairs * width;
  ReadThreeTaps(width, line, cells, scratch, sums, opposites);
  return {{sums, opposites}, width, scratch};
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

// Products whose runs are three pixels each, for two pixels at once (pairs.h).
#pragma once
#include "pairs.h"
#include "product.h"

namespace pixelrnn::PIXELRNN_ISA {

PIXELRNN_INLINE Index PackedPairsSize(Index k_count, Index columns) {
  return PairMatrices(3) * PackedSize(k_count, columns);
}
/// The matrices of a pair, one after the other: weight(run, channel) gives a function of tap and column.
template <class Weight>
PIXELRNN_INLINE void PackPairs(int runs, int channels, int columns, float* packed, Weight weight) {
  const int k_count = runs * channels;
  for (int m = 0; m < PairMatrices(3); m++, packed += PackedSize(k_count, columns))
    PackColumns(k_count, columns, packed, [&](int k) {
      return [m, w = weight(k / channels, k % channels)](int n) {
        return PairWeight(3, m, [&](int t) { return w(t, n); });
      };
    });
}

/// Scratch of RunPairs.
struct ProductPairs {
  RowFactors factors;
  float* shared[3];  // of a row: [pairs, outputs]
  ProductPairs(Index rows, Index width, Index channels, Index outputs, Arena& arena)
      : factors(rows, width, channels, arena) {
    for (float*& part : shared) part = arena.Take(rows ? factors.Pairs() * outputs : 0);
  }
};

/// RunProduct for runs of three pixels, a.x_column floats each; a.packed by PackPairs.
static void RunPairs(const Product& a, const ProductPairs& s) {
  const Index channels = a.x_column, width = a.columns, pairs = s.factors.Pairs();
  for (Index r = 0; r < a.rows + a.runs - 1; r++) s.factors.Read(r, a.x + r * a.x_row);
  const Index matrix = PackedSize(a.runs * channels, a.outputs);
  Product p = a;
  p.rows = 1;
  for (int run = 0; run < a.runs; run++) {
    p.lengths[run] = (int)channels;
    p.offsets[run] = 0;
  }
  const auto share = [&](Index r, int m, const float* bias, float* y) {
    Product q = p;
    q.x = s.factors.middle[m] + r * pairs * channels;
    q.x_row = pairs * channels;
    q.columns = (int)pairs;
    q.packed = a.packed + m * matrix;
    q.bias = bias;
    q.relu = false;
    q.y = y;
    q.y_column = a.outputs;
    q.mask = nullptr;
    q.add = {};
    RunProduct(q);
  };
  const auto finish = [&](Index r, int pixel, const float* shared) {
    const Index at = r * a.y_row + pixel * a.y_column;
    Product q = p;
    q.x = s.factors.differences + (r * width + pixel) * channels;
    q.x_row = width * channels;
    q.x_column = 2 * channels;
    q.columns = (int)(width + 1 - pixel) / 2;
    q.packed = a.packed + (2 + pixel) * matrix;
    q.bias = shared;
    q.bias_column = a.outputs;
    q.y = a.y + at;
    q.y_column = 2 * a.y_column;
    q.mask = a.mask ? a.mask + at : nullptr;
    q.add.data = a.add.data ? a.add.data + (r * width + pixel) * a.add.stride : nullptr;
    q.add.stride = 2 * a.add.stride;
    RunProduct(q);
  };
  for (Index r = 0; r < a.rows; r++) {
    const auto [sum, difference, first] = s.shared;
    share(r, 0, a.bias, sum);
    share(r, 1, nullptr, difference);
    Add(sum, difference, first, pairs * a.outputs);
    Subtract(sum, difference, difference, pairs * a.outputs);
    finish(r, 0, first);
    finish(r, 1, difference);
  }
}

}  // namespace pixelrnn::PIXELRNN_ISA

// Products of many short rows with one packed matrix: convolutions, 1 x 1 projections and their input
// gradients.
#pragma once
#include "tiles.h"

namespace pixelrnn::PIXELRNN_ISA {

constexpr int kMaxRuns = 32;

/// Something added to a product's result, pixel by pixel, in raster order.
struct Addend {
  const float* data = nullptr;  // null: nothing
  Index stride = 0;             // between pixels
};

/// y[r][c] = bias + sum over runs x_run(r, c) . W, at least 0 if `relu`, set to 0 where mask <= 0, + add.
/// A run is a contiguous piece of the input (a row of a kernel's window): run i of pixel (r, c) is the
/// `lengths[i]` floats from x + (r + i) * x_row + c * x_column + offsets[i]. Strides in floats.
struct Product {
  const float* x;
  Index x_row, x_column;
  int rows, columns;
  int runs;
  int lengths[kMaxRuns];
  Index offsets[kMaxRuns];
  const float* packed;  // by PackColumns
  int outputs;
  const float* bias;  // or null
  bool relu;
  float* y;
  Index y_row, y_column;
  const float* mask;  // laid out as y, or null
  Addend add;
  Index bias_column = 0;  // between the biases of pixels, where each has its own
};

/// Packs W, K x N, strip by strip of columns, each after its RowRange and without the rows outside of it:
/// W(k, n) = row(k)(n).
template <int V, class Row>
PIXELRNN_INLINE void PackStrips(int k_count, int columns, float* packed, Row row) {
  ForEachStrip<V>(columns, [&](int column, int, auto vectors, auto) {
    constexpr int kWidth = decltype(vectors)::kValue * V;
    packed = PackRange(k_count, kWidth, packed, [&](int k, float* to) {
      const auto weight = row(k);
      bool counts = false;
      PIXELRNN_ROLLED
      for (int v = 0; v < kWidth; v++) {
        to[v] = column + v < columns ? weight(column + v) : 0.0f;
        counts = counts || to[v] != 0.0f;
      }
      return counts;
    });
  });
}
template <class Row>
PIXELRNN_INLINE void PackColumns(int k_count, int columns, float* packed, Row row) {
  WithLanes(columns, [&](auto lanes) { PackStrips<decltype(lanes)::kValue>(k_count, columns, packed, row); });
}

template <int V, int kTileRows, int kVectors, bool kPartial>
static void ProductTile(const Product& a, Index r, Index c, int column, int lanes, const float* w) {
  auto load = [&](const float* p, int v) {
    return v == kVectors - 1 ? LoadLanes<V, kPartial>(p + v * V, lanes) : Load<V>(p + v * V);
  };
  Vec<V> sum[kTileRows][kVectors];
  PIXELRNN_UNROLL
  for (int v = 0; v < kVectors; v++) {
    const Vec<V> bias = a.bias ? load(a.bias + column, v) : Splat<V>(0.0f);
    PIXELRNN_UNROLL
    for (int i = 0; i < kTileRows; i++)
      sum[i][v] = a.bias_column ? load(a.bias + (c + i) * a.bias_column + column, v) : bias;
  }
  const Index s = a.x_column;
  for (int run = 0; run < a.runs; run++) {
    // one base for three rows: x86 addresses base + {0, 1, 2} s, and a pointer per row would not fit the
    // registers
    constexpr int kBases = (kTileRows + 2) / 3;
    const float* x[kBases];
    x[0] = a.x + (r + run) * a.x_row + a.offsets[run] + c * s;
    PIXELRNN_UNROLL
    for (int i = 1; i < kBases; i++) x[i] = x[i - 1] + 3 * s;
    const float* end = w + (Index)a.lengths[run] * kVectors * V;
    PIXELRNN_INNER_LOOP
    while (w != end) {
      Vec<V> weights[kVectors];
      PIXELRNN_UNROLL
      for (int v = 0; v < kVectors; v++) weights[v] = Load<V>(w + v * V);
      PIXELRNN_UNROLL
      for (int i = 0; i < kTileRows; i++) {
        const float value = x[i / 3][(i % 3) * s];
        PIXELRNN_UNROLL
        for (int v = 0; v < kVectors; v++) sum[i][v] += value * weights[v];
      }
      PIXELRNN_UNROLL
      for (int i = 0; i < kBases; i++) x[i]++;
      w += kVectors * V;
    }
  }
  PIXELRNN_UNROLL
  for (int i = 0; i < kTileRows; i++) {
    const Index at = r * a.y_row + (c + i) * a.y_column + column;
    PIXELRNN_UNROLL
    for (int v = 0; v < kVectors; v++) {
      Vec<V> y = sum[i][v];
      if (a.relu) y = AtLeast<V>(y, 0.0f);
      if (a.mask) y = load(a.mask + at, v) > 0.0f ? y : Splat<V>(0.0f);
      if (a.add.data) y += load(a.add.data + (r * a.columns + c + i) * a.add.stride + column, v);
      if (v == kVectors - 1)
        StoreLanes<V, kPartial>(a.y + at + v * V, y, lanes);
      else
        Store<V>(a.y + at + v * V, y);
    }
  }
}

/// The same product with only the rows of W in a range.
static Product Narrowed(const Product& a, RowRange range) {
  Product p = a;
  p.runs = 0;
  for (int run = 0, row = 0; run < a.runs; row += a.lengths[run++]) {
    const int first = range.first > row ? range.first - row : 0;
    const int last = range.last - row < a.lengths[run] ? range.last - row : a.lengths[run];
    if (first >= last) continue;
    p.lengths[p.runs] = last - first;
    p.offsets[p.runs] = a.offsets[run] + (run - p.runs) * a.x_row + first;
    p.runs++;
  }
  return p;
}

static void RunProduct(const Product& a) {
  constexpr Index kChunk =
      96;  // pixels whose inputs stay in the first-level cache while all strips pass over them
  int length = 0;
  for (int i = 0; i < a.runs; i++) length += a.lengths[i];
  WithLanes(a.outputs, [&](auto width) {
    constexpr int V = decltype(width)::kValue;
    for (Index r = 0; r < a.rows; r++)
      for (Index first = 0; first < a.columns; first += kChunk) {
        const int count = static_cast<int>(a.columns - first < kChunk ? a.columns - first : kChunk);
        const float* w = a.packed;
        ForEachStrip<V>(a.outputs, [&](int column, int lanes, auto vectors, auto partial) {
          constexpr int kVectors = decltype(vectors)::kValue;
          constexpr bool kPartial = decltype(partial)::kValue;
          const RowRange range = LoadRange(w);
          w += kRangeSize;
          const auto tiles = [&](const Product& p) {
            ForEachTile<(kVectors > 2 ? kRows : kRowsNarrow)>(count, [&](int c, auto size) {
              ProductTile<V, decltype(size)::kValue, kVectors, kPartial>(p, r, first + c, column, lanes, w);
            });
          };
          if (range.Count() == length)
            tiles(a);
          else
            tiles(Narrowed(a, range));
          w += (Index)range.Count() * kVectors * V;
        });
      }
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

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

/// Lines of each array of `ahead` to ask for in each tile: enough for all that a PixelCNN block of 28 x 28 x
/// 32 reads and writes to arrive within its three convolutions (of 2, 4, 8, 16: 8 is the fastest).
constexpr int kLinesInTile = 8;

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
  Ahead* ahead = nullptr;  // asked for meanwhile
};

/// The columns [column, column + width) of a row of weights, zeros after the last. Whether any is not zero.
template <class Weight>
PIXELRNN_INLINE bool PackRow(Weight weight, int column, int width, int columns, float* to) {
  bool counts = false;
  PIXELRNN_ROLLED
  for (int v = 0; v < width; v++) {
    to[v] = column + v < columns ? weight(column + v) : 0.0f;
    counts = counts || to[v] != 0.0f;
  }
  return counts;
}
/// Packs W, K x N, strip by strip of columns, each after its RowRange and without the rows outside of it:
/// W(k, n) = row(k)(n).
template <int V, class Row>
PIXELRNN_INLINE void PackStrips(int k_count, int columns, float* packed, Row row) {
  ForEachStrip<V>(columns, [&](int column, int, auto vectors, auto) {
    constexpr int kWidth = decltype(vectors)::kValue * V;
    packed = PackRange(k_count, kWidth, packed,
                       [&](int k, float* to) { return PackRow(row(k), column, kWidth, columns, to); });
  });
}
template <class Row>
PIXELRNN_INLINE void PackColumns(int k_count, int columns, float* packed, Row row) {
  WithLanes(columns, [&](auto lanes) { PackStrips<decltype(lanes)::kValue>(k_count, columns, packed, row); });
}

/// What follows the sums of pixel (r, c).
template <int V, int kVectors, bool kPartial>
PIXELRNN_INLINE void FinishPixel(const Product& a, Index r, Index c, int column, int lanes,
                                 const Vec<V> (&sum)[kVectors]) {
  const auto load = [&](const float* p, int v) {
    return v == kVectors - 1 ? LoadLanes<V, kPartial>(p + v * V, lanes) : Load<V>(p + v * V);
  };
  const Index at = r * a.y_row + c * a.y_column + column;
  PIXELRNN_UNROLL
  for (int v = 0; v < kVectors; v++) {
    Vec<V> y = sum[v];
    if (a.relu) y = AtLeast<V>(y, 0.0f);
    if (a.mask) y = load(a.mask + at, v) > 0.0f ? y : Splat<V>(0.0f);
    if (a.add.data) y += load(a.add.data + (r * a.columns + c) * a.add.stride + column, v);
    if (v == kVectors - 1)
      StoreLanes<V, kPartial>(a.y + at + v * V, y, lanes);
    else
      Store<V>(a.y + at + v * V, y);
  }
}
template <int V, int kVectors, bool kPartial>
PIXELRNN_INLINE Vec<V> BiasOf(const Product& a, int column, int lanes, int v) {
  if (!a.bias) return Splat<V>(0.0f);
  const float* bias = a.bias + column + v * V;
  return v == kVectors - 1 ? LoadLanes<V, kPartial>(bias, lanes) : Load<V>(bias);
}

/// sum[i] += x_i W, for rows x_i of `length` floats, `stride` apart, and W [length][kVectors V]. Returns the
/// end of W.
template <int V, int kTile, int kVectors>
PIXELRNN_INLINE const float* AddProducts(const float* x, Index stride, Index length, const float* w,
                                         Vec<V> (&sum)[kTile][kVectors]) {
  StridedRows<kTile> rows(x, stride);
  const float* end = w + length * kVectors * V;
  PIXELRNN_INNER_LOOP
  while (w != end) {
    Vec<V> weights[kVectors];
    PIXELRNN_UNROLL
    for (int v = 0; v < kVectors; v++) weights[v] = Load<V>(w + v * V);
    PIXELRNN_UNROLL
    for (int i = 0; i < kTile; i++) {
      const float value = rows[i];
      PIXELRNN_UNROLL
      for (int v = 0; v < kVectors; v++) sum[i][v] += value * weights[v];
    }
    rows.Next();
    w += kVectors * V;
  }
  return w;
}

template <int V, int kTile, int kVectors, bool kPartial>
static void ProductTile(const Product& a, Index r, Index c, int column, int lanes, const float* w) {
  Vec<V> sum[kTile][kVectors];
  PIXELRNN_UNROLL
  for (int v = 0; v < kVectors; v++) {
    const Vec<V> bias = BiasOf<V, kVectors, kPartial>(a, column, lanes, v);
    PIXELRNN_UNROLL
    for (int i = 0; i < kTile; i++) sum[i][v] = bias;
  }
  for (int run = 0; run < a.runs; run++)
    w = AddProducts<V>(a.x + (r + run) * a.x_row + a.offsets[run] + c * a.x_column, a.x_column,
                       a.lengths[run], w, sum);
  PIXELRNN_UNROLL
  for (int i = 0; i < kTile; i++) FinishPixel<V, kVectors, kPartial>(a, r, c + i, column, lanes, sum[i]);
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
            ForEachTile<kTileRows<kVectors>>(count, [&](int c, auto size) {
              FetchLines(p.ahead, kLinesInTile);
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

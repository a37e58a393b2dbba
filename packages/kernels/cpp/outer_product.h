// Sums of outer products: every weight gradient.
#pragma once
#include "tiles.h"

namespace pixelrnn::PIXELRNN_ISA {

/// w[K x N] += sum over (r, c) of a(r, c)[0..K) outer b(r, c)[0..N); strides in floats, `w` rows `w_row`
/// apart.
struct OuterProducts {
  const float* a;
  Index a_row, a_column;
  const float* b;
  Index b_row, b_column;
  Index rows, columns;
  int k_count, n_count;
  float* w;
  Index w_row;
};

template <int V, int kTileRows, int kVectors, bool kPartial>
static void OuterTile(const OuterProducts& o, const float* a, const float* b, float* w, int lanes) {
  auto load = [&](const float* p, int v) {
    return v == kVectors - 1 ? LoadLanes<V, kPartial>(p + v * V, lanes) : Load<V>(p + v * V);
  };
  Vec<V> sum[kTileRows][kVectors];
  PIXELRNN_UNROLL
  for (int k = 0; k < kTileRows; k++) {
    PIXELRNN_UNROLL
    for (int v = 0; v < kVectors; v++) sum[k][v] = load(w + k * o.w_row, v);
  }
  for (Index r = 0; r < o.rows; r++) {
    const float *x = a + r * o.a_row, *y = b + r * o.b_row;
    PIXELRNN_INNER_LOOP
    for (Index c = 0; c < o.columns; c++) {
      Vec<V> values[kVectors];
      PIXELRNN_UNROLL
      for (int v = 0; v < kVectors; v++) values[v] = load(y, v);
      PIXELRNN_UNROLL
      for (int k = 0; k < kTileRows; k++) {
        const float factor = x[k];
        PIXELRNN_UNROLL
        for (int v = 0; v < kVectors; v++) sum[k][v] += factor * values[v];
      }
      x += o.a_column;
      y += o.b_column;
    }
  }
  PIXELRNN_UNROLL
  for (int k = 0; k < kTileRows; k++) {
    PIXELRNN_UNROLL
    for (int v = 0; v < kVectors; v++) {
      float* target = w + k * o.w_row + v * V;
      if (v == kVectors - 1)
        StoreLanes<V, kPartial>(target, sum[k][v], lanes);
      else
        Store<V>(target, sum[k][v]);
    }
  }
}

/// All rows of w for one strip of its columns.
template <int V, int kVectors, bool kPartial>
PIXELRNN_INLINE void OuterStrip(const OuterProducts& o, int column, int lanes) {
  constexpr int kTall = kVectors == 1 ? kOuterRowsNarrow : kOuterRows;
  int k = 0;
  auto tile = [&](auto rows) {
    OuterTile<V, decltype(rows)::kValue, kVectors, kPartial>(o, o.a + k, o.b + column,
                                                             o.w + k * o.w_row + column, lanes);
    k += decltype(rows)::kValue;
  };
  while (k + kTall <= o.k_count) tile(Constant<kTall>{});
  if constexpr (kTall > 4)
    while (k + 4 <= o.k_count) tile(Constant<4>{});
  while (k + 2 <= o.k_count) tile(Constant<2>{});
  if (k < o.k_count) tile(Constant<1>{});
}

/// Blocks of about 96 pixels, whose vectors stay in the first-level cache while all tiles of w pass over
/// them.
static void AddOuterProducts(OuterProducts o) {
  constexpr Index kChunk = 96;
  if (o.a_row == o.columns * o.a_column && o.b_row == o.columns * o.b_column) {
    o.columns *= o.rows;
    o.rows = 1;
  }
  const Index rows = o.rows, columns = o.columns;
  const Index row_step = columns >= kChunk ? 1 : kChunk / (columns ? columns : 1);
  const Index column_step = rows == 1 ? kChunk : columns;
  const OuterProducts whole = o;
  WithLanes(o.n_count, [&](auto width) {
    constexpr int V = decltype(width)::kValue;
    for (Index r = 0; r < rows; r += row_step)
      for (Index c = 0; c < columns; c += column_step) {
        o.a = whole.a + r * o.a_row + c * o.a_column;
        o.b = whole.b + r * o.b_row + c * o.b_column;
        o.rows = rows - r < row_step ? rows - r : row_step;
        o.columns = columns - c < column_step ? columns - c : column_step;
        ForEachStrip<V>(o.n_count, [&](int column, int lanes, auto vectors, auto partial) {
          OuterStrip<V, decltype(vectors)::kValue, decltype(partial)::kValue>(o, column, lanes);
        });
      }
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

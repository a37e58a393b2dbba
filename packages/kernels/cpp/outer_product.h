// Sums of outer products, and of columns: every gradient of weights and biases.
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
  Ahead* ahead = nullptr;  // asked for meanwhile
};

/// Lines of `ahead` to ask for in each row of pixels: few enough not to hold up the row's own loads, enough
/// for the gates of 28 x 28 cells of 16 units to arrive within the sums of their LSTM layer.
constexpr int kLinesAhead = 12;

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
    FetchLines(o.ahead, kLinesAhead);
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
  ForEachTile<(kVectors == 1 ? kOuterRowsNarrow : kOuterRows)>(o.k_count, [&](int k, auto rows) {
    OuterTile<V, decltype(rows)::kValue, kVectors, kPartial>(o, o.a + k, o.b + column,
                                                             o.w + k * o.w_row + column, lanes);
  });
}

/// A column is the transpose of a row, which fills the lanes.
PIXELRNN_INLINE OuterProducts WithoutColumn(const OuterProducts& o) {
  if (o.n_count != 1 || o.w_row != 1) return o;
  return {o.b,    o.b_row,   o.b_column, o.a,       o.a_row, o.a_column,
          o.rows, o.columns, 1,          o.k_count, o.w,     o.k_count};
}

/// Blocks of about 96 pixels, whose vectors stay in the first-level cache while all tiles of w pass over
/// them.
static void AddOuterProducts(OuterProducts o) {
  constexpr Index kChunk = 96;
  o = WithoutColumn(o);
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

template <int V, bool kPartial>
PIXELRNN_INLINE void SumColumns(const float* x, Index rows, Index stride, float* sum, int lanes) {
  constexpr int kSums = 4;
  Vec<V> part[kSums] = {LoadLanes<V, kPartial>(sum, lanes)};
  Index r = 0;
  for (; r + kSums <= rows; r += kSums) {
    PIXELRNN_UNROLL
    for (int i = 0; i < kSums; i++) part[i] += LoadLanes<V, kPartial>(x + (r + i) * stride, lanes);
  }
  for (; r < rows; r++) part[0] += LoadLanes<V, kPartial>(x + r * stride, lanes);
  StoreLanes<V, kPartial>(sum, (part[0] + part[1]) + (part[2] + part[3]), lanes);
}
/// *sum += the n values at x.
static void AddSum(const float* x, Index n, float* sum) {
  constexpr int V = PIXELRNN_LANES;
  float lanes[V] = {};
  const Index vectors = n / V;
  SumColumns<V, false>(x, vectors, V, lanes, V);
  *sum += SumLanes<V>(Load<V>(lanes));
  for (Index i = vectors * V; i < n; i++) *sum += x[i];
}
/// sum[0..n) += the rows of x, `stride` apart.
static void AddColumnSums(const float* x, Index rows, Index stride, int n, float* sum) {
  if (n == 1 && stride == 1) return AddSum(x, rows, sum);
  WithLanes(n, [&](auto width) {
    constexpr int V = decltype(width)::kValue;
    int column = 0;
    for (; column + V <= n; column += V) SumColumns<V, false>(x + column, rows, stride, sum + column, V);
    if (column < n) SumColumns<V, true>(x + column, rows, stride, sum + column, n - column);
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

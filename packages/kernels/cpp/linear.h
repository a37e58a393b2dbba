// y = x W for a few rows of x, straight from row-major W: the product of generation, where weights are read
// once per pixel. Every y[b][j] is one sum in the order k = 0, 1, ...; so its bits do not depend on the batch
// or on the tile it falls into.
#pragma once
#include "simd.h"

namespace pixelrnn::PIXELRNN_ISA {

struct Linear {
  const float* x;  // [batch, inputs], rows x_stride apart
  Index x_stride;
  const float* w;     // [inputs, outputs]
  const float* init;  // what the sums start from: [batch, outputs], rows init_stride apart, or null for 0
  Index init_stride;  // 0: the same for all rows, a bias
  float* y;           // [batch, outputs], rows y_stride apart; may be `init`
  Index y_stride;
  Index batch, inputs, outputs;
};

template <int V, int kRows, int kVectors>
static void LinearTile(const Linear& a, Index row, Index column) {
  Vec<V> sum[kRows][kVectors];
  const float* init = a.init ? a.init + row * a.init_stride + column : nullptr;
  PIXELRNN_UNROLL
  for (int i = 0; i < kRows; i++) {
    PIXELRNN_UNROLL
    for (int v = 0; v < kVectors; v++)
      sum[i][v] = init ? Load<V>(init + i * a.init_stride + v * V) : Splat<V>(0.0f);
  }
  const float* w = a.w + column;
  const float* x = a.x + row * a.x_stride;
  PIXELRNN_INNER_LOOP
  for (Index k = 0; k < a.inputs; k++, w += a.outputs) {
    Vec<V> weights[kVectors];
    PIXELRNN_UNROLL
    for (int v = 0; v < kVectors; v++) weights[v] = Load<V>(w + v * V);
    PIXELRNN_UNROLL
    for (int i = 0; i < kRows; i++) {
      const float value = x[i * a.x_stride + k];
      PIXELRNN_UNROLL
      for (int v = 0; v < kVectors; v++) sum[i][v] += value * weights[v];
    }
  }
  float* y = a.y + row * a.y_stride + column;
  PIXELRNN_UNROLL
  for (int i = 0; i < kRows; i++) {
    PIXELRNN_UNROLL
    for (int v = 0; v < kVectors; v++) Store<V>(y + i * a.y_stride + v * V, sum[i][v]);
  }
}

/// All rows for one strip of columns, which then stays in the first-level cache.
template <int V, int kVectors>
static void LinearStrip(const Linear& a, Index column) {
  Index row = 0;
  for (; row + 2 <= a.batch; row += 2) LinearTile<V, 2, kVectors>(a, row, column);
  if (row < a.batch) LinearTile<V, 1, kVectors>(a, row, column);
}

static void LinearSlice(const Linear& a) {
  constexpr int V = PIXELRNN_LANES;
  Index column = 0;
  if (a.batch == 1)  // one row alone: wider strips keep as many sums in flight
    for (; column + 8 * V <= a.outputs; column += 8 * V) LinearStrip<V, 8>(a, column);
  for (; column + 4 * V <= a.outputs; column += 4 * V) LinearStrip<V, 4>(a, column);
  for (; column + V <= a.outputs; column += V) LinearStrip<V, 1>(a, column);
  for (; column < a.outputs; column++) LinearStrip<1, 1>(a, column);
}

/// In slices of the inputs, the sums resting in y between them: a strip of a wide W is lines 4 KiB apart,
/// which share one set of the first-level cache (1024 x 1024, batch 16: 3.0 ms in one slice, 1.3 ms in slices
/// of 64).
static inline void RunLinear(Linear a) {
  constexpr Index kSlice = 64;
  const Index inputs = a.inputs;
  for (Index k = 0; k == 0 || k < inputs; k += kSlice) {
    a.inputs = inputs - k < kSlice ? inputs - k : kSlice;
    LinearSlice(a);
    a.x += kSlice;
    a.w += kSlice * a.outputs;
    a.init = a.y;
    a.init_stride = a.y_stride;
  }
}

}  // namespace pixelrnn::PIXELRNN_ISA

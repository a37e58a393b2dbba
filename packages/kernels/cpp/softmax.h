// Rows of a softmax with temperature.
#pragma once
#include "elementwise.h"

namespace pixelrnn::PIXELRNN_ISA {

/// The largest value of a row. A NaN may be overlooked here: it comes back through the sum of exponentials.
template <int V>
PIXELRNN_INLINE float RowMaximum(const float* x, Index n) {
  Vec<V> lanes = Splat<V>(x[0]);
  Index i = 0;
  for (; i + V <= n; i += V) {
    const Vec<V> v = Load<V>(x + i);
    lanes = v > lanes ? v : lanes;
  }
  float largest = lanes[0];
  for (int v = 1; v < V; v++) largest = lanes[v] > largest ? lanes[v] : largest;
  for (; i < n; i++) largest = x[i] > largest ? x[i] : largest;
  return largest;
}

/// Sum of exp((x - shift) * scale), whose terms go to y unless it is null. The sum runs over lanes i mod V,
/// whatever the row's address.
template <int V>
PIXELRNN_INLINE float SumExp(const float* x, Index n, float shift, float scale, float* y) {
  Vec<V> sum = Splat<V>(0.0f);
  Index i = 0;
  for (; i + V <= n; i += V) {
    const Vec<V> e = Exp<V>((Load<V>(x + i) - shift) * scale);
    if (y) Store<V>(y + i, e);
    sum += e;
  }
  if (i < n) {
    const int lanes = n - i;
    Vec<V> e = Exp<V>((LoadPartial<V>(x + i, lanes) - shift) * scale);
    if (y) StorePartial<V>(y + i, e, lanes);
    for (int v = lanes; v < V; v++) e[v] = 0.0f;
    sum += e;
  }
  return SumLanes<V>(sum);
}

/// y = softmax(x / temperature); y may be x.
static inline void SoftmaxRow(const float* x, float* y, Index n, float inverse_temperature) {
  constexpr int V = PIXELRNN_LANES;
  const float sum = SumExp<V>(x, n, RowMaximum<V>(x, n), inverse_temperature, y);
  Map<V>(y, y, n, [sum](Vec<V> e) { return e / sum; });
}

}  // namespace pixelrnn::PIXELRNN_ISA

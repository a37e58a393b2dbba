// Rows of a softmax with temperature.
#pragma once
#include "elementwise.h"

namespace PIXELRNN_ISA {

/// The largest value of a row; NaN if the row holds one.
template <int V>
PIXELRNN_INLINE float RowMaximum(const float* x, Index n) {
  float largest = x[0];
  for (Index i = 0; i < n; i++) largest = largest >= x[i] || largest != largest ? largest : x[i];
  return largest;
}

/// y = exp((x - max) / T) and its sum; the sum runs over lanes i mod V, whatever the row's address.
template <int V>
PIXELRNN_INLINE float ExpShifted(const float* x, float* y, Index n, float shift, float scale) {
  Vec<V> sum = Splat<V>(0.0f);
  Index i = 0;
  for (; i + V <= n; i += V) {
    const Vec<V> e = Exp<V>((Load<V>(x + i) - shift) * scale);
    Store<V>(y + i, e);
    sum += e;
  }
  if (i < n) {
    StorePartial<V>(y + i, Exp<V>((LoadPartial<V>(x + i, n - i) - shift) * scale), n - i);
    sum += LoadPartial<V>(y + i, n - i);
  }
  return SumLanes<V>(sum);
}

/// y = softmax(x / temperature); y may be x.
static inline void SoftmaxRow(const float* x, float* y, Index n, float inverse_temperature) {
  constexpr int V = PIXELRNN_LANES;
  const float sum = ExpShifted<V>(x, y, n, RowMaximum<V>(x, n), inverse_temperature);
  Map<V>(y, y, n, [sum](Vec<V> e) { return e / sum; });
}

}  // namespace PIXELRNN_ISA

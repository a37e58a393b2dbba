// Maps over arrays. The last, shorter vector goes through the same arithmetic as the full ones, so a value's
// result does not depend on where it stands.
#pragma once
#include "elementary.h"

namespace pixelrnn::PIXELRNN_ISA {

/// f(load, store) for each vector of n values: load(x) is that of array x, and store(y, v) makes v that of y.
template <int V, class F>
PIXELRNN_INLINE void ForEachVector(Index n, F f) {
  Index i = 0;
  for (; i + V <= n; i += V)
    f([i](const float* x) { return Load<V>(x + i); }, [i](float* y, Vec<V> v) { Store<V>(y + i, v); });
  const int lanes = (int)(n - i);
  if (lanes > 0)
    f([=](const float* x) { return LoadPartial<V>(x + i, lanes); },
      [=](float* y, Vec<V> v) { StorePartial<V>(y + i, v, lanes); });
}
/// y[i] = f(x[i]); x and y may be the same array.
template <int V, class F>
PIXELRNN_INLINE void Map(const float* x, float* y, Index n, F f) {
  ForEachVector<V>(n, [&](auto load, auto store) { store(y, f(load(x))); });
}
/// z[i] = f(x[i], y[i])
template <int V, class F>
PIXELRNN_INLINE void Map2(const float* x, const float* y, float* z, Index n, F f) {
  ForEachVector<V>(n, [&](auto load, auto store) { store(z, f(load(x), load(y))); });
}

template <int V>
PIXELRNN_INLINE Vec<V> Relu(Vec<V> x) {
  return AtLeast<V>(x, 0.0f);
}

static inline void ReluAll(const float* x, float* y, Index n) {
  constexpr int V = PIXELRNN_LANES;
  Map<V>(x, y, n, [](Vec<V> v) { return Relu<V>(v); });
}
static inline void ExpAll(const float* x, float* y, Index n) {
  constexpr int V = PIXELRNN_LANES;
  Map<V>(x, y, n, [](Vec<V> v) { return Exp<V>(v); });
}
static inline void TanhAll(const float* x, float* y, Index n) {
  constexpr int V = PIXELRNN_LANES;
  Map<V>(x, y, n, [](Vec<V> v) { return Tanh<V>(v); });
}
static inline void SigmoidAll(const float* x, float* y, Index n) {
  constexpr int V = PIXELRNN_LANES;
  Map<V>(x, y, n, [](Vec<V> v) { return Sigmoid<V>(v); });
}
/// y[i] += x[i]
static inline void AddTo(float* y, const float* x, Index n) {
  constexpr int V = PIXELRNN_LANES;
  Map2<V>(y, x, y, n, [](Vec<V> a, Vec<V> b) { return a + b; });
}
static inline void CopyAll(const float* x, float* y, Index n) {
  constexpr int V = PIXELRNN_LANES;
  Map<V>(x, y, n, [](Vec<V> v) { return v; });
}
/// z[i] = x[i] + y[i]
static inline void AddAll(const float* x, const float* y, float* z, Index n) {
  constexpr int V = PIXELRNN_LANES;
  Map2<V>(x, y, z, n, [](Vec<V> a, Vec<V> b) { return a + b; });
}
/// y = tanh(x[0..width)) * sigmoid(x[width..2 width))   (Gated PixelCNN, eq. 2)
static inline void Gate(const float* x, float* y, Index width) {
  constexpr int V = PIXELRNN_LANES;
  Map2<V>(x, x + width, y, width, [](Vec<V> a, Vec<V> b) { return Tanh<V>(a) * Sigmoid<V>(b); });
}

}  // namespace pixelrnn::PIXELRNN_ISA

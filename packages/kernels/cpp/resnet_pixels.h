// What the gated resnets of PixelCNN++ do between their convolutions, over many pixels, and its gradients:
// concat-ELU, and the gate that ends them.
#pragma once
#include "elementwise.h"

namespace pixelrnn::PIXELRNN_ISA {

/// e^-|x|, of which elu(x) and elu(-x) and both their slopes are made; NaN for NaN.
template <int V>
PIXELRNN_INLINE Vec<V> ExpOfMinusAbs(Vec<V> x) {
  return ExpBounded<V>(AtLeast<V>(x > 0.0f ? -x : x, -87.0f));
}

/// y [.., 2C] = elu(x), elu(-x) of x [.., C], with elu(x) = x for x > 0, else e^x - 1.
static inline void ConcatEluPixels(const float* x, Index pixels, Index channels, float* y) {
  constexpr int V = PIXELRNN_LANES;
  for (Index p = 0; p < pixels; p++, x += channels, y += 2 * channels)
    ForEachVector<V>(channels, [&](auto load, auto store) {
      const Vec<V> v = load(x), below = ExpOfMinusAbs<V>(v) - 1.0f;
      store(y, v > 0.0f ? v : below);
      store(y + channels, v > 0.0f ? below : -v);
    });
}
/// dx = the gradient of that given dy; at 0 both slopes are 1.
static inline void ConcatEluGradientPixels(const float* x, Index pixels, Index channels, const float* dy,
                                    float* dx) {
  constexpr int V = PIXELRNN_LANES;
  for (Index p = 0; p < pixels; p++, x += channels, dx += channels, dy += 2 * channels)
    ForEachVector<V>(channels, [&](auto load, auto store) {
      const Vec<V> v = load(x), e = ExpOfMinusAbs<V>(v), plus = load(dy), minus = load(dy + channels);
      store(dx, v > 0.0f ? plus - minus * e : plus * e - minus);
    });
}

/// y = x + z[0..P) * sigmoid(z[P..2P)) at every pixel.
static inline void GateOntoPixels(const float* x, const float* z, Index pixels, Index features, float* y) {
  constexpr int V = PIXELRNN_LANES;
  for (Index p = 0; p < pixels; p++, x += features, y += features, z += 2 * features)
    ForEachVector<V>(features, [&](auto load, auto store) {
      store(y, load(x) + load(z) * Sigmoid<V>(load(z + features)));
    });
}
/// dz = the gradient of that given dy; x has dy itself.
static inline void GateOntoGradientPixels(const float* z, Index pixels, Index features, const float* dy, float* dz) {
  constexpr int V = PIXELRNN_LANES;
  for (Index p = 0; p < pixels; p++, dy += features, z += 2 * features, dz += 2 * features)
    ForEachVector<V>(features, [&](auto load, auto store) {
      const Vec<V> d = load(dy), s = Sigmoid<V>(load(z + features));
      store(dz + features, d * load(z) * s * (1.0f - s));
      store(dz, d * s);
    });
}

}  // namespace pixelrnn::PIXELRNN_ISA

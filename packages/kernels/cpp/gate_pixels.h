// The gated activation of Gated PixelCNN (eq. 2) over many pixels, and its gradient.
#pragma once
#include "elementwise.h"

namespace pixelrnn::PIXELRNN_ISA {

/// gate(pixel) for all pixels: z [.., 2P] -> out [.., P].
static void GatePixels(const float* z, Index pixels, Index features, float* out) {
  for (Index p = 0; p < pixels; p++) Gate(z + p * 2 * features, out + p * features, features);
}
/// dz = the gradient of gate(z) given dout (+ dz if `accumulate`).
template <int V, bool kPartial>
PIXELRNN_INLINE void GateGradientUnits(const float* z, const float* dout, Index features, bool accumulate,
                                       float* dz, int lanes) {
  auto load = [&](const float* p) { return LoadLanes<V, kPartial>(p, lanes); };
  const Vec<V> t = Tanh<V>(load(z)), s = Sigmoid<V>(load(z + features)), d = load(dout);
  Vec<V> first = d * s * (1.0f - t * t), second = d * t * s * (1.0f - s);
  if (accumulate) first += load(dz), second += load(dz + features);
  StoreLanes<V, kPartial>(dz, first, lanes);
  StoreLanes<V, kPartial>(dz + features, second, lanes);
}
static void GateGradientPixels(const float* z, Index pixels, Index features, const float* dout,
                               bool accumulate, float* dz) {
  constexpr int V = PIXELRNN_LANES;
  for (Index p = 0; p < pixels; p++, z += 2 * features, dz += 2 * features, dout += features) {
    Index i = 0;
    for (; i + V <= features; i += V)
      GateGradientUnits<V, false>(z + i, dout + i, features, accumulate, dz + i, V);
    if (i < features) GateGradientUnits<V, true>(z + i, dout + i, features, accumulate, dz + i, features - i);
  }
}

}  // namespace pixelrnn::PIXELRNN_ISA

// The gated activation on its own: the first layer of Gated PixelCNN.
#pragma once
#include "../gate_pixels.h"
#include "parallel.h"

namespace pixelrnn::PIXELRNN_ISA {

static void RunGate(const GatedActivation& a, const Host& host) {
  const Index p = a.features;
  ForEachRange(host, a.pixels, [&](Index first, Index last) {
    GatePixels(a.z + first * 2 * p, last - first, p, a.y + first * p);
  });
}
static void RunGateGrad(const GatedActivationGrad& a, const Host& host) {
  const Index p = a.features;
  ForEachRange(host, a.pixels, [&](Index first, Index last) {
    GateGradientPixels(a.z + first * 2 * p, last - first, p, a.dy + first * p, false, a.dz + first * 2 * p);
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

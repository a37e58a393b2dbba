// Concat-ELU and the end of a gated resnet, each on its own: PixelCNN++.
#pragma once
#include "../resnet_pixels.h"
#include "parallel.h"

namespace pixelrnn::PIXELRNN_ISA {

static void RunConcatElu(const ConcatElu& a, const Host& host) {
  const Index c = a.channels;
  ForEachRange(host, a.pixels, [&](Index first, Index last) {
    ConcatEluPixels(a.x + first * c, last - first, c, a.y + first * 2 * c);
  });
}
static void RunConcatEluGrad(const ConcatEluGrad& a, const Host& host) {
  const Index c = a.channels;
  ForEachRange(host, a.pixels, [&](Index first, Index last) {
    ConcatEluGradientPixels(a.x + first * c, last - first, c, a.dy + first * 2 * c, a.dx + first * c);
  });
}
static void RunGatedResidual(const GatedResidual& a, const Host& host) {
  const Index p = a.features;
  ForEachRange(host, a.pixels, [&](Index first, Index last) {
    GateOntoPixels(a.residual + first * p, a.z + first * 2 * p, last - first, p, a.y + first * p);
  });
}
static void RunGatedResidualGrad(const GatedResidualGrad& a, const Host& host) {
  const Index p = a.features;
  ForEachRange(host, a.pixels, [&](Index first, Index last) {
    GateOntoGradientPixels(a.z + first * 2 * p, last - first, p, a.dy + first * p, a.dz + first * 2 * p);
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

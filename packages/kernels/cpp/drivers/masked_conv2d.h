#pragma once
#include "../masked_conv_image.h"
#include "parallel.h"

namespace pixelrnn::PIXELRNN_ISA {

template <class Operation>
static ConvShape ShapeOfConv(const Operation& a) {
  return {a.images.height, a.images.width, a.inputs, a.outputs, a.taps, a.relu};
}

static void RunMaskedConv2d(const MaskedConv2d& a, const Host& host) {
  const ConvShape s = ShapeOfConv(a);
  const Index x_size = s.Pixels() * s.inputs, y_size = s.Pixels() * s.outputs;
  float* packed = host.allocate(host.self, s.PackedForward());
  PackConvForward(s, a.w, packed);
  Parallel(host, a.images.batch, s.Scratch(), [&](int image, float* scratch) {
    const float* input = ConvInput(s, a.x + image * x_size, scratch);
    const Addend residual = {a.residual ? a.residual + image * y_size : nullptr, s.outputs};
    ConvForwardImage(s, input, packed, a.bias, residual, a.y + image * y_size);
  });
}

static void RunMaskedConv2dGrad(const MaskedConv2dGrad& a, const Host& host) {
  const ConvShape s = ShapeOfConv(a);
  const Index x_size = s.Pixels() * s.inputs, y_size = s.Pixels() * s.outputs;
  const Index w_size = (Index)s.Rows() * s.outputs;
  float* packed = host.allocate(host.self, s.PackedBackward());
  if (a.dx) PackConvBackward(s, a.w, packed);
  const PartialSums sums = MakePartialSums(host, a.images.batch, w_size + s.outputs);
  ForEachImage(host, sums, 1, s.Scratch(), [&](int image, int, float* sum, float* scratch) {
    const float *x = a.x + image * x_size, *dy = a.dy + image * y_size;
    const float* mask = s.relu ? x : nullptr;
    if (a.dx) ConvInputGradient(s, dy, packed, mask, {}, a.dx + image * x_size, scratch);
    AddConvWeightGradients(s, ConvInput(s, x, scratch), dy, sum, sum + w_size);
  });
  ReduceSums(sums, 0, w_size, a.dw);
  ReduceSums(sums, w_size, s.outputs, a.dbias);
}

}  // namespace pixelrnn::PIXELRNN_ISA

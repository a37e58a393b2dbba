#pragma once
#include "../masked_conv_image.h"
#include "parallel.h"

namespace pixelrnn::PIXELRNN_ISA {

template <class Operation>
static ConvShape ShapeOfConv(const Operation& a) {
  ConvShape s = {a.images.height, a.images.width, a.inputs, a.outputs, a.taps, a.relu};
  FindPairs(&s, a.w);
  return s;
}

/// dw from the sums of AddConvWeightGradients, at `offset`.
static void ReduceConvGradients(const Host& host, const ConvShape& s, const PartialSums& sums, Index offset,
                                float* dw) {
  if (!s.InPairs()) return ReduceSums(sums, offset, s.GradientSize(), dw);
  float* dm = host.allocate(host.self, s.GradientSize());
  ReduceSums(sums, offset, s.GradientSize(), dm);
  SpreadRunGradients(s, dm, dw);
}

static void RunMaskedConv2d(const MaskedConv2d& a, const Host& host) {
  const ConvShape s = ShapeOfConv(a);
  const Index x_size = s.Pixels() * s.inputs, y_size = s.Pixels() * s.outputs;
  float* packed = host.allocate(host.self, s.PackedForward());
  PackConvForward(s, a.w, packed);
  Parallel(host, a.images.batch, s.Scratch(), [&](int image, float* scratch) {
    const Addend residual = {a.residual ? a.residual + image * y_size : nullptr, s.outputs};
    ConvForwardImage(s, a.x + image * x_size, scratch, packed, a.bias, residual, a.y + image * y_size);
  });
}

static void RunMaskedConv2dGrad(const MaskedConv2dGrad& a, const Host& host) {
  const ConvShape s = ShapeOfConv(a);
  const Index x_size = s.Pixels() * s.inputs, y_size = s.Pixels() * s.outputs;
  const Index w_size = s.GradientSize();
  float* packed = host.allocate(host.self, s.PackedBackward());
  if (a.dx) PackConvBackward(s, a.w, packed);
  const PartialSums sums = MakePartialSums(host, a.images.batch, w_size + s.outputs);
  ForEachImage(host, sums, 1, s.Scratch(), [&](int image, int, float* sum, float* scratch) {
    const float *x = a.x + image * x_size, *dy = a.dy + image * y_size;
    const float* mask = s.relu ? x : nullptr;
    if (a.dx) ConvInputGradient(s, dy, packed, mask, {}, a.dx + image * x_size, scratch);
    AddConvWeightGradients(s, x, dy, sum, sum + w_size, scratch);
  });
  ReduceConvGradients(host, s, sums, 0, a.dw);
  ReduceSums(sums, w_size, s.outputs, a.dbias);
}

}  // namespace pixelrnn::PIXELRNN_ISA

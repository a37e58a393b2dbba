// The two-stack layer of Gated PixelCNN (fig. 2 of that paper), image by image.
#pragma once
#include "../gate_pixels.h"
#include "masked_conv2d.h"

namespace pixelrnn::PIXELRNN_ISA {

struct GatedGeometry {
  int features;
  ConvShape vertical, link, horizontal, output;
  template <class Operation>
  explicit GatedGeometry(const Operation& a) : features(a.features) {
    const int p = a.features, half = a.size / 2;
    const Index height = a.images.height, width = a.images.width;
    vertical = {height, width, p, 2 * p, {half + 1, a.size, a.size}, false};
    link = {height, width, 2 * p, 2 * p, {1, 1, 1}, false};
    horizontal = {height, width, p, 2 * p, {1, a.size, half + 1}, false};
    output = {height, width, p, p, {1, 1, 1}, false};
    FindPairs(&vertical, a.wv);
    FindPairs(&horizontal, a.wh);
  }
  Index Pixels() const { return vertical.Pixels(); }
  Index Scratch() const {
    return vertical.Scratch() > horizontal.Scratch() ? vertical.Scratch() : horizontal.Scratch();
  }
};

struct GatedForwardScratch {
  float *conv, *gated, *bias;
  GatedForwardScratch(const GatedGeometry& g, Arena& arena)
      : conv(arena.Take(g.Scratch())),
        gated(arena.Take(g.Pixels() * g.features)),
        bias(arena.Take(2 * g.features)) {}
};

static void RunGatedLayer(const GatedLayer& a, const Host& host) {
  const GatedGeometry g(a);
  const Index p = a.features, pixels = g.Pixels();
  const ConvShape* shapes[4] = {&g.vertical, &g.link, &g.horizontal, &g.output};
  const float* weights[4] = {a.wv, a.wl, a.wh, a.wo};
  float* packed[4];
  for (int i = 0; i < 4; i++) {
    packed[i] = host.allocate(host.self, shapes[i]->PackedForward());
    PackConvForward(*shapes[i], weights[i], packed[i]);
  }
  Parallel(host, a.images.batch, ScratchSize<GatedForwardScratch>(g), [&](int image, float* scratch) {
    Arena arena{scratch};
    const GatedForwardScratch s(g, arena);
    const Index map = image * pixels * p;
    const float* xh = a.xh + map;
    float *u = a.u + 2 * map, *v = a.v + 2 * map;
    const float* bias = ImageBias(a.bv, a.cv, image, 2 * p, s.bias);
    ConvForwardImage(g.vertical, a.xv + map, s.conv, packed[0], bias, {}, v);
    bias = ImageBias(a.bh, a.ch, image, 2 * p, s.bias);
    ConvForwardImage(g.horizontal, xh, s.conv, packed[2], bias, {}, u);
    ConvForwardImage(g.link, v, nullptr, packed[1], nullptr, {u, 2 * p}, u);
    GatePixels(u, pixels, p, s.gated);
    ConvForwardImage(g.output, s.gated, nullptr, packed[3], a.bo, {a.residual ? xh : nullptr, p}, a.yh + map);
    GatePixels(v, pixels, p, a.yv + map);
  });
}

struct GatedBackwardScratch {
  float *conv, *gated, *du, *dv;
  GatedBackwardScratch(const GatedGeometry& g, Arena& arena)
      : conv(arena.Take(g.Scratch())),
        gated(arena.Take(g.Pixels() * g.features)),
        du(arena.Take(g.Pixels() * 2 * g.features)),
        dv(arena.Take(g.Pixels() * 2 * g.features)) {}
};
struct GatedSums {
  float *dwv, *dbv, *dwl, *dwh, *dbh, *dwo, *dbo;
  GatedSums(const GatedGeometry& g, Arena& arena)
      : dwv(arena.Take(g.vertical.GradientSize())),
        dbv(arena.Take(2 * g.features)),
        dwl(arena.Take(g.link.GradientSize())),
        dwh(arena.Take(g.horizontal.GradientSize())),
        dbh(arena.Take(2 * g.features)),
        dwo(arena.Take(g.output.GradientSize())),
        dbo(arena.Take(g.features)) {}
};

/// Weight gradients of a convolution; its column sums are also the gradient of the image's own bias.
static void AddConditionalGradients(const ConvShape& s, const float* x, const float* dz, float* dw, float* db,
                                    float* dconditional, float* scratch) {
  Clear(dconditional, s.outputs);
  AddConvWeightGradients(s, x, dz, dw, dconditional, scratch);
  AddTo(db, dconditional, s.outputs);
}

static void GatedImageGradient(const GatedGeometry& g, const GatedLayerGrad& a, float* const* packed,
                               int image, const GatedSums& sum, const GatedBackwardScratch& s) {
  const Index p = g.features, pixels = g.Pixels(), map = image * pixels * p;
  const float *xh = a.xh + map, *xv = a.xv + map, *dyh = a.dyh + map, *u = a.u + 2 * map, *v = a.v + 2 * map;
  // output projection
  GatePixels(u, pixels, p, s.gated);
  AddConvWeightGradients(g.output, s.gated, dyh, sum.dwo, sum.dbo, nullptr);
  ConvInputGradient(g.output, dyh, packed[3], nullptr, {}, s.gated, nullptr);
  // horizontal stack, then its link to the vertical one
  GateGradientPixels(u, pixels, p, s.gated, false, s.du);
  ConvInputGradient(g.horizontal, s.du, packed[2], nullptr, {a.residual ? dyh : nullptr, p}, a.dxh + map,
                    s.conv);
  AddConditionalGradients(g.horizontal, xh, s.du, sum.dwh, sum.dbh, a.dch + image * 2 * p, s.conv);
  AddOuterProducts({v, 0, 2 * p, s.du, 0, 2 * p, 1, pixels, g.link.inputs, g.link.outputs, sum.dwl, 2 * p});
  ConvInputGradient(g.link, s.du, packed[1], nullptr, {}, s.dv, nullptr);
  // vertical stack
  if (a.dyv) GateGradientPixels(v, pixels, p, a.dyv + map, true, s.dv);
  ConvInputGradient(g.vertical, s.dv, packed[0], nullptr, {}, a.dxv + map, s.conv);
  AddConditionalGradients(g.vertical, xv, s.dv, sum.dwv, sum.dbv, a.dcv + image * 2 * p, s.conv);
}

static void RunGatedLayerGrad(const GatedLayerGrad& a, const Host& host) {
  const GatedGeometry g(a);
  const ConvShape* shapes[4] = {&g.vertical, &g.link, &g.horizontal, &g.output};
  const float* weights[4] = {a.wv, a.wl, a.wh, a.wo};
  float* packed[4];
  for (int i = 0; i < 4; i++) {
    packed[i] = host.allocate(host.self, shapes[i]->PackedBackward());
    PackConvBackward(*shapes[i], weights[i], packed[i]);
  }
  const PartialSums sums = MakePartialSums(host, a.images.batch, ScratchSize<GatedSums>(g));
  ForEachImage(
      host, sums, 1, ScratchSize<GatedBackwardScratch>(g), [&](int image, int, float* sum, float* scratch) {
        Arena sum_arena{sum}, arena{scratch};
        GatedImageGradient(g, a, packed, image, GatedSums(g, sum_arena), GatedBackwardScratch(g, arena));
      });
  Arena offsets{sums.data};
  const GatedSums first(g, offsets);
  const Index two = 2 * g.features;
  auto reduce = [&](const float* at, Index n, float* out) { ReduceSums(sums, at - sums.data, n, out); };
  ReduceConvGradients(host, g.vertical, sums, first.dwv - sums.data, a.dwv);
  reduce(first.dbv, two, a.dbv);
  reduce(first.dwl, two * two, a.dwl);
  ReduceConvGradients(host, g.horizontal, sums, first.dwh - sums.data, a.dwh);
  reduce(first.dbh, two, a.dbh);
  reduce(first.dwo, (Index)g.features * g.features, a.dwo);
  reduce(first.dbo, g.features, a.dbo);
}

}  // namespace pixelrnn::PIXELRNN_ISA

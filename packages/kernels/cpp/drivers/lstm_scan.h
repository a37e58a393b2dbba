#pragma once
#include "../lstm_backward_image.h"
#include "../lstm_directions.h"
#include "parallel.h"

namespace pixelrnn::PIXELRNN_ISA {

static void RunLstmScan(const LstmScan& a, const Host& host) {
  const LstmGeometry g(a.shape);
  const int batch = a.shape.images.batch, directions = a.shape.directions;
  const Index units = g.hidden, channels = directions * 4 * units;
  const bool one_output = a.merge || directions == 1;
  const Index y_channels = one_output ? units : directions * units;
  float* packed = host.allocate(host.self, directions * g.PackedForward(0));
  for (int d = 0; d < directions; d++)
    PackForward(
        0, [](int) -> const float* { return nullptr; }, a.w + d * g.Weights(), g.Taps(), g.hidden,
        packed + d * g.PackedForward(0));

  auto scan = [&](int image, int d, const ScanLines& lines, float* h) {
    const LstmInput in = {a.x + image * g.Cells() * channels + d * 4 * units, channels};
    float* gates = a.gates ? a.gates + (image * directions + d) * g.GateSize() : nullptr;
    ForwardImage(g, d == 1, in, packed + d * g.PackedForward(0), a.h0 + d * units, a.c0 + d * units, lines, h,
                 gates);
  };
  auto finish = [&](int image, const float* h) {
    float* y = a.y + image * g.Cells() * y_channels;
    if (one_output) return MergeDirections(g, h, directions == 2 ? h + g.HSize() : nullptr, y, y_channels);
    for (int d = 0; d < directions; d++)
      CopyDirection(g, d == 1, h + d * g.HSize(), y + d * units, y_channels);
  };

  const Index image_h = directions * g.HSize(), lines_size = ScratchSize<ScanLines>(g);
  if (directions == 1 || batch >= host.threads) {
    Parallel(host, batch, lines_size + image_h, [&](int image, float* scratch) {
      Arena arena{scratch};
      const ScanLines lines(g, arena);
      float* h = scratch + lines_size;
      for (int d = 0; d < directions; d++) scan(image, d, lines, h + d * g.HSize());
      finish(image, h);
    });
    return;
  }
  // Fewer images than threads: the directions apart.
  float* all = host.allocate(host.self, batch * image_h);
  Parallel(host, batch * directions, lines_size, [&](int i, float* scratch) {
    Arena arena{scratch};
    scan(i / directions, i % directions, ScanLines(g, arena), all + i * g.HSize());
  });
  Parallel(host, batch, 0, [&](int image, float*) { finish(image, all + image * image_h); });
}

/// Scratch of the backward pass of one image and direction, shared with the fused layer.
struct BackwardScratch {
  float *lines, *factors, *dc, *tanh_c, *c, *dy;
  WeightFactors weight_factors;
  BackwardScratch(const LstmGeometry& g, Arena& arena)
      : lines(arena.Take(2 * 4 * g.Line())),
        factors(arena.Take(PairFactorsSize(g.Taps(), 4 * g.hidden))),
        dc(arena.Take(g.Slots() * g.hidden)),
        tanh_c(arena.Take(g.Cells() * g.hidden)),
        c(arena.Take(g.CSize())),
        dy(arena.Take(g.Cells() * g.hidden)),
        weight_factors(g, arena) {}
};

/// dw [directions, taps, h, 4h] from the sums at `offset`, those of the matrices of a pair.
static void ReducePairGradients(const Host& host, const LstmGeometry& g, const PartialSums& sums,
                                Index offset, int directions, float* dw) {
  float* dm = host.allocate(host.self, directions * g.PairWeights());
  ReduceSums(sums, offset, directions * g.PairWeights(), dm);
  for (int d = 0; d < directions; d++)
    SpreadPairGradients(g.Taps(), g.Weights() / g.Taps(), dm + d * g.PairWeights(), dw + d * g.Weights());
}

/// dh0 [directions, h] from the sums at `offset`, those of AddInitialGradients.
static void ReduceInitialGradients(const Host& host, const LstmGeometry& g, const PartialSums& sums,
                                   Index offset, int directions, const float* w, float* dh0) {
  const Index initial = g.InitialTaps() * 4 * g.hidden;
  float* dg0 = host.allocate(host.self, directions * initial);
  ReduceSums(sums, offset, directions * initial, dg0);
  for (int d = 0; d < directions; d++)
    InitialStateGradient(g, w + d * g.Weights(), dg0 + d * initial, dh0 + d * g.hidden);
}

static void RunLstmScanGrad(const LstmScanGrad& a, const Host& host) {
  const LstmGeometry g(a.shape);
  const int batch = a.shape.images.batch, directions = a.shape.directions;
  const Index units = g.hidden, channels = directions * 4 * units, initial = g.InitialTaps() * 4 * units;
  const bool one_output = a.merge || directions == 1;
  const Index y_channels = one_output ? units : directions * units;
  float* packed = host.allocate(host.self, directions * g.PackedBackward());
  for (int d = 0; d < directions; d++)
    PackBackward(a.w + d * g.Weights(), g.Taps(), g.hidden, packed + d * g.PackedBackward());

  const PartialSums sums = MakePartialSums(host, batch, directions * (g.PairWeights() + initial + units));
  const Index layout = ScratchSize<BackwardScratch>(g);
  ForEachImage(host, sums, directions, layout + g.HSize(), [&](int image, int d, float* sum, float* scratch) {
    Arena arena{scratch};
    const BackwardScratch s(g, arena);
    float* h = scratch + layout;
    const float* gates = a.gates + (image * directions + d) * g.GateSize();
    const float* dy = a.dy + image * g.Cells() * y_channels;
    Index dy_stride = y_channels;
    if (!one_output || d == 1) {
      UnmergeGradient(g, d == 1, one_output && d == 1, one_output ? dy : dy + d * units, y_channels, s.dy);
      dy = s.dy;
      dy_stride = units;
    }
    RebuildImage(g, gates, a.h0 + d * units, a.c0 + d * units, h, s.c, s.tanh_c, s.weight_factors);
    float* dx = a.dx + image * g.Cells() * channels + d * 4 * units;
    const GateGradients seen = {dx, g.width * channels, channels};  // by the image
    const GateGradients dgates = d == 1 ? seen.Mirrored(g.width) : seen;
    const float* transposed = packed + d * g.PackedBackward();
    Ahead next = NextGates(g, gates);
    BackwardImage(g, {dy, dy_stride, gates, h, s.c, s.tanh_c, transposed, s.lines, s.factors,
                      s.weight_factors, dgates, sum + d * g.PairWeights(), s.dc, &next});
    float *dg0 = sum + directions * g.PairWeights(), *dc0 = dg0 + directions * initial;
    AddInitialGradients(g, dgates, s.dc, dg0 + d * initial, dc0 + d * units);
  });
  ReducePairGradients(host, g, sums, 0, directions, a.dw);
  ReduceInitialGradients(host, g, sums, directions * g.PairWeights(), directions, a.w, a.dh0);
  ReduceSums(sums, directions * (g.PairWeights() + initial), directions * units, a.dc0);
}

}  // namespace pixelrnn::PIXELRNN_ISA

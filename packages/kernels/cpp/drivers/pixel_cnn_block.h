// The residual block of PixelCNN (PixelRNN, fig. 5): three convolutions, each after a ReLU, image by image
// inside the cache. What the first two return is kept after its ReLU.
#pragma once
#include "masked_conv2d.h"

namespace pixelrnn::PIXELRNN_ISA {

struct BlockGeometry {
  ConvShape conv[3];
  template <class Operation>
  explicit BlockGeometry(const Operation& a)
      : conv{{a.images.height, a.images.width, a.channels, a.hidden, {1, 1, 1}, true},
             {a.images.height, a.images.width, a.hidden, a.hidden, a.taps, false},
             {a.images.height, a.images.width, a.hidden, a.channels, {1, 1, 1}, false}} {
    FindPairs(&conv[1], a.w2);
  }
  Index Pixels() const { return conv[0].Pixels(); }
  /// Room for each convolution in turn.
  Index Scratch() const {
    Index most = 0;
    for (const ConvShape& s : conv) most = s.Scratch() > most ? s.Scratch() : most;
    return most;
  }
};

/// Whether the arrays of an image may be asked for before they are needed: large ones would drive from the
/// second-level cache what is needed now.
static bool FitsAhead(const BlockGeometry& g) {
  constexpr Index kMost = 1 << 16;
  return g.Pixels() * (g.conv[0].inputs + g.conv[0].outputs) <= kMost;
}

static void RunPixelCnnBlock(const PixelCnnBlock& a, const Host& host) {
  const BlockGeometry g(a);
  const float* weights[3] = {a.w1, a.w2, a.w3};
  float* packed[3];
  for (int i = 0; i < 3; i++) {
    packed[i] = host.allocate(host.self, g.conv[i].PackedForward());
    PackConvForward(g.conv[i], weights[i], packed[i]);
  }
  const Index hidden = g.Pixels() * a.hidden, channels = g.Pixels() * a.channels;
  Parallel(host, a.images.batch, g.Scratch(), [&](int image, float* scratch) {
    const float* x = a.x + image * channels;
    float *first = a.saved1 + image * hidden, *second = a.saved2 + image * hidden,
          *y = a.y + image * channels;
    Ahead ahead;
    if (FitsAhead(g)) {
      ahead.Add(second, hidden);
      ahead.Add(y, channels);
      // With more threads another one may take that image; its lines would go back and forth (a fifth
      // slower).
      if (host.threads == 1 && image + 1 < a.images.batch) {
        ahead.Add(x + channels, channels);
        ahead.Add(first + hidden, hidden);
      }
    }
    ConvForwardImage(g.conv[0], x, scratch, packed[0], a.b1, {}, first, true, &ahead);
    ConvForwardImage(g.conv[1], first, scratch, packed[1], a.b2, {}, second, true, &ahead);
    ConvForwardImage(g.conv[2], second, scratch, packed[2], a.b3, {x, a.channels}, y, false, &ahead);
  });
}

struct BlockSums {
  float *dw[3], *db[3];
  BlockSums(const BlockGeometry& g, Arena& arena) {
    for (int i = 0; i < 3; i++) {
      dw[i] = arena.Take(g.conv[i].GradientSize());
      db[i] = arena.Take(g.conv[i].outputs);
    }
  }
};
struct BlockScratch {
  float *conv, *dfirst, *dsecond;
  BlockScratch(const BlockGeometry& g, Arena& arena)
      : conv(arena.Take(g.Scratch())),
        dfirst(arena.Take(g.Pixels() * g.conv[0].outputs)),
        dsecond(arena.Take(g.Pixels() * g.conv[0].outputs)) {}
};

static void RunPixelCnnBlockGrad(const PixelCnnBlockGrad& a, const Host& host) {
  const BlockGeometry g(a);
  const float* weights[3] = {a.w1, a.w2, a.w3};
  float* packed[3];
  for (int i = 0; i < 3; i++) {
    packed[i] = host.allocate(host.self, g.conv[i].PackedBackward());
    PackConvBackward(g.conv[i], weights[i], packed[i]);
  }
  const Index hidden = g.Pixels() * a.hidden, channels = g.Pixels() * a.channels;
  const PartialSums sums = MakePartialSums(host, a.images.batch, ScratchSize<BlockSums>(g));
  ForEachImage(host, sums, 1, ScratchSize<BlockScratch>(g), [&](int image, int, float* sum, float* scratch) {
    Arena sum_arena{sum}, arena{scratch};
    const BlockSums total(g, sum_arena);
    const BlockScratch s(g, arena);
    const float *x = a.x + image * channels, *dy = a.dy + image * channels;
    const float *first = a.saved1 + image * hidden, *second = a.saved2 + image * hidden;
    float* dx = a.dx + image * channels;
    Ahead ahead;
    if (FitsAhead(g)) {
      ahead.Add(first, hidden);
      ahead.Add(x, channels);
      ahead.Add(dx, channels);
      if (DoesNextImage(host, sums, image)) ahead.Add(second + hidden, hidden);
    }
    auto through = [&](int i, const float* input, const float* dout, const Addend& add, float* din) {
      ConvInputGradient(g.conv[i], dout, packed[i], input, add, din, s.conv, &ahead);
      AddConvWeightGradients(g.conv[i], input, dout, total.dw[i], total.db[i], s.conv);
    };
    through(2, second, dy, {}, s.dsecond);
    through(1, first, s.dsecond, {}, s.dfirst);
    through(0, x, s.dfirst, {dy, a.channels}, dx);
  });
  Arena offsets{sums.data};
  const BlockSums first(g, offsets);
  float *const dw[3] = {a.dw1, a.dw2, a.dw3}, *const db[3] = {a.db1, a.db2, a.db3};
  for (int i = 0; i < 3; i++) {
    ReduceConvGradients(host, g.conv[i], sums, first.dw[i] - sums.data, dw[i]);
    ReduceSums(sums, first.db[i] - sums.data, g.conv[i].outputs, db[i]);
  }
}

}  // namespace pixelrnn::PIXELRNN_ISA

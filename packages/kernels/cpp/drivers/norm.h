// The Euclidean norm of a vector, such as a gradient of all parameters.
#pragma once
#include "parallel.h"

namespace pixelrnn::PIXELRNN_ISA {

template <int V>
static float SumOfSquares(const float* x, Index n) {
  constexpr int kSums = 4;
  Vec<V> sums[kSums] = {};
  Index i = 0;
  for (; i + kSums * V <= n; i += kSums * V) {
    PIXELRNN_UNROLL
    for (int s = 0; s < kSums; s++) {
      const Vec<V> v = Load<V>(x + i + s * V);
      sums[s] += v * v;
    }
  }
  float rest = 0;
  for (; i < n; i++) rest += x[i] * x[i];
  return SumLanes<V>((sums[0] + sums[1]) + (sums[2] + sums[3])) + rest;
}

/// In pieces of fixed length, so that the bits do not depend on the threads.
static void RunNorm(const Norm& a, const Host& host) {
  constexpr Index kPiece = 8192;
  const Index pieces = (a.count + kPiece - 1) / kPiece;
  float* sums = host.allocate(host.self, pieces);
  Parallel(host, static_cast<int>(pieces), 0, [&](int i, float*) {
    const Index first = i * kPiece, left = a.count - first;
    sums[i] = SumOfSquares<PIXELRNN_LANES>(a.x + first, left < kPiece ? left : kPiece);
  });
  float sum = 0;
  for (Index i = 0; i < pieces; i++) sum += sums[i];
  *a.norm = Sqrt<4>(Splat<4>(sum))[0];
}

}  // namespace pixelrnn::PIXELRNN_ISA

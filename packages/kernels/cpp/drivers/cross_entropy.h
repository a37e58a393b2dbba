// Negative log-likelihoods in nats: 256-way softmax and Bernoulli.
#pragma once
#include "../softmax.h"
#include "parallel.h"

namespace pixelrnn::PIXELRNN_ISA {

PIXELRNN_INLINE bool IsLabel(int32_t label, int levels) { return label >= 0 && label < levels; }

static void RunSoftmaxCrossEntropy(const SoftmaxCrossEntropy& a, const Host& host) {
  constexpr int V = PIXELRNN_LANES;
  ForEachRange(host, a.rows, [&](Index first, Index last) {
    for (Index r = first; r < last; r++) {
      const float* z = a.logits + r * a.levels;
      const float largest = RowMaximum<V>(z, a.levels);
      a.log_sum_exp[r] = largest + LogOne<V>(SumExp<V>(z, a.levels, largest, 1.0f, nullptr));
      a.loss[r] = IsLabel(a.labels[r], a.levels) ? a.log_sum_exp[r] - z[a.labels[r]] : __builtin_nanf("");
    }
  });
}
/// dlogits = dy (softmax - one-hot)
static void RunSoftmaxCrossEntropyGrad(const SoftmaxCrossEntropyGrad& a, const Host& host) {
  constexpr int V = PIXELRNN_LANES;
  ForEachRange(host, a.rows, [&](Index first, Index last) {
    for (Index r = first; r < last; r++) {
      const float lse = a.log_sum_exp[r];
      const float dy = IsLabel(a.labels[r], a.levels) ? a.dy[r] : __builtin_nanf("");
      float* dz = a.dlogits + r * a.levels;
      Map<V>(a.logits + r * a.levels, dz, a.levels, [&](Vec<V> z) { return dy * Exp<V>(z - lse); });
      if (IsLabel(a.labels[r], a.levels)) dz[a.labels[r]] -= dy;
    }
  });
}

/// softplus(z) - z x as (max(z, 0) - z x) + ln(1 + e^-|z|): the first part is exactly 0 where the model is
/// sure and right.
static void RunBernoulliCrossEntropy(const BernoulliCrossEntropy& a, const Host& host) {
  constexpr int V = PIXELRNN_LANES;
  ForEachRange(host, a.count, [&](Index first, Index last) {
    Map2<V>(a.logits + first, a.targets + first, a.loss + first, last - first, [&](Vec<V> z, Vec<V> x) {
      const Vec<V> positive = AtLeast<V>(z, 0.0f);
      return (positive - z * x) + Log1p<V>(Exp<V>(z - 2.0f * positive));
    });
  });
}
/// dlogits = dy (sigmoid - target)
static void RunBernoulliCrossEntropyGrad(const BernoulliCrossEntropyGrad& a, const Host& host) {
  constexpr int V = PIXELRNN_LANES;
  ForEachRange(host, a.count, [&](Index first, Index last) {
    const Index n = last - first;
    float* dz = a.dlogits + first;
    Map2<V>(a.logits + first, a.targets + first, dz, n,
            [&](Vec<V> z, Vec<V> x) { return Sigmoid<V>(z) - x; });
    Map2<V>(dz, a.dy + first, dz, n, [&](Vec<V> d, Vec<V> dy) { return d * dy; });
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

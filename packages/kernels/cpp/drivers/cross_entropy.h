// Negative log-likelihoods in nats: 256-way softmax, Bernoulli, mixture of logistics.
#pragma once
#include "../logistic_mixture.h"
#include "parallel.h"

namespace pixelrnn::PIXELRNN_ISA {

PIXELRNN_INLINE bool IsLabel(int32_t label, int levels) { return label >= 0 && label < levels; }

/// ln sum exp of the row.
PIXELRNN_INLINE float LogSumExp(const float* x, Index n) {
  constexpr int V = PIXELRNN_LANES;
  const float largest = RowMaximum<V>(x, n);
  return largest + LogOne<V>(SumExp<V>(x, n, largest, 1.0f, nullptr));
}

static void RunSoftmaxCrossEntropy(const SoftmaxCrossEntropy& a, const Host& host) {
  ForEachRange(host, a.rows, [&](Index first, Index last) {
    for (Index r = first; r < last; r++) {
      const float* z = a.logits + r * a.levels;
      a.log_sum_exp[r] = LogSumExp(z, a.levels);
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

PIXELRNN_INLINE MixtureShape ShapeOf(const LogisticMixture& m) {
  return {m.components, m.channels, m.levels};
}
static void RunLogisticMixtureCrossEntropy(const LogisticMixtureCrossEntropy& a, const Host& host) {
  const MixtureShape s = ShapeOf(a.mixture);
  ForEachRange(host, a.rows, [&](Index first, Index last) {
    for (Index r = first; r < last; r++) {
      const float* z = a.parameters + r * s.Parameters();
      float* joint = a.joint + r * s.components;
      JointRow(s, z, a.pixels + r * s.channels, s.channels, joint);
      a.loss[r] = LogSumExp(z, s.components) - LogSumExp(joint, s.components);
    }
  });
}

/// The gradient of one channel by its components' parameters, and by the coefficients of the means. `weights`
/// = -dy times the posterior of the components.
///   d ln P / d centre = sharpness (down - up)     with up = sigmoid(-a) and down = sigmoid(b), where there
///   d ln P / d log-scale = b down - a up - d / (e^d - 1)                                     are such edges
static inline void MixtureChannelGrad(const MixtureShape& s, const float* z, const float* pixel, int channel,
                                      const float* weights, float* dz) {
  constexpr int V = PIXELRNN_LANES;
  const Bins<V> bins = BinsOf<V>(s, Splat<V>(pixel[channel]));
  const Vec<V> has_both = bins.has_lower * bins.has_upper;
  ForEachVector<V>(s.components, [&](auto load, auto store) {
    const Logistics<V> l = LogisticsOf<V>(s, z, pixel, channel, load);
    const Vec<V> weight = load(weights), log_scale = load(z + s.LogScales(channel));
    const auto [a, b] = EdgesOf<V>(l, bins);
    const Vec<V> up = bins.has_upper * Sigmoid<V>(-a), down = bins.has_lower * Sigmoid<V>(b);
    const Vec<V> d = AtLeast<V>(2.0f * l.sharpness, 1e-9f), e = Exp<V>(-d);
    const Vec<V> dcentre = weight * l.sharpness * (down - up);
    const Vec<V> dlog_scale = weight * (b * down - a * up - has_both * d * e / OneLess<V>(d, e));
    store(dz + s.Means(channel), (s.levels - 1.0f) * dcentre);
    store(dz + s.LogScales(channel), log_scale < kLeastLogScale ? Splat<V>(0.0f) : dlog_scale);
    ForEachEarlier<V>(s, z, pixel, channel, load, [&](int earlier, float u, Vec<V> t) {
      store(dz + s.Coefficients(channel, earlier), dcentre * u * (1.0f - t * t));
    });
  });
}
/// dlogits = dy (softmax(logits) - posterior), where the posterior of the components is softmax(joint).
static void RunLogisticMixtureCrossEntropyGrad(const LogisticMixtureCrossEntropyGrad& a, const Host& host) {
  constexpr int V = PIXELRNN_LANES;
  const MixtureShape s = ShapeOf(a.mixture);
  ForEachRange(host, a.rows, [&](Index first, Index last) {
    for (Index r = first; r < last; r++) {
      const float *z = a.parameters + r * s.Parameters(), *pixel = a.pixels + r * s.channels;
      float* dz = a.dparameters + r * s.Parameters();
      const float dy = a.dy[r];
      SoftmaxRow(a.joint + r * s.components, dz, s.components, 1.0f);
      Map<V>(dz, dz, s.components, [dy](Vec<V> posterior) { return -dy * posterior; });
      for (int channel = 0; channel < s.channels; channel++) MixtureChannelGrad(s, z, pixel, channel, dz, dz);
      const float log_sum = LogSumExp(z, s.components);
      Map2<V>(z, dz, dz, s.components,
              [&](Vec<V> logit, Vec<V> weight) { return dy * Exp<V>(logit - log_sum) + weight; });
    }
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

// Discretized logistic mixtures (PixelCNN++, section 2.1), the components of one pixel at a time.
//
// Everything is measured in half bins: a level v of L stands at u = 2 v - (L - 1), which is x (L - 1) for the
// x in [-1, 1] of the papers, and its edges at u - 1 and u + 1. These are whole numbers, so the upper edge of
// a level is the lower one of the next to the bit, and the probabilities of all levels sum to 1 however sharp
// a component is.
#pragma once
#include "softmax.h"

namespace pixelrnn::PIXELRNN_ISA {

/// The parameters of a pixel z, in the published order: `components` logits, then for each channel as many
/// means, log-scales and, of colours, coefficients: green's of red, blue's of red, blue's of green.
struct MixtureShape {
  int components, channels, levels;

  Index Parameters() const { return Channel(channels); }
  Index Channel(int channel) const { return (Index)components * (1 + channel * (channels == 1 ? 2 : 3)); }
  Index Means(int channel) const { return Channel(channel); }
  Index LogScales(int channel) const { return Channel(channel) + components; }
  /// Of a channel on an earlier one.
  Index Coefficients(int channel, int earlier) const {
    return Channel(channel * (channel - 1) / 2 + earlier) + 2 * (Index)components;
  }
  template <class T>  // of one level or of a vector
  PIXELRNN_METHOD T Position(T level) const {
    return 2.0f * level - (levels - 1.0f);
  }
};

/// Components of one channel.
template <int V>
struct Logistics {
  Vec<V> centre, sharpness;  // mean and 1 / scale
  Vec<V> log_bin;            // ln(1 - e^-d), where a bin is d = 2 sharpness wide
};

/// Of V levels or of one: where they stand, and 1 where there is an edge (0: the tail belongs to the level).
template <int V>
struct Bins {
  Vec<V> position, has_lower, has_upper;
};
/// What is no level, a NaN, has a NaN for its position.
template <int V>
PIXELRNN_INLINE Bins<V> BinsOf(const MixtureShape& s, Vec<V> level) {
  const Vec<V> none = Splat<V>(0.0f), one = Splat<V>(1.0f);
  return {s.Position(level), level > 0.0f ? one : none, level < s.levels - 1.0f ? one : none};
}

constexpr float kLeastLogScale = -7.0f;
/// From here on 1 - e^-d is d to the last digit, and its logarithm falls with the log-scale.
constexpr float kLargeLogScale = 16.0f;

/// ln(1 + e^x)
template <int V>
PIXELRNN_INLINE Vec<V> Softplus(Vec<V> x) {
  const Vec<V> positive = AtLeast<V>(x, 0.0f);
  return positive + Log1p<V>(Exp<V>(x - 2.0f * positive));
}
/// 1 - e^-d for the width d of a bin, without cancellation; `e` = e^-d.
template <int V>
PIXELRNN_INLINE Vec<V> OneLess(Vec<V> d, Vec<V> e) {
  return Tanh<V>(d * 0.5f) * (1.0f + e);
}

/// f(c, u, t) for each earlier channel c of a pixel, at u, where t is the tanh of its coefficients.
template <int V, class Load, class F>
PIXELRNN_INLINE void ForEachEarlier(const MixtureShape& s, const float* z, const float* pixel, int channel,
                                    Load load, F f) {
  for (int earlier = 0; earlier < channel; earlier++)
    f(earlier, s.Position(pixel[earlier]), Tanh<V>(load(z + s.Coefficients(channel, earlier))));
}

/// `load(x)` is a vector of some of the components of x. The means of a channel depend on the earlier ones.
template <int V, class Load>
PIXELRNN_INLINE Logistics<V> LogisticsOf(const MixtureShape& s, const float* z, const float* pixel,
                                         int channel, Load load) {
  Vec<V> centre = (s.levels - 1.0f) * load(z + s.Means(channel));
  ForEachEarlier<V>(s, z, pixel, channel, load, [&](int, float u, Vec<V> t) { centre += t * u; });
  const Vec<V> log_scale = AtLeast<V>(load(z + s.LogScales(channel)), kLeastLogScale);
  const float half_bin = 1.0f / (s.levels - 1);
  const Vec<V> d = 2.0f * half_bin * Exp<V>(-AtMost<V>(log_scale, kLargeLogScale));
  const Vec<V> log_bin = Log<V>(OneLess<V>(d, Exp<V>(-d))) - AtLeast<V>(log_scale - kLargeLogScale, 0.0f);
  return {centre, half_bin * Exp<V>(-log_scale), log_bin};
}

/// The edges of a bin as a component sees them: from its mean, in scales.
template <int V>
struct Edges {
  Vec<V> upper, lower;
};
template <int V>
PIXELRNN_INLINE Edges<V> EdgesOf(const Logistics<V>& l, const Bins<V>& bins) {
  return {(bins.position + 1.0f - l.centre) * l.sharpness, (bins.position - 1.0f - l.centre) * l.sharpness};
}

/// ln P of a level under a component whose edges are a (upper) and b:
///   inside            -softplus(-a) - softplus(b) + ln(1 - e^-(a - b)) = ln(sigmoid(a) - sigmoid(b))
///   at the lowest     -softplus(-a)       at the highest     -softplus(b)
template <int V>
PIXELRNN_INLINE Vec<V> LogProbability(const Logistics<V>& l, const Bins<V>& bins) {
  const Edges<V> edges = EdgesOf<V>(l, bins);
  return bins.has_lower * bins.has_upper * l.log_bin - bins.has_upper * Softplus<V>(-edges.upper) -
         bins.has_lower * Softplus<V>(edges.lower);
}

/// joint[k] = logit k + the ln P of the first `count` channels of a pixel under component k.
static inline void JointRow(const MixtureShape& s, const float* z, const float* pixel, int count,
                            float* joint) {
  constexpr int V = PIXELRNN_LANES;
  ForEachVector<V>(s.components, [&](auto load, auto store) {
    Vec<V> sum = load(z);
    for (int channel = 0; channel < count; channel++)
      sum += LogProbability<V>(LogisticsOf<V>(s, z, pixel, channel, load),
                               BinsOf<V>(s, Splat<V>(pixel[channel])));
    store(joint, sum);
  });
}

/// y[v] = ln P(level v of a channel, the earlier channels of the pixel) + what does not depend on v: a
/// softmax makes it the probabilities of the levels given those channels. `work`: components (levels + 4)
/// floats.
static inline void MixtureLevels(const MixtureShape& s, const float* z, const float* pixel, int channel,
                                 float* work, float* y) {
  constexpr int V = PIXELRNN_LANES;
  const Index k = s.components;
  float *joint = work, *centres = joint + k, *sharpnesses = centres + k, *log_bins = sharpnesses + k,
        *terms = log_bins + k;
  JointRow(s, z, pixel, channel, joint);
  ForEachVector<V>(k, [&](auto load, auto store) {
    const Logistics<V> l = LogisticsOf<V>(s, z, pixel, channel, load);
    store(centres, l.centre);
    store(sharpnesses, l.sharpness);
    store(log_bins, l.log_bin);
  });
  for (int v = 0; v < s.levels; v++) y[v] = v;
  for (Index i = 0; i < k; i++) {
    const Logistics<V> l = {Splat<V>(centres[i]), Splat<V>(sharpnesses[i]), Splat<V>(log_bins[i])};
    Map<V>(y, terms + i * s.levels, s.levels,
           [&](Vec<V> level) { return joint[i] + LogProbability<V>(l, BinsOf<V>(s, level)); });
  }
  ForEachVector<V>(s.levels, [&](auto load, auto store) {
    Vec<V> largest = load(terms), sum = Splat<V>(0.0f);
    for (Index i = 1; i < k; i++) {
      const Vec<V> term = load(terms + i * s.levels);
      largest = term > largest ? term : largest;
    }
    for (Index i = 0; i < k; i++) sum += Exp<V>(load(terms + i * s.levels) - largest);
    store(y, largest + Log<V>(sum));
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

// One step of an optimizer for all variables of a model.
#pragma once
#include "parallel.h"

namespace pixelrnn::PIXELRNN_ISA {

/// Calls step(i, Constant<partial>, lanes) for every vector of n values.
template <int V, class F>
PIXELRNN_INLINE void ForEachVector(Index n, F step) {
  Index i = 0;
  for (; i + V <= n; i += V) step(i, Constant<0>{}, V);
  if (i < n) step(i, Constant<1>{}, n - i);
}

static void RunAdam(const Adam& a, const Host& host) {
  constexpr int V = PIXELRNN_LANES;
  Parallel(host, a.all.count, 0, [&](int k, float*) {
    ForEachVector<V>(a.all.sizes[k], [&](Index i, auto partial, int lanes) {
      constexpr bool kPartial = decltype(partial)::kValue;
      auto load = [&](const float* const* list) { return LoadLanes<V, kPartial>(list[k] + i, lanes); };
      const Vec<V> gradient = load(a.all.gradients);
      const Vec<V> m = load(a.m) * a.beta1 + gradient * (1.0f - a.beta1);
      const Vec<V> v = load(a.v) * a.beta2 + gradient * gradient * (1.0f - a.beta2);
      const Vec<V> scale = Sqrt<V>(v / a.correction2) + a.epsilon;
      const Vec<V> value = load(a.all.variables) - (m / a.correction1) * a.learning_rate / scale;
      StoreLanes<V, kPartial>(a.new_m[k] + i, m, lanes);
      StoreLanes<V, kPartial>(a.new_v[k] + i, v, lanes);
      StoreLanes<V, kPartial>(a.all.new_variables[k] + i, value, lanes);
    });
  });
}

static void RunRmsprop(const Rmsprop& a, const Host& host) {
  constexpr int V = PIXELRNN_LANES;
  Parallel(host, a.all.count, 0, [&](int k, float*) {
    ForEachVector<V>(a.all.sizes[k], [&](Index i, auto partial, int lanes) {
      constexpr bool kPartial = decltype(partial)::kValue;
      auto load = [&](const float* const* list) { return LoadLanes<V, kPartial>(list[k] + i, lanes); };
      const Vec<V> gradient = load(a.all.gradients);
      const Vec<V> s = load(a.s) * a.decay + gradient * gradient * (1.0f - a.decay);
      const Vec<V> value = load(a.all.variables) - gradient * a.learning_rate / (Sqrt<V>(s) + a.epsilon);
      StoreLanes<V, kPartial>(a.new_s[k] + i, s, lanes);
      StoreLanes<V, kPartial>(a.all.new_variables[k] + i, value, lanes);
    });
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

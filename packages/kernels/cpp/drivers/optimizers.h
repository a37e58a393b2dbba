// One step of an optimizer for all variables of a model.
#pragma once
#include "parallel.h"

namespace pixelrnn::PIXELRNN_ISA {

static void RunAdam(const Adam& a, const Host& host) {
  constexpr int V = PIXELRNN_LANES;
  Parallel(host, a.all.count, 0, [&](int k, float*) {
    ForEachVector<V>(a.all.sizes[k], [&](auto load, auto store) {
      const Vec<V> gradient = load(a.all.gradients[k]);
      const Vec<V> m = load(a.m[k]) * a.beta1 + gradient * (1.0f - a.beta1);
      const Vec<V> v = load(a.v[k]) * a.beta2 + gradient * gradient * (1.0f - a.beta2);
      const Vec<V> scale = Sqrt<V>(v / a.correction2) + a.epsilon;
      const Vec<V> value = load(a.all.variables[k]) - (m / a.correction1) * a.learning_rate / scale;
      store(a.new_m[k], m);
      store(a.new_v[k], v);
      store(a.all.new_variables[k], value);
    });
  });
}

static void RunRmsprop(const Rmsprop& a, const Host& host) {
  constexpr int V = PIXELRNN_LANES;
  Parallel(host, a.all.count, 0, [&](int k, float*) {
    ForEachVector<V>(a.all.sizes[k], [&](auto load, auto store) {
      const Vec<V> gradient = load(a.all.gradients[k]);
      const Vec<V> s = load(a.s[k]) * a.decay + gradient * gradient * (1.0f - a.decay);
      const Vec<V> step = gradient * a.learning_rate / (Sqrt<V>(s) + a.epsilon);
      store(a.new_s[k], s);
      store(a.all.new_variables[k], load(a.all.variables[k]) - step);
    });
  });
}

}  // namespace pixelrnn::PIXELRNN_ISA

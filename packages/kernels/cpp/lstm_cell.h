// One step of an LSTM after its gates' pre-activations are known.
#pragma once
#include "elementary.h"

namespace pixelrnn::PIXELRNN_ISA {

template <int V>
struct LstmCell {
  Vec<V> output, forget, input, candidate;  // activated gates
  Vec<V> c, h;
};

/// c = f c' + i g, h = o tanh(c) with o, f, i = sigmoid and g = tanh of the pre-activations (PixelRNN, eq.
/// 3).
template <int V>
PIXELRNN_INLINE LstmCell<V> StepLstm(Vec<V> o, Vec<V> f, Vec<V> i, Vec<V> g, Vec<V> previous) {
  LstmCell<V> s;
  s.output = Sigmoid<V>(o);
  s.forget = Sigmoid<V>(f);
  s.input = Sigmoid<V>(i);
  s.candidate = Tanh<V>(g);
  s.c = s.forget * previous + s.input * s.candidate;
  s.h = s.output * Tanh<V>(s.c);
  return s;
}

template <int V, bool kPartial>
PIXELRNN_INLINE void LstmUnits(const float* gates, const float* previous, float* c, float* h, Index hidden,
                               int lanes) {
  auto gate = [&](int g) { return LoadLanes<V, kPartial>(gates + g * hidden, lanes); };
  const LstmCell<V> s =
      StepLstm<V>(gate(0), gate(1), gate(2), gate(3), LoadLanes<V, kPartial>(previous, lanes));
  StoreLanes<V, kPartial>(c, s.c, lanes);
  StoreLanes<V, kPartial>(h, s.h, lanes);
}
/// gates [4 hidden] in the order o f i g; c may be `previous`.
static inline void LstmRow(const float* gates, const float* previous, float* c, float* h, Index hidden) {
  constexpr int V = PIXELRNN_LANES;
  Index j = 0;
  for (; j + V <= hidden; j += V) LstmUnits<V, false>(gates + j, previous + j, c + j, h + j, hidden, V);
  if (j < hidden) LstmUnits<V, true>(gates + j, previous + j, c + j, h + j, hidden, hidden - j);
}

}  // namespace pixelrnn::PIXELRNN_ISA

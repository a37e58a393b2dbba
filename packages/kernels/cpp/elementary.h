// exp, sigmoid, tanh, log: the only transcendental functions in the kernels, so that WebAssembly computes the
// same bits on every host. A NaN passes through all of them.
#pragma once
#include "exp_table.h"

namespace pixelrnn::PIXELRNN_ISA {

/// x = n ln 2 + r with |r| <= ln 2 / 2; `exp_r` = e^r by the polynomial of degree 5 whose largest relative
/// error is least (9e-8 before rounding), exact at 0.
template <int V>
struct Reduced {
  Vec<V> exp_r;
  IntVec<V> n;
};
template <int V>
PIXELRNN_INLINE Reduced<V> ReduceExp(Vec<V> x) {
  const float kRound =
      12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer, which then stands in the low bits
  const Vec<V> shifted = x * 1.44269504f + kRound;
  const Vec<V> n = shifted - kRound;
  const Vec<V> r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  Vec<V> p = r * 8.290273137e-3f + 4.189816490e-2f;
  p = p * r + 1.666763872e-1f;
  p = p * r + 4.999914765e-1f;
  p = p * r + 9.999997020e-1f;
  p = p * r + 1.0f;
  return {p, (IntVec<V>)shifted - 0x4B400000};
}
template <int V>
PIXELRNN_INLINE Vec<V> PowerOfTwo(IntVec<V> n) {
  return (Vec<V>)((n + 127) << 23);
}

/// e^x for -87 <= x <= 88, 3e-7 relative.
template <int V>
PIXELRNN_INLINE Vec<V> ExpBounded(Vec<V> x) {
#ifdef __AVX512F__
  if constexpr (V == 16) return ExpByTable(x);
#endif
  const Reduced<V> e = ReduceExp<V>(x);
  return e.exp_r * PowerOfTwo<V>(e.n);
}

/// e^x over the whole range: 0 and infinity beyond it, subnormal results included.
template <int V>
PIXELRNN_INLINE Vec<V> Exp(Vec<V> x) {
  const Reduced<V> e = ReduceExp<V>(AtMost<V>(AtLeast<V>(x, -104.0f), 89.0f));
  const IntVec<V> half = e.n >> 1;
  return e.exp_r * PowerOfTwo<V>(half) * PowerOfTwo<V>(e.n - half);
}

/// 1 / (1 + e^-x). Through exp, not tanh: the far tails keep their relative accuracy, down to 2^-126.
template <int V>
PIXELRNN_INLINE Vec<V> Sigmoid(Vec<V> x) {
  const Vec<V> e = ExpBounded<V>(-AtMost<V>(AtLeast<V>(x, -88.0f), 87.0f));
  return Divide<V>(Splat<V>(1.0f), 1.0f + e);
}

/// tanh(x) = x P(x^2) / Q(x^2), degrees 3 and 4: of all with P(0) = Q(0) the one whose largest relative error
/// for |x| <= 8 is least (1.5e-7, 4.3e-7 as rounded). Never beyond 1; tanh(8) is 1 - 2e-7.
template <int V>
PIXELRNN_INLINE Vec<V> Tanh(Vec<V> x) {
  x = AtMost<V>(AtLeast<V>(x, -8.0f), 8.0f);
  const Vec<V> x2 = x * x;
  Vec<V> p = x2 * 1.14751565e-5f + 2.9558118e-3f;
  p = p * x2 + 0.129303589f;
  p = p * x2 + 1.0f;
  Vec<V> q = x2 * 2.47324607e-7f + 2.39315486e-4f;
  q = q * x2 + 2.38358025e-2f;
  q = q * x2 + 0.462636113f;
  q = q * x2 + 1.0f;
  return Divide<V>(x * p, q);
}

/// ln(x) for normal positive x (Cephes logf), 1e-7 relative; NaN and infinity give NaN.
template <int V>
PIXELRNN_INLINE Vec<V> Log(Vec<V> x) {
  const IntVec<V> bits = (IntVec<V>)x;
  const Vec<V> mantissa = (Vec<V>)((bits & 0x007FFFFF) | 0x3F000000);  // [0.5, 1)
  const IntVec<V> small = mantissa < 0.707106781186547524f;            // -1 where doubled
  const Vec<V> e = __builtin_convertvector((bits >> 23) - 126 + small, Vec<V>);
  const Vec<V> m = mantissa + (Vec<V>)((IntVec<V>)mantissa & small) - 1.0f;
  const Vec<V> m2 = m * m;
  Vec<V> p = m * 7.0376836292e-2f + -1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m + -1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m + -1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m + -2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  const Vec<V> rest = m2 * m * p + e * -2.12194440e-4f - m2 * 0.5f;
  return m + rest + e * 0.693359375f + (x - x);  // x - x: 0, or NaN
}
template <int V>
PIXELRNN_INLINE float LogOne(float x) {
  return Log<V>(Splat<V>(x))[0];
}

/// ln(1 + x) for 0 <= x <= 1: ln(w) x / (w - 1) with w = 1 + x as rounded (Kahan), accurate for tiny x.
template <int V>
PIXELRNN_INLINE Vec<V> Log1p(Vec<V> x) {
  const Vec<V> w = 1.0f + x, added = w - 1.0f;
  return added == 0.0f ? x : Log<V>(w) * (x / added);
}

}  // namespace pixelrnn::PIXELRNN_ISA

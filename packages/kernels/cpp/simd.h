// Vectors of V floats for any V the compiler knows, as GCC/Clang vector extensions.
//
// Every file below is compiled once per instruction set; the translation unit that includes it says which:
//   PIXELRNN_ISA        the namespace (wasm, base, avx2, avx512)
//   PIXELRNN_LANES      floats in the widest register (4, 8 or 16)
//   PIXELRNN_REGISTERS  vector registers (16 or 32): decides the tile shapes
// Nothing here needs a C library.
#pragma once
#include <stddef.h>
#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define PIXELRNN_INLINE static inline __attribute__((always_inline))
#define PIXELRNN_METHOD inline __attribute__((always_inline))
#define PIXELRNN_UNROLL _Pragma("GCC unroll 32")
// Before the innermost loops. In WebAssembly not unrolled: clang would gather the loads of all steps before
// their uses, and the registers would not do (products 20 % faster this way, the LSTM's backward waves 25 %).
#if defined(__wasm__)
#define PIXELRNN_INNER_LOOP _Pragma("GCC unroll 1")
#else
#define PIXELRNN_INNER_LOOP _Pragma("GCC unroll 2")
#endif
// A function around innermost loops. In WebAssembly never inlined: V8 would keep the sums of a larger
// function on its stack (convolutions in pairs take twice as long).
#if defined(__wasm__)
#define PIXELRNN_APART static __attribute__((noinline))
#else
#define PIXELRNN_APART static
#endif
/// Before loops that are not worth their unrolled code.
#define PIXELRNN_ROLLED _Pragma("GCC unroll 1")

namespace pixelrnn::PIXELRNN_ISA {

using Index = ptrdiff_t;

/// Numbers known to the compiler, handed to generic lambdas: [](auto lanes) { constexpr int V = lanes.kValue;
/// ... }
template <int N>
struct Constant {
  static constexpr int kValue = N;
};

template <int V>
struct VectorTypes {
  typedef float Float __attribute__((vector_size(4 * V)));
  typedef int32_t Int __attribute__((vector_size(4 * V)));
  typedef float Unaligned __attribute__((vector_size(4 * V), aligned(4), may_alias));
};
// One lane is a plain float, so that a tile template also serves the last few columns.
template <>
struct VectorTypes<1> {
  typedef float Float;
  typedef int32_t Int;
  typedef float Unaligned __attribute__((may_alias));
};
template <int V>
using Vec = typename VectorTypes<V>::Float;
template <int V>
using IntVec = typename VectorTypes<V>::Int;

template <int V>
PIXELRNN_INLINE Vec<V> Load(const float* p) {
  return *reinterpret_cast<const typename VectorTypes<V>::Unaligned*>(p);
}
template <int V>
PIXELRNN_INLINE void Store(float* p, Vec<V> v) {
  *reinterpret_cast<typename VectorTypes<V>::Unaligned*>(p) = v;
}

/// The first `lanes` values; the other lanes are 0.
template <int V>
PIXELRNN_INLINE Vec<V> LoadPartial(const float* p, int lanes) {
#ifdef __AVX512F__
  if constexpr (V == 16) return (Vec<V>)_mm512_maskz_loadu_ps((__mmask16)((1u << lanes) - 1), p);
#endif
  Vec<V> v = {};
  for (int i = 0; i < lanes; i++) v[i] = p[i];
  return v;
}
template <int V>
PIXELRNN_INLINE void StorePartial(float* p, Vec<V> v, int lanes) {
#ifdef __AVX512F__
  if constexpr (V == 16) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << lanes) - 1), (__m512)v);
    return;
  }
#endif
  for (int i = 0; i < lanes; i++) p[i] = v[i];
}
template <int V, bool kPartial>
PIXELRNN_INLINE Vec<V> LoadLanes(const float* p, int lanes) {
  if constexpr (kPartial) return LoadPartial<V>(p, lanes);
  return Load<V>(p);
}
template <int V, bool kPartial>
PIXELRNN_INLINE void StoreLanes(float* p, Vec<V> v, int lanes) {
  if constexpr (kPartial)
    StorePartial<V>(p, v, lanes);
  else
    Store<V>(p, v);
}

/// Asks for the line at p, to read or to write it a wave later. Into the second-level cache: a wave of large
/// cells has passed through the first before.
PIXELRNN_INLINE void Fetch([[maybe_unused]] const float* p) {
#ifndef __wasm__  // has no such instruction
  __builtin_prefetch(p, 0, 2);
#endif
}

/// Memory that is read or written later, asked for a few lines at a time by a loop that computes more than it
/// reads: some arrays, side by side.
class Ahead {
 public:
  void Add(const float* data, Index count) { ranges_[count_++] = {data, data + count}; }
  /// Of each array the next `lines`.
  void FetchLines(int lines) {
    constexpr Index kLine = 16;  // floats
    for (int i = 0; i < count_; i++) {
      const auto [data, end] = ranges_[i];
      const float* last = end - data > lines * kLine ? data + lines * kLine : end;
      for (const float* p = data; p < last; p += kLine) Fetch(p);
      ranges_[i].data = last;
    }
  }

 private:
  struct {
    const float *data, *end;
  } ranges_[4];
  int count_ = 0;
};
PIXELRNN_INLINE void FetchLines([[maybe_unused]] Ahead* ahead, [[maybe_unused]] int lines) {
#ifndef __wasm__
  if (ahead) ahead->FetchLines(lines);
#endif
}

template <int V>
PIXELRNN_INLINE Vec<V> Splat(float x) {
  return Vec<V>{} + x;
}

/// The larger of x and low; NaN in x passes.
template <int V>
PIXELRNN_INLINE Vec<V> AtLeast(Vec<V> x, float low) {
#ifdef __AVX512F__
  if constexpr (V == 16) return (Vec<V>)_mm512_max_ps(_mm512_set1_ps(low), (__m512)x);
#endif
#ifdef __AVX__
  if constexpr (V == 8) return (Vec<V>)_mm256_max_ps(_mm256_set1_ps(low), (__m256)x);
#endif
#ifdef __wasm_simd128__
  if constexpr (V == 4) return (Vec<V>)__builtin_wasm_pmax_f32x4(x, Splat<V>(low));
#endif
  const Vec<V> bound = Splat<V>(low);
  return x < bound ? bound : x;
}
/// The smaller of x and high; NaN in x passes.
template <int V>
PIXELRNN_INLINE Vec<V> AtMost(Vec<V> x, float high) {
#ifdef __AVX512F__
  if constexpr (V == 16) return (Vec<V>)_mm512_min_ps(_mm512_set1_ps(high), (__m512)x);
#endif
#ifdef __AVX__
  if constexpr (V == 8) return (Vec<V>)_mm256_min_ps(_mm256_set1_ps(high), (__m256)x);
#endif
#ifdef __wasm_simd128__
  if constexpr (V == 4) return (Vec<V>)__builtin_wasm_pmin_f32x4(x, Splat<V>(high));
#endif
  const Vec<V> bound = Splat<V>(high);
  return bound < x ? bound : x;
}

/// a / b. AVX-512 divides slowly: reciprocal estimate and one Newton step there, 1.2e-7 relative.
template <int V>
PIXELRNN_INLINE Vec<V> Divide(Vec<V> a, Vec<V> b) {
#ifdef __AVX512F__
  if constexpr (V == 16) {
    const Vec<V> r = (Vec<V>)_mm512_rcp14_ps((__m512)b);
    return a * (r + r * (1.0f - b * r));
  }
#endif
  return a / b;
}

template <int V>
PIXELRNN_INLINE Vec<V> Sqrt(Vec<V> x) {
#if defined(__AVX512F__)
  if constexpr (V == 16) return (Vec<V>)_mm512_sqrt_ps((__m512)x);
#endif
#if defined(__AVX__)
  if constexpr (V == 8) return (Vec<V>)_mm256_sqrt_ps((__m256)x);
#endif
#if defined(__x86_64__)
  if constexpr (V == 4) return (Vec<V>)_mm_sqrt_ps((__m128)x);
#elif defined(__wasm_simd128__)
  if constexpr (V == 4) return (Vec<V>)__builtin_wasm_sqrt_f32x4(x);
#endif
  for (int i = 0; i < V; i++) x[i] = __builtin_sqrtf(x[i]);
  return x;
}

/// Calls f(Constant<V>) with the narrowest vectors that hold n values at once, or the widest there are.
template <class F>
PIXELRNN_INLINE void WithLanes(int n, F f) {
  if constexpr (PIXELRNN_LANES >= 16)
    if (n > 8) return f(Constant<16>{});
  if constexpr (PIXELRNN_LANES >= 8)
    if (n > 4) return f(Constant<8>{});
  f(Constant<4>{});
}

/// Sum of the lanes, always in the same order.
template <int V>
PIXELRNN_INLINE float SumLanes(Vec<V> v) {
  float sum = v[0];
  for (int i = 1; i < V; i++) sum += v[i];
  return sum;
}

}  // namespace pixelrnn::PIXELRNN_ISA

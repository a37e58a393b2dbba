// Plain array helpers, and scratch memory cut into pieces.
#pragma once
#include "elementwise.h"

namespace pixelrnn::PIXELRNN_ISA {

PIXELRNN_INLINE void Clear(float* p, Index n) { __builtin_memset(p, 0, n * sizeof(float)); }
/// Not memcpy: most pieces are one cell long, and WebAssembly's memory.copy leaves the module.
static inline void Copy(float* to, const float* from, Index n) {
  constexpr int V = PIXELRNN_LANES;
  Map<V>(from, to, n, [](Vec<V> v) { return v; });
}
/// z = x + y
static inline void Add(const float* x, const float* y, float* z, Index n) {
  constexpr int V = PIXELRNN_LANES;
  Map2<V>(x, y, z, n, [](Vec<V> a, Vec<V> b) { return a + b; });
}
/// z = x - y
static inline void Subtract(const float* x, const float* y, float* z, Index n) {
  constexpr int V = PIXELRNN_LANES;
  Map2<V>(x, y, z, n, [](Vec<V> a, Vec<V> b) { return a - b; });
}

/// The bias [n] of an image: that of all, and where there is one its own, a row of [images, n]; in `scratch` then.
static inline const float* ImageBias(const float* all, const float* own, int image, Index n, float* scratch) {
  if (!own) return all;
  Add(all, own + image * n, scratch, n);
  return scratch;
}

/// Cuts a block into pieces at multiples of 64 bytes. Without a block it only counts, so that a scratch
/// layout is written once: its constructor takes an Arena, and ScratchSize<Layout>(...) says how much it
/// needs.
struct Arena {
  float* base;
  Index used = 0;
  float* Take(Index n) {
    float* piece = base ? base + used : nullptr;
    used += (n + 15) / 16 * 16;
    return piece;
  }
};
template <class Layout, class... Arguments>
PIXELRNN_INLINE Index ScratchSize(const Arguments&... arguments) {
  Arena arena{nullptr};
  Layout layout(arguments..., arena);
  (void)layout;
  return arena.used;
}

}  // namespace pixelrnn::PIXELRNN_ISA

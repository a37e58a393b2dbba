// How drivers use their host: tasks over images, and weight gradients summed in an order that no thread can
// change.
#pragma once
#include "../api.h"
#include "../arrays.h"

namespace pixelrnn::PIXELRNN_ISA {

/// f(i, scratch) for i in [0, tasks); scratch of `count` floats.
template <class F>
PIXELRNN_INLINE void Parallel(const Host& host, int tasks, Index count, const F& f) {
  host.parallel(
      host.self, tasks, count,
      [](const void* closure, int i, float* scratch) { (*static_cast<const F*>(closure))(i, scratch); }, &f);
}

/// f(first, last) over 16 ranges of [0, count).
template <class F>
PIXELRNN_INLINE void ForEachRange(const Host& host, Index count, const F& f) {
  constexpr int kRanges = 16;
  Parallel(host, kRanges, 0, [&](int i, float*) {
    const int64_t n = count;
    f((Index)(n * i / kRanges), (Index)(n * (i + 1) / kRanges));
  });
}

/// The images of a batch dealt to at most 8 chunks, however many threads there are; each chunk has its own
/// sums.
struct PartialSums {
  int batch, chunks;
  Index size;
  float* data;  // [chunks, size]
};
constexpr int kMaxChunks = 8;

static PartialSums MakePartialSums(const Host& host, int batch, Index size) {
  PartialSums p = {batch, batch < kMaxChunks ? batch : kMaxChunks, size, nullptr};
  p.data = host.allocate(host.self, p.chunks * size);
  Clear(p.data, p.chunks * size);
  return p;
}
/// f(image, part, sums, scratch) for every image, in order within its chunk; the parts of an image (the
/// directions of an LSTM) add to different sums, and run at the same time if that serves the threads better.
template <class F>
PIXELRNN_INLINE void ForEachImage(const Host& host, const PartialSums& p, int parts, Index count,
                                  const F& f) {
  const int apart = p.chunks % host.threads == 0 ? 1 : parts;  // parts that are tasks of their own
  Parallel(host, p.chunks * apart, count, [&](int task, float* scratch) {
    const int64_t chunk = task / apart;
    const int first = (int)(chunk * p.batch / p.chunks), last = (int)((chunk + 1) * p.batch / p.chunks);
    for (int image = first; image < last; image++)
      for (int part = task % apart; part < parts; part += apart)
        f(image, part, p.data + chunk * p.size, scratch);
  });
}
/// Whether the thread that does `image` does the next one, too: of its chunk, or as the only thread.
static bool DoesNextImage(const Host& host, const PartialSums& p, int image) {
  const auto chunk = [&](int i) { return ((i + 1) * p.chunks - 1) / p.batch; };
  return image + 1 < p.batch && (host.threads == 1 || chunk(image) == chunk(image + 1));
}
/// out[0..n) = the sums at `offset`, chunk after chunk.
static void ReduceSums(const PartialSums& p, Index offset, Index n, float* out) {
  const float* first = p.data + offset;
  if (p.chunks == 0) return Clear(out, n);
  Copy(out, first, n);
  for (int chunk = 1; chunk < p.chunks; chunk++) AddTo(out, first + chunk * p.size, n);
}

}  // namespace pixelrnn::PIXELRNN_ISA

// Shapes that several operations read in the same way.
#pragma once
#include "native/drivers.h"
#include "operation.h"

namespace pixelrnn {

#define PIXELRNN_TAPS "rows: int", "width: int", "last: int"

inline Images ImagesOf(const Tensor& x) { return {x[0], x[1], x[2]}; }

inline Shape WithChannels(const Tensor& x, int channels) {
  return {x.shape[0], x.shape[1], x.shape[2], channels};
}

inline Taps TapsOf(const Call& call) {
  const Taps taps = {call.attributes["rows"], call.attributes["width"], call.attributes["last"]};
  call.Check(
      taps.rows >= 1 && taps.width >= 1 && taps.last >= 0 && taps.last <= taps.width && taps.Count() > 0,
      "rows, width and last must name at least one tap, with last at most width");
  return taps;
}

}  // namespace pixelrnn

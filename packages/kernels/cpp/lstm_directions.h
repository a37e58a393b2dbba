// From the states of the directions of a scan to the tensor the caller sees, and back.
#pragma once
#include "arrays.h"
#include "lstm_geometry.h"

namespace pixelrnn::PIXELRNN_ISA {

/// y = H of the only direction; or H of the first + H of the second, mirrored back and moved down one row.
static void MergeDirections(const LstmGeometry& g, const float* left, const float* right, float* y,
                            Index y_stride) {
  const Index units = g.hidden, line = g.HRow();
  for (Index r = 0; r < g.height; r++)
    for (Index c = 0; c < g.width; c++, y += y_stride) {
      const float* first = left + (r + 1) * line + (c + 1) * units;
      if (right && r > 0)
        Add(first, right + r * line + (g.width - c) * units, y, units);
      else
        Copy(y, first, units);
    }
}
/// H without its borders, in image coordinates.
static void CopyDirection(const LstmGeometry& g, bool mirror, const float* h, float* y, Index y_stride) {
  const Index units = g.hidden, line = g.HRow();
  for (Index r = 0; r < g.height; r++)
    for (Index c = 0; c < g.width; c++)
      Copy(y + (r * g.width + (mirror ? g.width - 1 - c : c)) * y_stride,
           h + (r + 1) * line + (c + 1) * units, units);
}
/// dy as one direction sees it, [n][m][h]; `shift`: the direction that was moved down one row.
static void UnmergeGradient(const LstmGeometry& g, bool mirror, bool shift, const float* dy, Index dy_stride,
                            float* out) {
  const Index units = g.hidden;
  for (Index r = shift ? 1 : 0; r < g.height + (shift ? 1 : 0); r++)
    for (Index c = 0; c < g.width; c++, out += units) {
      if (r < g.height)
        Copy(out, dy + (r * g.width + (mirror ? g.width - 1 - c : c)) * dy_stride, units);
      else
        Clear(out, units);
    }
}

}  // namespace pixelrnn::PIXELRNN_ISA

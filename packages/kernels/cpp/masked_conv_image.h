// A masked convolution over one image, and its gradients. Weights hold the visible taps only: [taps * inputs,
// outputs].
//
// The image is copied into a border of zeros; then the window of a pixel is `rows` contiguous runs, and every
// row of the image is one Product. The input gradient is the same with the taps in reverse order and the
// border below and to the right.
#pragma once
#include "api.h"
#include "arrays.h"
#include "outer_product.h"
#include "product.h"

namespace pixelrnn::PIXELRNN_ISA {

struct ConvShape {
  Index height, width;
  int inputs, outputs;
  Taps taps;
  bool relu;

  bool Pointwise() const { return taps.rows == 1 && taps.width == 1 && taps.last == 1; }
  int Rows() const { return taps.Count() * inputs; }  // of the weight matrix
  /// Taps of run i, top row first.
  int RunTaps(int i) const { return i == taps.rows - 1 ? taps.last : taps.width; }
  Index Padded() const { return (height + taps.rows - 1) * (width + taps.width - 1); }
  Index PackedForward() const { return PackedSize(Rows(), outputs); }
  Index PackedBackward() const { return PackedSize((Index)taps.Count() * outputs, inputs); }
  Index Pixels() const { return height * width; }
};

static void PackConvForward(const ConvShape& s, const float* w, float* packed) {
  PackColumns(s.Rows(), s.outputs, 1, packed, [&](int k) { return w + (Index)k * s.outputs; });
}
/// The transposed matrix of every tap, taps in reverse order; rows of w `w_row` apart.
static void PackConvBackward(const ConvShape& s, const float* w, Index w_row, float* packed) {
  const int taps = s.taps.Count();
  PackColumns(taps * s.outputs, s.inputs, w_row, packed, [&](int k) {
    const int tap = taps - 1 - k / s.outputs;
    return w + tap * s.inputs * w_row + k % s.outputs;
  });
}

struct Border {
  Index top, left, right, bottom;
};
/// x [height, width, channels] inside a border of zeros.
static void PadImage(const float* x, Index height, Index width, Index channels, const Border& border,
                     bool relu, float* out) {
  const Index row = width * channels, left = border.left * channels, right = border.right * channels;
  Clear(out, border.top * (left + row + right));
  out += border.top * (left + row + right);
  for (Index r = 0; r < height; r++, x += row) {
    Clear(out, left);
    if (relu)
      ReluAll(x, out + left, row);
    else
      Copy(out + left, x, row);
    Clear(out + left + row, right);
    out += left + row + right;
  }
  Clear(out, border.bottom * (left + row + right));
}
/// The input as the product reads it: x itself, or a padded copy in `scratch` of Padded() * inputs floats.
static const float* ConvInput(const ConvShape& s, const float* x, float* scratch) {
  if (s.Pointwise() && !s.relu) return x;
  const Index left = s.taps.width / 2;
  PadImage(x, s.height, s.width, s.inputs, {s.taps.rows - 1, left, s.taps.width - 1 - left, 0}, s.relu,
           scratch);
  return scratch;
}

/// Rows and columns of the product: a pointwise convolution sees the image as one long row.
static Product ConvProduct(const ConvShape& s, int from, int to) {
  Product p = {};
  p.rows = s.Pointwise() ? 1 : s.height;
  p.columns = s.Pointwise() ? s.Pixels() : s.width;
  p.runs = s.taps.rows;
  p.x_row = (s.width + s.taps.width - 1) * from;
  p.x_column = from;
  p.y_row = s.width * to;
  p.y_column = to;
  p.outputs = to;
  return p;
}

/// y = conv(x) + bias (+ residual); `input` from ConvInput.
static void ConvForwardImage(const ConvShape& s, const float* input, const float* packed, const float* bias,
                             const Addend& residual, float* y) {
  Product p = ConvProduct(s, s.inputs, s.outputs);
  for (int i = 0; i < p.runs; i++) p.lengths[i] = s.RunTaps(i) * s.inputs;
  p.x = input;
  p.packed = packed;
  p.bias = bias;
  p.y = y;
  p.add = residual;
  RunProduct(p);
}

/// dx = the gradient of x (through ReLU, if s.relu) + add; `scratch`: Padded() * outputs floats.
static void ConvInputGradient(const ConvShape& s, const float* dy, const float* packed, const float* x,
                              const Addend& add, float* dx, float* scratch) {
  Product p = ConvProduct(s, s.outputs, s.inputs);
  for (int i = 0; i < p.runs; i++) p.lengths[i] = s.RunTaps(p.runs - 1 - i) * s.outputs;
  p.offsets[0] =
      (Index)(s.taps.width - s.taps.last) * s.outputs;  // the pixel's own row has fewer taps to its right
  p.x = dy;
  if (!s.Pointwise()) {
    const Index right = s.taps.width / 2;
    PadImage(dy, s.height, s.width, s.outputs, {0, s.taps.width - 1 - right, right, s.taps.rows - 1}, false,
             scratch);
    p.x = scratch;
  }
  p.packed = packed;
  p.y = dx;
  p.add = add;
  p.mask = s.relu ? x : nullptr;
  RunProduct(p);
}

/// dw += and dbias += the sums over one image; `input` from ConvInput.
static void AddConvWeightGradients(const ConvShape& s, const float* input, const float* dy, float* dw,
                                   float* dbias) {
  const Index x_row = (s.width + s.taps.width - 1) * s.inputs;
  for (int i = 0; i < s.taps.rows; i++) {
    const int k = s.RunTaps(i) * s.inputs;
    AddOuterProducts({input + i * x_row, x_row, s.inputs, dy, s.width * s.outputs, s.outputs, s.height,
                      s.width, k, s.outputs, dw, s.outputs});
    dw += (Index)k * s.outputs;
  }
  for (Index p = 0; p < s.Pixels(); p++) AddTo(dbias, dy + p * s.outputs, s.outputs);
}

}  // namespace pixelrnn::PIXELRNN_ISA

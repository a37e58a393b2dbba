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
  Index x_stride = 0;  // between pixels of x and dx; 0: inputs

  bool Pointwise() const { return taps.rows == 1 && taps.width == 1 && taps.last == 1; }
  Index Stride() const { return x_stride ? x_stride : inputs; }
  int Rows() const { return taps.Count() * inputs; }  // of the weight matrix
  /// Taps of run i, top row first.
  int RunTaps(int i) const { return i == taps.rows - 1 ? taps.last : taps.width; }
  Index Padded() const { return (height + taps.rows - 1) * (width + taps.width - 1); }
  /// So few inputs that their gradient would leave most lanes idle: see NarrowInputGradient.
  bool NarrowInput() const { return !Pointwise() && 4 * inputs <= PIXELRNN_LANES; }
  Index PackedForward() const { return PackedSize(Rows(), outputs); }
  Index PackedTransposed() const { return PackedSize((Index)taps.Count() * outputs, inputs); }
  Index PackedBackward() const { return NarrowInput() ? PackedSize(outputs, Rows()) : PackedTransposed(); }
  Index Pixels() const { return height * width; }
  /// Room for what ConvInput and ConvInputGradient make.
  Index Scratch() const {
    const Index input = Padded() * inputs;
    const Index gradient = NarrowInput() ? input + Pixels() * Rows() : Padded() * outputs;
    return input > gradient ? input : gradient;
  }
};

static void PackConvForward(const ConvShape& s, const float* w, float* packed) {
  PackColumns(s.Rows(), s.outputs, 1, packed, [&](int k) { return w + (Index)k * s.outputs; });
}
/// The transposed matrix of every tap, taps in reverse order; rows of w `w_row` apart.
static void PackTransposed(const ConvShape& s, const float* w, Index w_row, float* packed) {
  const int taps = s.taps.Count();
  PackColumns(taps * s.outputs, s.inputs, w_row, packed, [&](int k) {
    const int tap = taps - 1 - k / s.outputs;
    return w + tap * s.inputs * w_row + k % s.outputs;
  });
}
/// The matrix that ConvInputGradient wants.
static void PackConvBackward(const ConvShape& s, const float* w, float* packed) {
  if (!s.NarrowInput()) return PackTransposed(s, w, s.outputs, packed);
  PackColumns(s.outputs, s.Rows(), s.outputs, packed, [&](int k) { return w + k; });
}

struct Border {
  Index top, left, right, bottom;
};
/// x [height, width, channels], pixels `stride` apart, inside a border of zeros.
static void PadImage(const float* x, Index height, Index width, Index channels, Index stride,
                     const Border& border, bool relu, float* out) {
  const Index row = width * channels, left = border.left * channels, right = border.right * channels;
  Clear(out, border.top * (left + row + right));
  out += border.top * (left + row + right);
  const Index pieces = stride == channels ? 1 : width, piece = row / pieces;
  for (Index r = 0; r < height; r++, x += width * stride) {
    Clear(out, left);
    for (Index i = 0; i < pieces; i++) {
      if (relu)
        ReluAll(x + i * stride, out + left + i * piece, piece);
      else
        Copy(out + left + i * piece, x + i * stride, piece);
    }
    Clear(out + left + row, right);
    out += left + row + right;
  }
  Clear(out, border.bottom * (left + row + right));
}
/// The input as the product reads it: x itself, or a padded copy in `scratch`.
static const float* ConvInput(const ConvShape& s, const float* x, float* scratch) {
  if (s.Pointwise() && !s.relu && s.Stride() == s.inputs) return x;
  const Index left = s.taps.width / 2;
  PadImage(x, s.height, s.width, s.inputs, s.Stride(), {s.taps.rows - 1, left, s.taps.width - 1 - left, 0},
           s.relu, scratch);
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

/// y = conv(x) + bias, at least 0 if `relu` (+ residual); `input` from ConvInput.
static void ConvForwardImage(const ConvShape& s, const float* input, const float* packed, const float* bias,
                             const Addend& residual, float* y, bool relu = false) {
  Product p = ConvProduct(s, s.inputs, s.outputs);
  for (int i = 0; i < p.runs; i++) p.lengths[i] = s.RunTaps(i) * s.inputs;
  p.x = input;
  p.packed = packed;
  p.bias = bias;
  p.relu = relu;
  p.y = y;
  p.add = residual;
  RunProduct(p);
}

/// The gradient of few inputs: first what every pixel hands to each of its taps, dy Wᵀ, then the sum of what
/// each pixel is handed.
static void NarrowInputGradient(const ConvShape& s, const float* dy, const float* packed, const float* mask,
                                const Addend& add, float* dx, float* scratch) {
  const Index row = (s.width + s.taps.width - 1) * s.inputs, left = s.taps.width / 2;
  float *padded = scratch, *given = scratch + s.Padded() * s.inputs;
  Product p = {};
  p.x = dy;
  p.x_column = s.outputs;
  p.rows = p.runs = 1;
  p.columns = s.Pixels();
  p.lengths[0] = s.outputs;
  p.packed = packed;
  p.y = given;
  p.y_column = p.outputs = s.Rows();
  RunProduct(p);
  Clear(padded, s.Padded() * s.inputs);
  for (Index r = 0; r < s.height; r++)
    for (Index c = 0; c < s.width; c++)
      for (int i = 0; i < s.taps.rows; i++) {
        float* to = padded + (r + i) * row + c * s.inputs;
        for (int k = 0; k < s.RunTaps(i) * s.inputs; k++) to[k] += *given++;
      }
  for (Index r = 0; r < s.height; r++)
    for (Index c = 0; c < s.width; c++) {
      const float* sum = padded + (r + s.taps.rows - 1) * row + (c + left) * s.inputs;
      const Index pixel = r * s.width + c, at = pixel * s.Stride();
      for (int k = 0; k < s.inputs; k++) {
        dx[at + k] = mask && !(mask[at + k] > 0) ? 0.0f : sum[k];
        if (add.data) dx[at + k] += add.data[pixel * add.stride + k];
      }
    }
}

/// dx = the gradient of x, set to 0 where mask <= 0 (the input of a ReLU, or null), + add.
static void ConvInputGradient(const ConvShape& s, const float* dy, const float* packed, const float* mask,
                              const Addend& add, float* dx, float* scratch) {
  if (s.NarrowInput()) return NarrowInputGradient(s, dy, packed, mask, add, dx, scratch);
  Product p = ConvProduct(s, s.outputs, s.inputs);
  for (int i = 0; i < p.runs; i++) p.lengths[i] = s.RunTaps(p.runs - 1 - i) * s.outputs;
  p.offsets[0] =
      (Index)(s.taps.width - s.taps.last) * s.outputs;  // the pixel's own row has fewer taps to its right
  p.x = dy;
  if (!s.Pointwise()) {
    const Index right = s.taps.width / 2;
    PadImage(dy, s.height, s.width, s.outputs, s.outputs,
             {0, s.taps.width - 1 - right, right, s.taps.rows - 1}, false, scratch);
    p.x = scratch;
  }
  p.packed = packed;
  p.y = dx;
  p.y_row = s.width * s.Stride();
  p.y_column = s.Stride();
  p.add = add;
  p.mask = mask;
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
  AddColumnSums(dy, s.Pixels(), s.outputs, s.outputs, dbias);
}

}  // namespace pixelrnn::PIXELRNN_ISA

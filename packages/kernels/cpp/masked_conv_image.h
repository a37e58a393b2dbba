// A masked convolution over one image, and its gradients. Weights hold the visible taps only: [taps * inputs,
// outputs].
//
// The image is copied into a border of zeros; then the window of a pixel is `rows` contiguous runs, and every
// row of the image is one Product, of pairs of pixels where the window allows it. The input gradient is the
// same with the taps in reverse order and the border below and to the right.
#pragma once
#include "api.h"
#include "arrays.h"
#include "product_pairs.h"

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
  /// All rows of the window have three taps: two pixels at once. Colour masks leave no such window: they cut
  /// its last row behind the pixel itself.
  bool InPairs() const { return taps.width == 3 && taps.last == 3 && !NarrowInput(); }
  Index PackedForward() const {
    return InPairs() ? PackedPairsSize((Index)taps.rows * inputs, outputs) : PackedSize(Rows(), outputs);
  }
  Index PackedTransposed() const { return PackedSize((Index)taps.Count() * outputs, inputs); }
  Index PackedBackward() const {
    if (InPairs()) return PackedPairsSize((Index)taps.rows * outputs, inputs);
    return NarrowInput() ? PackedSize(outputs, Rows()) : PackedTransposed();
  }
  Index Pixels() const { return height * width; }
  Index PaddedRows() const { return height + taps.rows - 1; }
  /// Floats of the sums of AddConvWeightGradients.
  Index GradientSize() const { return (Index)Rows() * outputs * (InPairs() ? PairMatrices(3) : 3) / 3; }
  /// Room for all functions of one image.
  Index Scratch() const;
};

static void PackConvForward(const ConvShape& s, const float* w, float* packed) {
  const Index columns = s.outputs;
  if (s.InPairs())
    return PackPairs(s.taps.rows, s.inputs, s.outputs, packed, [&](int run, int channel) {
      return [row = w + (run * 3 * s.inputs + channel) * columns, tap = s.inputs * columns](int t, int n) {
        return row[t * tap + n];
      };
    });
  PackColumns(s.Rows(), s.outputs, packed,
              [&](int k) { return [row = w + k * columns](int n) { return row[n]; }; });
}
/// The transposed matrix of every tap, taps in reverse order; rows of w `w_row` apart.
static void PackTransposed(const ConvShape& s, const float* w, Index w_row, float* packed) {
  const int taps = s.taps.Count();
  PackColumns(taps * s.outputs, s.inputs, packed, [&](int k) {
    const int tap = taps - 1 - k / s.outputs;
    return [column = w + tap * s.inputs * w_row + k % s.outputs, w_row](int n) { return column[n * w_row]; };
  });
}
/// The matrix that ConvInputGradient wants.
static void PackConvBackward(const ConvShape& s, const float* w, float* packed) {
  const Index row = s.outputs;
  if (s.InPairs())
    return PackPairs(s.taps.rows, s.outputs, s.inputs, packed, [&](int run, int channel) {
      const Index tap = s.inputs * row;
      return [last = w + (3 * (s.taps.rows - run) - 1) * tap + channel, tap, row](int t, int n) {
        return last[n * row - t * tap];
      };
    });
  if (!s.NarrowInput()) return PackTransposed(s, w, row, packed);
  PackColumns(s.outputs, s.Rows(), packed,
              [&](int k) { return [column = w + k, row](int n) { return column[n * row]; }; });
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

/// Scratch beside what ConvInput makes.
struct ConvForwardScratch {
  float* padded;
  ProductPairs pairs;
  ConvForwardScratch(const ConvShape& s, Arena& arena)
      : padded(arena.Take(s.Padded() * s.inputs)),
        pairs(s.InPairs() ? s.PaddedRows() : 0, s.width, s.inputs, s.outputs, arena) {}
};
struct ConvInputGradientScratch {
  float *padded, *given;
  ProductPairs pairs;
  ConvInputGradientScratch(const ConvShape& s, Arena& arena)
      : padded(arena.Take(s.Padded() * (s.NarrowInput() ? s.inputs : s.outputs))),
        given(arena.Take(s.NarrowInput() ? s.Pixels() * s.Rows() : 0)),
        pairs(s.InPairs() ? s.PaddedRows() : 0, s.width, s.outputs, s.inputs, arena) {}
};
struct ConvWeightGradientScratch {
  float* padded;
  RowFactors factors;
  RowGradients gradients;
  ConvWeightGradientScratch(const ConvShape& s, Arena& arena)
      : padded(arena.Take(s.Padded() * s.inputs)),
        factors(s.InPairs() ? s.PaddedRows() : 0, s.width, s.inputs, arena),
        gradients(s.InPairs() ? s.height : 0, s.width, s.outputs, arena) {}
};
inline Index ConvShape::Scratch() const {
  const Index sizes[] = {ScratchSize<ConvForwardScratch>(*this), ScratchSize<ConvInputGradientScratch>(*this),
                         ScratchSize<ConvWeightGradientScratch>(*this)};
  Index most = 0;
  for (const Index size : sizes) most = size > most ? size : most;
  return most;
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

/// y = conv(x) + bias, at least 0 if `relu` (+ residual).
static void ConvForwardImage(const ConvShape& s, const float* x, float* scratch, const float* packed,
                             const float* bias, const Addend& residual, float* y, bool relu = false) {
  Arena arena{scratch};
  const ConvForwardScratch room(s, arena);
  Product p = ConvProduct(s, s.inputs, s.outputs);
  for (int i = 0; i < p.runs; i++) p.lengths[i] = s.RunTaps(i) * s.inputs;
  p.x = ConvInput(s, x, room.padded);
  p.packed = packed;
  p.bias = bias;
  p.relu = relu;
  p.y = y;
  p.add = residual;
  if (s.InPairs())
    RunPairs(p, room.pairs);
  else
    RunProduct(p);
}

/// The gradient of few inputs: first what every pixel hands to each of its taps, dy Wᵀ, then the sum of what
/// each pixel is handed.
static void NarrowInputGradient(const ConvShape& s, const float* dy, const float* packed, const float* mask,
                                const Addend& add, float* dx, const ConvInputGradientScratch& room) {
  const Index row = (s.width + s.taps.width - 1) * s.inputs, left = s.taps.width / 2;
  float *padded = room.padded, *given = room.given;
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
  Arena arena{scratch};
  const ConvInputGradientScratch room(s, arena);
  if (s.NarrowInput()) return NarrowInputGradient(s, dy, packed, mask, add, dx, room);
  Product p = ConvProduct(s, s.outputs, s.inputs);
  for (int i = 0; i < p.runs; i++) p.lengths[i] = s.RunTaps(p.runs - 1 - i) * s.outputs;
  p.offsets[0] =
      (Index)(s.taps.width - s.taps.last) * s.outputs;  // the pixel's own row has fewer taps to its right
  p.x = dy;
  if (!s.Pointwise()) {
    const Index right = s.taps.width / 2;
    PadImage(dy, s.height, s.width, s.outputs, s.outputs,
             {0, s.taps.width - 1 - right, right, s.taps.rows - 1}, false, room.padded);
    p.x = room.padded;
  }
  p.packed = packed;
  p.y = dx;
  p.y_row = s.width * s.Stride();
  p.y_column = s.Stride();
  p.add = add;
  p.mask = mask;
  if (s.InPairs())
    RunPairs(p, room.pairs);
  else
    RunProduct(p);
}

/// dw, of GradientSize, += and dbias += the sums over one image. In pairs, dw [rows of taps, 4, inputs,
/// outputs] are the gradients of their matrices.
static void AddConvWeightGradients(const ConvShape& s, const float* x, const float* dy, float* dw,
                                   float* dbias, float* scratch) {
  Arena arena{scratch};
  const ConvWeightGradientScratch room(s, arena);
  const float* input = ConvInput(s, x, room.padded);
  const Index x_row = (s.width + s.taps.width - 1) * s.inputs, dy_row = s.width * s.outputs;
  AddColumnSums(dy, s.Pixels(), s.outputs, s.outputs, dbias);
  if (s.InPairs()) {
    for (Index r = 0; r < s.PaddedRows(); r++) room.factors.Read(r, input + r * x_row);
    for (Index r = 0; r < s.height; r++) room.gradients.Read(r, dy + r * dy_row);
    for (int i = 0; i < s.taps.rows; i++, dw += PairMatrices(3) * s.inputs * s.outputs)
      AddRowPairGradients(room.factors, i, room.gradients, dy, dy_row, s.outputs, s.height, dw, nullptr);
    return;
  }
  for (int i = 0; i < s.taps.rows; i++) {
    const int k = s.RunTaps(i) * s.inputs;
    AddOuterProducts({input + i * x_row, x_row, s.inputs, dy, dy_row, s.outputs, s.height, s.width, k,
                      s.outputs, dw, s.outputs});
    dw += (Index)k * s.outputs;
  }
}

}  // namespace pixelrnn::PIXELRNN_ISA

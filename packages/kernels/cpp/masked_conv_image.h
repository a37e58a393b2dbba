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
  uint32_t paired = 0;  // bit i: run i is in pairs (pairs.h); set by FindPairs

  bool Pointwise() const { return taps.rows == 1 && taps.width == 1 && taps.last == 1; }
  int Rows() const { return taps.Count() * inputs; }  // of the weight matrix
  /// Taps of run i, top row first.
  int RunTaps(int i) const { return i == taps.rows - 1 ? taps.last : taps.width; }
  Index Padded() const { return (height + taps.rows - 1) * (width + taps.width - 1); }
  /// So few inputs that their gradient would leave most lanes idle: see NarrowInputGradient.
  bool NarrowInput() const { return !Pointwise() && 4 * inputs <= PIXELRNN_LANES; }
  bool InPairs() const { return paired != 0; }
  /// The runs in the order in which ConvForwardImage reads them, or ConvInputGradient.
  PairWindow Window(bool gradient = false) const {
    PairWindow window;
    for (int i = 0; i < taps.rows; i++) {
      const int run = gradient ? taps.rows - 1 - i : i;
      window.taps[i] = RunTaps(run);
      window.paired[i] = paired >> run & 1;
    }
    window.runs = InPairs() ? taps.rows : 0;
    return window;
  }
  Index PackedForward() const {
    return InPairs() ? PackedPairsSize(Window(), inputs, outputs) : PackedSize(Rows(), outputs);
  }
  Index PackedTransposed() const { return PackedSize((Index)taps.Count() * outputs, inputs); }
  Index PackedBackward() const {
    if (InPairs()) return PackedPairsSize(Window(true), outputs, inputs);
    return NarrowInput() ? PackedSize(outputs, Rows()) : PackedTransposed();
  }
  Index Pixels() const { return height * width; }
  Index PaddedRows() const { return height + taps.rows - 1; }
  /// Floats of the sums of AddConvWeightGradients.
  Index GradientSize() const {
    return (Index)(InPairs() ? Window().Matrices() : taps.Count()) * inputs * outputs;
  }
  /// Room for all functions of one image.
  Index Scratch() const;
};

/// Pairs the runs of two and three taps whose weights are all there: one that is zero, as colour masks make
/// them, would count up to rounding.
static void FindPairs(ConvShape* s, const float* w) {
  if (s->taps.width != 3 || s->NarrowInput()) return;
  for (int i = 0; i < s->taps.rows; i++) {
    const Index count = (Index)s->RunTaps(i) * s->inputs * s->outputs;
    bool zero = false;
    for (Index k = 0; k < count; k++) zero = zero || w[k] == 0.0f;
    if (s->RunTaps(i) > 1 && !zero) s->paired |= 1u << i;
    w += count;
  }
}

static void PackConvForward(const ConvShape& s, const float* w, float* packed) {
  const Index columns = s.outputs;
  if (s.InPairs())
    return PackPairs(s.Window(), s.inputs, s.outputs, packed, [&](int run, int tap, int channel) {
      return [row = w + ((run * 3 + tap) * s.inputs + channel) * columns](int n) { return row[n]; };
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
    return PackPairs(s.Window(true), s.outputs, s.inputs, packed, [&](int i, int t, int channel) {
      const int run = s.taps.rows - 1 - i, tap = run * 3 + s.RunTaps(run) - 1 - t;
      return [column = w + tap * s.inputs * row + channel, row](int n) { return column[n * row]; };
    });
  if (!s.NarrowInput()) return PackTransposed(s, w, row, packed);
  PackColumns(s.outputs, s.Rows(), packed,
              [&](int k) { return [column = w + k, row](int n) { return column[n * row]; }; });
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
/// The input as the product reads it: x itself, or a padded copy in `scratch`.
static const float* ConvInput(const ConvShape& s, const float* x, float* scratch) {
  if (s.Pointwise() && !s.relu) return x;
  const Index left = s.taps.width / 2;
  PadImage(x, s.height, s.width, s.inputs, {s.taps.rows - 1, left, s.taps.width - 1 - left, 0}, s.relu,
           scratch);
  return scratch;
}

/// Scratch beside what ConvInput makes. A pair's second pixel may be one past the end of the last row.
struct ConvForwardScratch {
  float* padded;
  ProductPairs pairs;
  ConvForwardScratch(const ConvShape& s, Arena& arena)
      : padded(arena.Take((s.Padded() + 1) * s.inputs)), pairs(s.Window(), s.width, s.inputs, arena) {}
};
struct ConvInputGradientScratch {
  float *padded, *given;
  ProductPairs pairs;
  ConvInputGradientScratch(const ConvShape& s, Arena& arena)
      : padded(arena.Take((s.Padded() + 1) * (s.NarrowInput() ? s.inputs : s.outputs))),
        given(arena.Take(s.NarrowInput() ? s.Pixels() * s.Rows() : 0)),
        pairs(s.Window(true), s.width, s.outputs, arena) {}
};
struct ConvWeightGradientScratch {
  float* padded;
  RowFactors three, two;
  RowGradients gradients;
  ConvWeightGradientScratch(const ConvShape& s, Arena& arena)
      : padded(arena.Take(s.Padded() * s.inputs)),
        three(3, s.InPairs() ? kBandRows : 0, s.width, s.inputs, arena),
        two(2, s.InPairs() ? kBandRows : 0, s.width, s.inputs, arena),
        gradients(s.InPairs() ? kBandRows : 0, s.width, s.outputs, arena) {}
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

/// y = conv(x) + bias, at least 0 if `relu` (+ residual); asks for `ahead` meanwhile.
static void ConvForwardImage(const ConvShape& s, const float* x, float* scratch, const float* packed,
                             const float* bias, const Addend& residual, float* y, bool relu = false,
                             Ahead* ahead = nullptr) {
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
  p.ahead = ahead;
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
      const Index pixel = r * s.width + c, at = pixel * s.inputs;
      for (int k = 0; k < s.inputs; k++) {
        dx[at + k] = mask && !(mask[at + k] > 0) ? 0.0f : sum[k];
        if (add.data) dx[at + k] += add.data[pixel * add.stride + k];
      }
    }
}

/// dx = the gradient of x, set to 0 where mask <= 0 (the input of a ReLU, or null), + add.
static void ConvInputGradient(const ConvShape& s, const float* dy, const float* packed, const float* mask,
                              const Addend& add, float* dx, float* scratch, Ahead* ahead = nullptr) {
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
    PadImage(dy, s.height, s.width, s.outputs, {0, s.taps.width - 1 - right, right, s.taps.rows - 1}, false,
             room.padded);
    p.x = room.padded;
  }
  p.packed = packed;
  p.y = dx;
  p.add = add;
  p.mask = mask;
  p.ahead = ahead;
  if (s.InPairs())
    RunPairs(p, room.pairs);
  else
    RunProduct(p);
}

/// dw, of GradientSize, += the sums over one image, run by run: those of its taps, or in pairs those of its
/// matrices (pairs.h).
static void AddRunGradients(const ConvShape& s, const float* input, const float* dy, float* dw,
                            const ConvWeightGradientScratch& room) {
  const Index x_row = (s.width + s.taps.width - 1) * s.inputs, dy_row = s.width * s.outputs;
  const Index band = s.InPairs() ? kBandRows : s.height;
  for (Index r = 0; r < s.height; r += band, dy += band * dy_row, input += band * x_row) {
    const Index rows = s.height - r < band ? s.height - r : band;
    for (Index i = 0; s.InPairs() && i < rows; i++) room.gradients.Read(i, dy + i * dy_row);
    float* to = dw;
    for (int run = 0; run < s.taps.rows; run++) {
      const int taps = s.RunTaps(run);
      const PixelRows x = {input + run * x_row, x_row, s.inputs}, g = {dy, dy_row, s.outputs};
      if (s.paired >> run & 1) {
        const RowFactors& factors = taps == 3 ? room.three : room.two;
        for (Index i = 0; i < rows; i++) factors.Read(i, x.data + i * x_row);
        AddRowPairGradients(factors, x, room.gradients, g, rows, to, nullptr);
        to += PairMatrices(taps) * s.inputs * s.outputs;
      } else {
        AddOuterProducts({x.data, x.row, x.column, g.data, g.row, g.column, rows, s.width, taps * s.inputs,
                          s.outputs, to, s.outputs});
        to += taps * s.inputs * s.outputs;
      }
    }
  }
}
/// dw as AddRunGradients, and dbias += the sums over one image.
static void AddConvWeightGradients(const ConvShape& s, const float* x, const float* dy, float* dw,
                                   float* dbias, float* scratch) {
  Arena arena{scratch};
  const ConvWeightGradientScratch room(s, arena);
  const float* input = ConvInput(s, x, room.padded);
  AddColumnSums(dy, s.Pixels(), s.outputs, s.outputs, dbias);
  AddRunGradients(s, input, dy, dw, room);
}
/// dw [taps * inputs, outputs] from what AddRunGradients has summed.
static void SpreadRunGradients(const ConvShape& s, const float* sums, float* dw) {
  const Index tap = (Index)s.inputs * s.outputs;
  for (int run = 0; run < s.taps.rows; run++) {
    const int taps = s.RunTaps(run);
    const bool paired = s.paired >> run & 1;
    if (paired)
      SpreadPairGradients(taps, tap, sums, dw);
    else
      Copy(dw, sums, taps * tap);
    sums += (paired ? PairMatrices(taps) : taps) * tap;
    dw += taps * tap;
  }
}

}  // namespace pixelrnn::PIXELRNN_ISA

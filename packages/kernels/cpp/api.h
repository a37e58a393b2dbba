// The training operations, as the hosts see them: WebAssembly (wasm/training.cc) and native TensorFlow
// operations.
//
// One operation is one struct of shapes and pointers and one function, its driver, in the table `Drivers`
// below. A driver does the whole operation: it packs weights, walks over the images, reduces weight gradients
// in a fixed order. The host gives it memory and threads through `Host`, has checked all shapes, and has
// allocated every output (uninitialized memory is fine: all of it is written).
//
// All tensors are float32, contiguous, row-major; pixels in raster order, channels last; gates in the order o
// f i g. Results do not depend on `Host::threads`, to the bit. They do depend on the vector width (sums are
// split over lanes). A NaN in an input of a forward operation reaches the outputs that depend on it.
//
// This file needs nothing but a C++17 compiler; the table for each instruction set is named in
// native/drivers.h.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace pixelrnn {

// ------------------------------------------------------------------------------------------------ host

/// What a driver asks of the program it runs in.
struct Host {
  void* self;
  /// How many tasks may run at once; a hint for how finely to split, never visible in the results.
  int threads;
  /// Scratch of `count` floats, 64-byte aligned, uninitialized, which the host frees after the driver has
  /// returned. Called on the driver's own thread only, before or between its calls of `parallel`. May throw.
  float* (*allocate)(void* self, size_t count);
  /// Runs task(closure, i, scratch) for every i in [0, tasks), in any order, on any threads, and returns when
  /// all are done. `scratch`: `count` floats of the running thread, as above but with the leftovers of
  /// earlier tasks in it.
  void (*parallel)(void* self, int tasks, size_t count,
                   void (*task)(const void* closure, int index, float* scratch), const void* closure);
};

// ------------------------------------------------------------------------------------------------ shapes

/// The visible taps of a masked kernel: `rows` rows, of which the last is the pixel's own and has `last`
/// taps, the others `width`; all start at column c - width / 2.
///
///     rows 2, width 3, last 1:   x x x      (the pixel itself would be the second of its row)
///                                x .
struct Taps {
  int rows, width, last;
  int Count() const { return (rows - 1) * width + last; }
};

struct Images {
  int batch, height, width;
  ptrdiff_t Pixels() const { return (ptrdiff_t)height * width; }
};

// ------------------------------------------------------------------------------------------------ operations

/// y = conv(relu? x, w) + bias (+ residual), zero outside the image.
struct MaskedConv2d {
  Images images;
  int inputs, outputs;
  Taps taps;
  bool relu;              // on the input
  const float* x;         // [B, H, W, inputs]
  const float* w;         // [taps * inputs, outputs]
  const float* bias;      // [outputs]
  const float* residual;  // [B, H, W, outputs] or null
  float* y;               // [B, H, W, outputs]
};
struct MaskedConv2dGrad {
  Images images;
  int inputs, outputs;
  Taps taps;
  bool relu;
  const float *dy, *x, *w;
  float* dx;  // null: not wanted
  float *dw, *dbias;
};

enum class LstmKind { kDiagonal, kRow };

/// taps: 2 for diagonal (above, left), 3 for row (above: left, middle, right).
struct LstmShape {
  Images images;
  LstmKind kind;
  int directions;  // 1, or 2 for diagonal: the second runs from the right
  int hidden;
  int Taps() const { return kind == LstmKind::kRow ? 3 : 2; }
  /// Floats of the saved gates: [B, directions, H * W, 4 hidden] in the order in which the scan visits the
  /// cells.
  ptrdiff_t SavedGates() const { return images.batch * directions * images.Pixels() * 4 * hidden; }
};

/// The recurrent part alone. merge: y = left + right shifted down one row; else directions side by side.
struct LstmScan {
  LstmShape shape;
  bool merge;            // must be true, or directions 1, for y to have `hidden` channels
  const float* x;        // [B, H, W, directions * 4 hidden], pre-activations with bias
  const float* w;        // [directions, taps, hidden, 4 hidden]
  const float *h0, *c0;  // [directions, hidden]
  float* y;              // [B, H, W, hidden] (merge) or [B, H, W, directions * hidden]
  float* gates;          // saved: LstmShape::SavedGates() floats; null: not wanted
};
struct LstmScanGrad {
  LstmShape shape;
  bool merge;
  const float *dy, *w, *h0, *c0, *gates;
  float *dx, *dw, *dh0, *dc0;
};

/// y = merged scan(x wi + bi) wo + bo (+ x); the input-to-state taps are the pixel (diagonal) or c - 1 and c
/// (row).
struct LstmLayer {
  LstmShape shape;
  int inputs, outputs;
  bool residual;         // needs inputs == outputs
  const float* x;        // [B, H, W, inputs]
  const float *wi, *bi;  // [(1 or 2) * inputs, directions * 4 hidden], [directions * 4 hidden]
  const float* ws;       // [directions, taps, hidden, 4 hidden]
  const float *h0, *c0;  // [directions, hidden]
  const float *wo, *bo;  // [hidden, outputs], [outputs]
  const float* ci;       // [B, directions * 4 hidden] or null: added to bi for every pixel of an image
  float* y;              // [B, H, W, outputs]
  float* gates;          // saved, or null
};
struct LstmLayerGrad {
  LstmShape shape;
  int inputs, outputs;
  bool residual;
  const float *dy, *x, *wi, *ws, *h0, *c0, *wo, *gates;
  float *dx, *dwi, *dbi, *dws, *dh0, *dc0, *dwo, *dbo, *dci;
};

/// y = x + conv1x1(relu(conv(relu(conv1x1(relu(x)))))), widths channels -> hidden -> hidden -> channels.
struct PixelCnnBlock {
  Images images;
  int channels, hidden;
  Taps taps;  // of the middle convolution
  const float *x, *w1, *b1, *w2, *b2, *w3, *b3;
  float* y;
  float *saved1,
      *saved2;  // [B, H, W, hidden] each: what the first and the second convolution return, after ReLU
};
struct PixelCnnBlockGrad {
  Images images;
  int channels, hidden;
  Taps taps;
  const float *dy, *x, *w1, *w2, *w3, *saved1, *saved2;
  float *dx, *dw1, *db1, *dw2, *db2, *dw3, *db3;
};

/// Gated layer of a horizontal and a vertical stack with gate(z) = tanh(z[0..P)) * sigmoid(z[P..2P)), n =
/// size / 2:
///   v = conv(xv, wv) + bv + cv          rows r - n..r, all `size` wide
///   u = conv(xh, wh) + bh + ch + v wl   columns c - n..c of row r
///   yh = gate(u) wo + bo (+ xh)         yv = gate(v)
struct GatedLayer {
  Images images;
  int features, size;
  bool residual;
  const float *xh, *xv;            // [B, H, W, P] each
  const float *wv, *bv;            // [(n + 1) * size * P, 2P], [2P]
  const float* wl;                 // [2P, 2P]
  const float *wh, *bh, *wo, *bo;  // [(n + 1) * P, 2P], [2P], [P, P], [P]
  const float *cv, *ch;            // [B, 2P] or null: added to every pixel of an image
  float *yh, *yv;                  // [B, H, W, P] each
  float *u, *v;                    // saved, [B, H, W, 2P] each
};
struct GatedLayerGrad {
  Images images;
  int features, size;
  bool residual;
  const float* dyh;
  const float* dyv;  // null: 0, as in the last layer of a network
  const float *xh, *xv, *wv, *wl, *wh, *wo, *u, *v;
  float *dxh, *dxv, *dwv, *dbv, *dwl, *dwh, *dbh, *dwo, *dbo;
  float *dcv, *dch;
};

/// y = tanh(z[0..P)) * sigmoid(z[P..2P)) at every pixel.
struct GatedActivation {
  ptrdiff_t pixels;
  int features;
  const float* z;  // [pixels, 2P]
  float* y;        // [pixels, P]
};
struct GatedActivationGrad {
  ptrdiff_t pixels;
  int features;
  const float *dy, *z;
  float* dz;
};

/// y = elu(x), elu(-x) side by side at every pixel; elu(x) = x for x > 0, else e^x - 1.
struct ConcatElu {
  ptrdiff_t pixels;
  int channels;
  const float* x;  // [pixels, C]
  float* y;        // [pixels, 2C]
};
struct ConcatEluGrad {
  ptrdiff_t pixels;
  int channels;
  const float *dy, *x;
  float* dx;
};

/// y = residual + z[0..P) * sigmoid(z[P..2P)) at every pixel: the end of a gated resnet.
struct GatedResidual {
  ptrdiff_t pixels;
  int features;
  const float* z;         // [pixels, 2P]
  const float* residual;  // [pixels, P]
  float* y;               // [pixels, P]
};
struct GatedResidualGrad {
  ptrdiff_t pixels;
  int features;
  const float *dy, *z;
  float* dz;
};

/// loss = log sum exp(logits) - logits[label]. A label outside [0, levels) gives NaN.
struct SoftmaxCrossEntropy {
  ptrdiff_t rows;
  int levels;
  const float* logits;    // [rows, levels]
  const int32_t* labels;  // [rows]
  float* loss;            // [rows]
  float* log_sum_exp;     // saved, [rows]
};
struct SoftmaxCrossEntropyGrad {
  ptrdiff_t rows;
  int levels;
  const float *dy, *logits;
  const int32_t* labels;
  const float* log_sum_exp;
  float* dlogits;
};

/// loss = softplus(logit) - logit * target
struct BernoulliCrossEntropy {
  ptrdiff_t count;
  const float *logits, *targets;
  float* loss;
};
struct BernoulliCrossEntropyGrad {
  ptrdiff_t count;
  const float *dy, *logits, *targets;
  float* dlogits;
};

/// A mixture of discretized logistics for each pixel (PixelCNN++, section 2.1; see logistic_mixture.h).
struct LogisticMixture {
  int components, channels, levels;
};
/// loss = -ln sum_k pi_k prod_c P_k(level of channel c). A NaN among the levels gives NaN.
struct LogisticMixtureCrossEntropy {
  ptrdiff_t rows;
  LogisticMixture mixture;
  const float* parameters;  // [rows, components (1 + 2)], of colours (1 + 9)
  const float* pixels;      // levels [rows, channels]
  float* loss;              // [rows]
  float* joint;             // saved, [rows, components]
};
struct LogisticMixtureCrossEntropyGrad {
  ptrdiff_t rows;
  LogisticMixture mixture;
  const float *dy, *parameters, *pixels, *joint;
  float* dparameters;
};

/// Variables updated in one call: arrays of `count` pointers, one task each. Outputs may be the inputs.
struct Variables {
  int count;
  const ptrdiff_t* sizes;
  const float *const *variables, *const *gradients;
  float* const* new_variables;
};
/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; variable -= rate (m / correction1) / (sqrt(v /
/// correction2) + eps)
struct Adam {
  Variables all;
  float learning_rate, beta1, beta2, epsilon;
  float correction1, correction2;  // 1 - beta^step
  const float *const *m, *const *v;
  float *const *new_m, *const *new_v;
};
/// s = decay s + (1 - decay) g^2; variable -= rate g / (sqrt(s) + epsilon)
struct Rmsprop {
  Variables all;
  float learning_rate, decay, epsilon;
  const float* const* s;
  float* const* new_s;
};

/// norm = sqrt(sum of x^2)
struct Norm {
  ptrdiff_t count;
  const float* x;
  float* norm;
};

// ------------------------------------------------------------------------------------------------ drivers

struct Drivers {
  int lanes;  // floats in the widest register this table uses
  void (*masked_conv2d)(const MaskedConv2d&, const Host&);
  void (*masked_conv2d_grad)(const MaskedConv2dGrad&, const Host&);
  void (*lstm_scan)(const LstmScan&, const Host&);
  void (*lstm_scan_grad)(const LstmScanGrad&, const Host&);
  void (*lstm_layer)(const LstmLayer&, const Host&);
  void (*lstm_layer_grad)(const LstmLayerGrad&, const Host&);
  void (*pixel_cnn_block)(const PixelCnnBlock&, const Host&);
  void (*pixel_cnn_block_grad)(const PixelCnnBlockGrad&, const Host&);
  void (*gated_layer)(const GatedLayer&, const Host&);
  void (*gated_layer_grad)(const GatedLayerGrad&, const Host&);
  void (*gate)(const GatedActivation&, const Host&);
  void (*gate_grad)(const GatedActivationGrad&, const Host&);
  void (*concat_elu)(const ConcatElu&, const Host&);
  void (*concat_elu_grad)(const ConcatEluGrad&, const Host&);
  void (*gated_residual)(const GatedResidual&, const Host&);
  void (*gated_residual_grad)(const GatedResidualGrad&, const Host&);
  void (*softmax_cross_entropy)(const SoftmaxCrossEntropy&, const Host&);
  void (*softmax_cross_entropy_grad)(const SoftmaxCrossEntropyGrad&, const Host&);
  void (*bernoulli_cross_entropy)(const BernoulliCrossEntropy&, const Host&);
  void (*bernoulli_cross_entropy_grad)(const BernoulliCrossEntropyGrad&, const Host&);
  void (*logistic_mixture_cross_entropy)(const LogisticMixtureCrossEntropy&, const Host&);
  void (*logistic_mixture_cross_entropy_grad)(const LogisticMixtureCrossEntropyGrad&, const Host&);
  void (*adam)(const Adam&, const Host&);
  void (*rmsprop)(const Rmsprop&, const Host&);
  void (*norm)(const Norm&, const Host&);
};

}  // namespace pixelrnn

// Masked convolution, the residual block of PixelCNN, the two-stack layer of Gated PixelCNN.
#include "engine.h"
#include "operation.h"
#include "operations.h"
#include "shapes.h"

namespace pixelrnn {
namespace {

// ------------------------------------------------------------------------------------------- MaskedConv2d

void RunMaskedConv2d(Call& call) {
  MaskedConv2d op = {};
  const Tensor x = call.InputOfRank("x", 4), w = call.InputOfRank("w", 2);
  op.images = ImagesOf(x);
  op.inputs = x[3];
  op.outputs = w[1];
  op.taps = TapsOf(call);
  op.relu = call.attributes["relu"];
  call.Expect(w, {op.taps.Count() * op.inputs, op.outputs});
  op.x = x;
  op.w = w;
  op.bias = call.Input("b", {op.outputs});
  op.residual = call.Optional("residual", WithChannels(x, op.outputs));
  op.y = call.Output(WithChannels(x, op.outputs));
  Engine::Instance().Run(&Drivers::masked_conv2d, op);
}

void RunMaskedConv2dGrad(Call& call) {
  MaskedConv2dGrad op = {};
  const Tensor dy = call.InputOfRank("dy", 4), x = call.InputOfRank("x", 4);
  op.images = ImagesOf(x);
  op.inputs = x[3];
  op.outputs = dy[3];
  op.taps = TapsOf(call);
  op.relu = call.attributes["relu"];
  call.Expect(dy, WithChannels(x, op.outputs));
  op.dy = dy;
  op.x = x;
  op.w = call.Input("w", {op.taps.Count() * op.inputs, op.outputs});
  op.dx = call.Output(x.shape);
  op.dw = call.Output({op.taps.Count() * op.inputs, op.outputs});
  op.dbias = call.Output({op.outputs});
  Engine::Instance().Run(&Drivers::masked_conv2d_grad, op);
}

const Operation kMaskedConv2d = {
    "PixelrnnMaskedConv2d", {"x: float", "w: float", "b: float", "residual: residual_count * float"},
    {"y: float"},           {PIXELRNN_TAPS, "relu: bool", "residual_count: int >= 0"},
    RunMaskedConv2d,
};
const Operation kMaskedConv2dGrad = {
    "PixelrnnMaskedConv2dGrad",
    {"dy: float", "x: float", "w: float"},
    {"dx: float", "dw: float", "db: float"},
    {PIXELRNN_TAPS, "relu: bool"},
    RunMaskedConv2dGrad,
};

// ------------------------------------------------------------------------------------------- PixelCnnBlock

void RunPixelCnnBlock(Call& call) {
  PixelCnnBlock op = {};
  const Tensor x = call.InputOfRank("x", 4), w1 = call.InputOfRank("w1", 2);
  op.images = ImagesOf(x);
  op.channels = x[3];
  op.hidden = w1[1];
  op.taps = TapsOf(call);
  call.Expect(w1, {op.channels, op.hidden});
  op.x = x;
  op.w1 = w1;
  op.b1 = call.Input("b1", {op.hidden});
  op.w2 = call.Input("w2", {op.taps.Count() * op.hidden, op.hidden});
  op.b2 = call.Input("b2", {op.hidden});
  op.w3 = call.Input("w3", {op.hidden, op.channels});
  op.b3 = call.Input("b3", {op.channels});
  op.y = call.Output(x.shape);
  op.saved1 = call.Output(WithChannels(x, op.hidden));
  op.saved2 = call.Output(WithChannels(x, op.hidden));
  Engine::Instance().Run(&Drivers::pixel_cnn_block, op);
}

void RunPixelCnnBlockGrad(Call& call) {
  PixelCnnBlockGrad op = {};
  const Tensor dy = call.InputOfRank("dy", 4), x = call.Input("x", dy.shape), w1 = call.InputOfRank("w1", 2);
  op.images = ImagesOf(x);
  op.channels = x[3];
  op.hidden = w1[1];
  op.taps = TapsOf(call);
  const Shape shape1 = {op.channels, op.hidden}, shape2 = {op.taps.Count() * op.hidden, op.hidden},
              shape3 = {op.hidden, op.channels};
  call.Expect(w1, shape1);
  op.dy = dy;
  op.x = x;
  op.w1 = w1;
  op.w2 = call.Input("w2", shape2);
  op.w3 = call.Input("w3", shape3);
  op.saved1 = call.Input("saved0", WithChannels(x, op.hidden));
  op.saved2 = call.Input("saved1", WithChannels(x, op.hidden));
  op.dx = call.Output(x.shape);
  op.dw1 = call.Output(shape1);
  op.db1 = call.Output({op.hidden});
  op.dw2 = call.Output(shape2);
  op.db2 = call.Output({op.hidden});
  op.dw3 = call.Output(shape3);
  op.db3 = call.Output({op.channels});
  Engine::Instance().Run(&Drivers::pixel_cnn_block_grad, op);
}

const Operation kPixelCnnBlock = {
    "PixelrnnPixelCnnBlock",
    {"x: float", "w1: float", "b1: float", "w2: float", "b2: float", "w3: float", "b3: float"},
    {"y: float", "saved0: float", "saved1: float"},
    {PIXELRNN_TAPS},
    RunPixelCnnBlock,
};
const Operation kPixelCnnBlockGrad = {
    "PixelrnnPixelCnnBlockGrad",
    {"dy: float", "x: float", "w1: float", "w2: float", "w3: float", "saved0: float", "saved1: float"},
    {"dx: float", "dw1: float", "db1: float", "dw2: float", "db2: float", "dw3: float", "db3: float"},
    {PIXELRNN_TAPS},
    RunPixelCnnBlockGrad,
};

// ---------------------------------------------------------------------------------------------- GatedLayer

/// The shapes of a gated layer's weights.
struct GatedShapes {
  Shape wv, wl, wh, wo, biases, bias_o, image_biases;
};

template <typename Layer>
GatedShapes ReadGated(const Call& call, const Tensor& here, Layer* op) {
  op->images = ImagesOf(here);
  op->features = here[3];
  op->size = call.attributes["size"];
  op->residual = call.attributes["residual"];
  call.Check(op->size % 2 == 1, "size must be odd, got " + std::to_string(op->size));
  const int p = op->features, taps = op->size / 2 + 1;
  return {{taps * op->size * p, 2 * p},
          {2 * p, 2 * p},
          {taps * p, 2 * p},
          {p, p},
          {2 * p},
          {p},
          {here[0], 2 * p}};
}

void RunGatedLayer(Call& call) {
  GatedLayer op = {};
  const Tensor here = call.InputOfRank("here", 4);
  const GatedShapes shapes = ReadGated(call, here, &op);
  op.here = here;
  op.above = call.Input("above", here.shape);
  op.wv = call.Input("wv", shapes.wv);
  op.bv = call.Input("bv", shapes.biases);
  op.wl = call.Input("wl", shapes.wl);
  op.wh = call.Input("wh", shapes.wh);
  op.bh = call.Input("bh", shapes.biases);
  op.wo = call.Input("wo", shapes.wo);
  op.bo = call.Input("bo", shapes.bias_o);
  op.cv = call.Optional("cv", shapes.image_biases);
  op.ch = call.Optional("ch", shapes.image_biases);
  op.y = call.Output(WithChannels(here, 2 * op.features));
  op.u = call.Output(WithChannels(here, 2 * op.features));
  op.v = call.Output(WithChannels(here, 2 * op.features));
  Engine::Instance().Run(&Drivers::gated_layer, op);
}

void RunGatedLayerGrad(Call& call) {
  GatedLayerGrad op = {};
  const Tensor dy = call.InputOfRank("dy", 4), here = call.InputOfRank("here", 4);
  const GatedShapes shapes = ReadGated(call, here, &op);
  call.Expect(dy, WithChannels(here, 2 * op.features));
  op.dy = dy;
  op.here = here;
  op.above = call.Input("above", here.shape);
  op.wv = call.Input("wv", shapes.wv);
  op.wl = call.Input("wl", shapes.wl);
  op.wh = call.Input("wh", shapes.wh);
  op.wo = call.Input("wo", shapes.wo);
  op.u = call.Input("saved0", dy.shape);
  op.v = call.Input("saved1", dy.shape);
  op.dhere = call.Output(here.shape);
  op.dabove = call.Output(here.shape);
  op.dwv = call.Output(shapes.wv);
  op.dbv = call.Output(shapes.biases);
  op.dwl = call.Output(shapes.wl);
  op.dwh = call.Output(shapes.wh);
  op.dbh = call.Output(shapes.biases);
  op.dwo = call.Output(shapes.wo);
  op.dbo = call.Output(shapes.bias_o);
  op.dcv = call.Output(shapes.image_biases);
  op.dch = call.Output(shapes.image_biases);
  Engine::Instance().Run(&Drivers::gated_layer_grad, op);
}

const Operation kGatedLayer = {
    "PixelrnnGatedLayer",
    {"here: float", "above: float", "wv: float", "bv: float", "wl: float", "wh: float", "bh: float",
     "wo: float", "bo: float", "cv: cv_count * float", "ch: ch_count * float"},
    {"y: float", "saved0: float", "saved1: float"},
    {"size: int", "residual: bool", "cv_count: int >= 0", "ch_count: int >= 0"},
    RunGatedLayer,
};
const Operation kGatedLayerGrad = {
    "PixelrnnGatedLayerGrad",
    {"dy: float", "here: float", "above: float", "wv: float", "wl: float", "wh: float", "wo: float",
     "saved0: float", "saved1: float"},
    {"dhere: float", "dabove: float", "dwv: float", "dbv: float", "dwl: float", "dwh: float", "dbh: float",
     "dwo: float", "dbo: float", "dcv: float", "dch: float"},
    {"size: int", "residual: bool"},
    RunGatedLayerGrad,
};

}  // namespace

void RegisterConvolutions() {
  Register<kMaskedConv2d>();
  Register<kMaskedConv2dGrad>();
  Register<kPixelCnnBlock>();
  Register<kPixelCnnBlockGrad>();
  Register<kGatedLayer>();
  Register<kGatedLayerGrad>();
}

}  // namespace pixelrnn

// Masked convolution, the residual block of PixelCNN, the gate and the two-stack layer of Gated PixelCNN, what
// the resnets of PixelCNN++ do between convolutions.
#include "engine.h"
#include "operation.h"
#include "operations.h"
#include "shapes.h"

namespace pixelrnn {
namespace {

// ------------------------------------------------------------------------------------------- MaskedConv2d

void RunMaskedConv2d(Call& call) {
  MaskedConv2d op = {};
  const Tensor x = call.InputOfRank("x", 4), w = call.AnyMatrix("w");
  op.images = ImagesOf(x);
  op.inputs = x[3];
  op.outputs = w.columns();
  op.taps = TapsOf(call);
  op.relu = call.attributes["relu"];
  call.ExpectMatrix(w, op.taps.Count() * op.inputs, op.outputs);
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
  const Tensor w = call.Matrix("w", op.taps.Count() * op.inputs, op.outputs);
  op.w = w;
  const bool is_data = call.attributes["data"];
  float* const dx = call.Output(is_data ? Shape{0} : x.shape);
  op.dx = is_data ? nullptr : dx;
  op.dw = call.Output(w.shape);
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
    {PIXELRNN_TAPS, "relu: bool", "data: bool"},
    RunMaskedConv2dGrad,
};

// ------------------------------------------------------------------------------------------- PixelCnnBlock

void RunPixelCnnBlock(Call& call) {
  PixelCnnBlock op = {};
  const Tensor x = call.InputOfRank("x", 4), w1 = call.AnyMatrix("w1");
  op.images = ImagesOf(x);
  op.channels = x[3];
  op.hidden = w1.columns();
  op.taps = TapsOf(call);
  call.ExpectMatrix(w1, op.channels, op.hidden);
  op.x = x;
  op.w1 = w1;
  op.b1 = call.Input("b1", {op.hidden});
  op.w2 = call.Matrix("w2", op.taps.Count() * op.hidden, op.hidden);
  op.b2 = call.Input("b2", {op.hidden});
  op.w3 = call.Matrix("w3", op.hidden, op.channels);
  op.b3 = call.Input("b3", {op.channels});
  op.y = call.Output(x.shape);
  op.saved1 = call.Output(WithChannels(x, op.hidden));
  op.saved2 = call.Output(WithChannels(x, op.hidden));
  Engine::Instance().Run(&Drivers::pixel_cnn_block, op);
}

void RunPixelCnnBlockGrad(Call& call) {
  PixelCnnBlockGrad op = {};
  const Tensor dy = call.InputOfRank("dy", 4), x = call.Input("x", dy.shape), w1 = call.AnyMatrix("w1");
  op.images = ImagesOf(x);
  op.channels = x[3];
  op.hidden = w1.columns();
  op.taps = TapsOf(call);
  call.ExpectMatrix(w1, op.channels, op.hidden);
  const Tensor w2 = call.Matrix("w2", op.taps.Count() * op.hidden, op.hidden),
               w3 = call.Matrix("w3", op.hidden, op.channels);
  op.dy = dy;
  op.x = x;
  op.w1 = w1;
  op.w2 = w2;
  op.w3 = w3;
  op.saved1 = call.Input("saved0", WithChannels(x, op.hidden));
  op.saved2 = call.Input("saved1", WithChannels(x, op.hidden));
  op.dx = call.Output(x.shape);
  op.dw1 = call.Output(w1.shape);
  op.db1 = call.Output({op.hidden});
  op.dw2 = call.Output(w2.shape);
  op.db2 = call.Output({op.hidden});
  op.dw3 = call.Output(w3.shape);
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

// ---------------------------------------------------------------------------------------------------- Gate

/// Fails unless z has two values for each of y; returns P.
int Features(const Call& call, const Tensor& z) {
  call.Check(z[3] % 2 == 0,
             std::string(z.name) + " must have an even number of channels, got " + std::to_string(z[3]));
  return z[3] / 2;
}

void RunGate(Call& call) {
  const Tensor z = call.InputOfRank("z", 4);
  GatedActivation op = {};
  op.pixels = ImagesOf(z).batch * ImagesOf(z).Pixels();
  op.features = Features(call, z);
  op.z = z;
  op.y = call.Output(WithChannels(z, op.features));
  Engine::Instance().Run(&Drivers::gate, op);
}

void RunGateGrad(Call& call) {
  const Tensor dy = call.InputOfRank("dy", 4), z = call.InputOfRank("z", 4);
  GatedActivationGrad op = {};
  op.pixels = ImagesOf(z).batch * ImagesOf(z).Pixels();
  op.features = Features(call, z);
  call.Expect(dy, WithChannels(z, op.features));
  op.dy = dy;
  op.z = z;
  op.dz = call.Output(z.shape);
  Engine::Instance().Run(&Drivers::gate_grad, op);
}

const Operation kGate = {"PixelrnnGate", {"z: float"}, {"y: float"}, {}, RunGate};
const Operation kGateGrad = {"PixelrnnGateGrad", {"dy: float", "z: float"}, {"dz: float"}, {}, RunGateGrad};

// ------------------------------------------------------------------------------- ConcatElu, GatedResidual

void RunConcatElu(Call& call) {
  const Tensor x = call.InputOfRank("x", 4);
  ConcatElu op = {};
  op.pixels = ImagesOf(x).batch * ImagesOf(x).Pixels();
  op.channels = x[3];
  op.x = x;
  op.y = call.Output(WithChannels(x, 2 * op.channels));
  Engine::Instance().Run(&Drivers::concat_elu, op);
}

void RunConcatEluGrad(Call& call) {
  const Tensor dy = call.InputOfRank("dy", 4), x = call.InputOfRank("x", 4);
  ConcatEluGrad op = {};
  op.pixels = ImagesOf(x).batch * ImagesOf(x).Pixels();
  op.channels = x[3];
  call.Expect(dy, WithChannels(x, 2 * op.channels));
  op.dy = dy;
  op.x = x;
  op.dx = call.Output(x.shape);
  Engine::Instance().Run(&Drivers::concat_elu_grad, op);
}

void RunGatedResidual(Call& call) {
  const Tensor z = call.InputOfRank("z", 4);
  GatedResidual op = {};
  op.pixels = ImagesOf(z).batch * ImagesOf(z).Pixels();
  op.features = Features(call, z);
  op.z = z;
  op.residual = call.Input("residual", WithChannels(z, op.features));
  op.y = call.Output(WithChannels(z, op.features));
  Engine::Instance().Run(&Drivers::gated_residual, op);
}

void RunGatedResidualGrad(Call& call) {
  const Tensor dy = call.InputOfRank("dy", 4), z = call.InputOfRank("z", 4);
  GatedResidualGrad op = {};
  op.pixels = ImagesOf(z).batch * ImagesOf(z).Pixels();
  op.features = Features(call, z);
  call.Expect(dy, WithChannels(z, op.features));
  op.dy = dy;
  op.z = z;
  op.dz = call.Output(z.shape);
  Engine::Instance().Run(&Drivers::gated_residual_grad, op);
}

const Operation kConcatElu = {"PixelrnnConcatElu", {"x: float"}, {"y: float"}, {}, RunConcatElu};
const Operation kConcatEluGrad = {
    "PixelrnnConcatEluGrad", {"dy: float", "x: float"}, {"dx: float"}, {}, RunConcatEluGrad};
const Operation kGatedResidual = {
    "PixelrnnGatedResidual", {"z: float", "residual: float"}, {"y: float"}, {}, RunGatedResidual};
const Operation kGatedResidualGrad = {
    "PixelrnnGatedResidualGrad", {"dy: float", "z: float"}, {"dz: float"}, {}, RunGatedResidualGrad};

// ---------------------------------------------------------------------------------------------- GatedLayer

/// What both passes read of a layer, and the rows of its weight matrices.
template <typename Layer>
struct GatedReader {
  Call& call;
  int p, taps, size;

  GatedReader(Call& call, const Tensor& xh, Layer* op) : call(call), p(xh[3]) {
    op->images = ImagesOf(xh);
    op->features = p;
    op->size = size = call.attributes["size"];
    op->residual = call.attributes["residual"];
    call.Check(size % 2 == 1, "size must be odd, got " + std::to_string(size));
    taps = size / 2 + 1;
  }
  Tensor Vertical() { return call.Matrix("wv", taps * size * p, 2 * p); }
  Tensor Link() { return call.Matrix("wl", 2 * p, 2 * p); }
  Tensor Horizontal() { return call.Matrix("wh", taps * p, 2 * p); }
  Tensor Output() { return call.Matrix("wo", p, p); }
};

void RunGatedLayer(Call& call) {
  GatedLayer op = {};
  const Tensor xh = call.InputOfRank("xh", 4), xv = call.Input("xv", xh.shape);
  GatedReader<GatedLayer> read(call, xh, &op);
  const Shape biases = {2 * read.p}, image_biases = {xh[0], 2 * read.p};
  op.xh = xh;
  op.xv = xv;
  op.wv = read.Vertical();
  op.bv = call.Input("bv", biases);
  op.wl = read.Link();
  op.wh = read.Horizontal();
  op.bh = call.Input("bh", biases);
  op.wo = read.Output();
  op.bo = call.Input("bo", {read.p});
  op.cv = call.Optional("cv", image_biases);
  op.ch = call.Optional("ch", image_biases);
  op.yh = call.Output(xh.shape);
  op.yv = call.Output(xh.shape);
  op.u = call.Output(WithChannels(xh, 2 * read.p));
  op.v = call.Output(WithChannels(xh, 2 * read.p));
  Engine::Instance().Run(&Drivers::gated_layer, op);
}

void RunGatedLayerGrad(Call& call) {
  GatedLayerGrad op = {};
  const Tensor dyh = call.InputOfRank("dyh", 4);
  op.dyh = dyh;
  op.dyv = call.Optional("dyv", dyh.shape);
  op.xh = call.Input("xh", dyh.shape);
  op.xv = call.Input("xv", dyh.shape);
  GatedReader<GatedLayerGrad> read(call, dyh, &op);
  const Shape biases = {2 * read.p}, image_biases = {dyh[0], 2 * read.p};
  const Tensor wv = read.Vertical(), wl = read.Link(), wh = read.Horizontal(), wo = read.Output();
  op.wv = wv;
  op.wl = wl;
  op.wh = wh;
  op.wo = wo;
  op.u = call.Input("saved0", WithChannels(dyh, 2 * read.p));
  op.v = call.Input("saved1", WithChannels(dyh, 2 * read.p));
  op.dxh = call.Output(dyh.shape);
  op.dxv = call.Output(dyh.shape);
  op.dwv = call.Output(wv.shape);
  op.dbv = call.Output(biases);
  op.dwl = call.Output(wl.shape);
  op.dwh = call.Output(wh.shape);
  op.dbh = call.Output(biases);
  op.dwo = call.Output(wo.shape);
  op.dbo = call.Output({read.p});
  op.dcv = call.Output(image_biases);
  op.dch = call.Output(image_biases);
  Engine::Instance().Run(&Drivers::gated_layer_grad, op);
}

const Operation kGatedLayer = {
    "PixelrnnGatedLayer",
    {"xh: float", "xv: float", "wv: float", "bv: float", "wl: float", "wh: float", "bh: float", "wo: float",
     "bo: float", "cv: cv_count * float", "ch: ch_count * float"},
    {"yh: float", "yv: float", "saved0: float", "saved1: float"},
    {"size: int", "residual: bool", "cv_count: int >= 0", "ch_count: int >= 0"},
    RunGatedLayer,
};
const Operation kGatedLayerGrad = {
    "PixelrnnGatedLayerGrad",
    {"dyh: float", "dyv: dyv_count * float", "xh: float", "xv: float", "wv: float", "wl: float", "wh: float",
     "wo: float", "saved0: float", "saved1: float"},
    {"dxh: float", "dxv: float", "dwv: float", "dbv: float", "dwl: float", "dwh: float", "dbh: float",
     "dwo: float", "dbo: float", "dcv: float", "dch: float"},
    {"size: int", "residual: bool", "dyv_count: int >= 0"},
    RunGatedLayerGrad,
};

}  // namespace

void RegisterConvolutions() {
  Register<kMaskedConv2d>();
  Register<kMaskedConv2dGrad>();
  Register<kPixelCnnBlock>();
  Register<kPixelCnnBlockGrad>();
  Register<kGate>();
  Register<kGateGrad>();
  Register<kConcatElu>();
  Register<kConcatEluGrad>();
  Register<kGatedResidual>();
  Register<kGatedResidualGrad>();
  Register<kGatedLayer>();
  Register<kGatedLayerGrad>();
}

}  // namespace pixelrnn

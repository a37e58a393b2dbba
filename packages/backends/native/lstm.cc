// The recurrence of Row LSTM and Diagonal BiLSTM, alone and as a whole layer.
#include "engine.h"
#include "operation.h"
#include "operations.h"
#include "shapes.h"

namespace pixelrnn {
namespace {

#define PIXELRNN_LSTM_KIND "kind: {'diagonal', 'row'}"

/// Reads the shape from the recurrent weights [D, T, h, 4h].
LstmShape ReadShape(const Call& call, const Images& images, const Tensor& w) {
  LstmShape shape = {images, static_cast<LstmKind>(call.attributes["kind"]), w[0], w[2]};
  call.Expect(w, {shape.directions, shape.Taps(), shape.hidden, 4 * shape.hidden});
  call.Check(shape.directions == 1 || (shape.directions == 2 && shape.kind == LstmKind::kDiagonal),
             "there must be 1 direction, or 2 of kind diagonal");
  return shape;
}

Shape StateShape(const LstmShape& shape) { return {shape.directions, shape.hidden}; }

// ------------------------------------------------------------------------------------------------ LstmScan

int ScanOutputs(const LstmShape& shape, bool merge) { return (merge ? 1 : shape.directions) * shape.hidden; }

void RunLstmScan(Call& call) {
  LstmScan op = {};
  const Tensor x = call.InputOfRank("x", 4), w = call.InputOfRank("w", 4);
  op.shape = ReadShape(call, ImagesOf(x), w);
  op.merge = call.attributes["merge"];
  call.Expect(x, WithChannels(x, op.shape.directions * 4 * op.shape.hidden));
  op.x = x;
  op.w = w;
  op.h0 = call.Input("h0", StateShape(op.shape));
  op.c0 = call.Input("c0", StateShape(op.shape));
  op.y = call.Output(WithChannels(x, ScanOutputs(op.shape, op.merge)));
  op.gates = call.Output({op.shape.SavedGates()});
  Engine::Instance().Run(&Drivers::lstm_scan, op);
}

void RunLstmScanGrad(Call& call) {
  LstmScanGrad op = {};
  const Tensor dy = call.InputOfRank("dy", 4), w = call.InputOfRank("w", 4);
  op.shape = ReadShape(call, ImagesOf(dy), w);
  op.merge = call.attributes["merge"];
  call.Expect(dy, WithChannels(dy, ScanOutputs(op.shape, op.merge)));
  op.dy = dy;
  op.w = w;
  op.h0 = call.Input("h0", StateShape(op.shape));
  op.c0 = call.Input("c0", StateShape(op.shape));
  op.gates = call.Input("saved0", {op.shape.SavedGates()});
  op.dx = call.Output(WithChannels(dy, op.shape.directions * 4 * op.shape.hidden));
  op.dw = call.Output(w.shape);
  op.dh0 = call.Output(StateShape(op.shape));
  op.dc0 = call.Output(StateShape(op.shape));
  Engine::Instance().Run(&Drivers::lstm_scan_grad, op);
}

const Operation kLstmScan = {
    "PixelrnnLstmScan",
    {"x: float", "w: float", "h0: float", "c0: float"},
    {"y: float", "saved0: float"},
    {PIXELRNN_LSTM_KIND, "merge: bool"},
    RunLstmScan,
};
const Operation kLstmScanGrad = {
    "PixelrnnLstmScanGrad",
    {"dy: float", "w: float", "h0: float", "c0: float", "saved0: float"},
    {"dx: float", "dw: float", "dh0: float", "dc0: float"},
    {PIXELRNN_LSTM_KIND, "merge: bool"},
    RunLstmScanGrad,
};

// ----------------------------------------------------------------------------------------------- LstmLayer

void ExpectInputToState(const Call& call, const Tensor& wi, const LstmShape& shape, int inputs) {
  const int taps = shape.kind == LstmKind::kRow ? 2 : 1;
  call.ExpectMatrix(wi, taps * inputs, shape.directions * 4 * shape.hidden);
}

void RunLstmLayer(Call& call) {
  LstmLayer op = {};
  const Tensor x = call.InputOfRank("x", 4), wi = call.AnyMatrix("wi"), bi = call.InputOfRank("bi", 1),
               ws = call.InputOfRank("ws", 4);
  op.shape = ReadShape(call, ImagesOf(x), ws);
  op.inputs = x[3];
  op.residual = call.attributes["residual"];
  ExpectInputToState(call, wi, op.shape, op.inputs);
  call.Expect(bi, {wi.columns()});
  op.x = x;
  op.wi = wi;
  op.bi = bi;
  op.ws = ws;
  op.h0 = call.Input("h0", StateShape(op.shape));
  op.c0 = call.Input("c0", StateShape(op.shape));
  const Tensor wo = call.AnyMatrix("wo");
  op.wo = wo;
  op.outputs = wo.columns();
  call.ExpectMatrix(wo, op.shape.hidden, op.outputs);
  op.bo = call.Input("bo", {op.outputs});
  op.ci = call.Optional("ci", {x[0], wi.columns()});
  call.Check(!op.residual || op.outputs == op.inputs, "a residual needs as many channels out as in");
  op.y = call.Output(WithChannels(x, op.outputs));
  op.gates = call.Output({op.shape.SavedGates()});
  Engine::Instance().Run(&Drivers::lstm_layer, op);
}

void RunLstmLayerGrad(Call& call) {
  LstmLayerGrad op = {};
  const Tensor dy = call.InputOfRank("dy", 4), x = call.InputOfRank("x", 4), wi = call.AnyMatrix("wi"),
               ws = call.InputOfRank("ws", 4);
  op.shape = ReadShape(call, ImagesOf(x), ws);
  op.inputs = x[3];
  op.outputs = dy[3];
  op.residual = call.attributes["residual"];
  call.Expect(dy, WithChannels(x, op.outputs));
  ExpectInputToState(call, wi, op.shape, op.inputs);
  op.dy = dy;
  op.x = x;
  op.wi = wi;
  op.ws = ws;
  op.h0 = call.Input("h0", StateShape(op.shape));
  op.c0 = call.Input("c0", StateShape(op.shape));
  const Tensor wo = call.Matrix("wo", op.shape.hidden, op.outputs);
  op.wo = wo;
  op.gates = call.Input("saved0", {op.shape.SavedGates()});
  op.dx = call.Output(x.shape);
  op.dwi = call.Output(wi.shape);
  op.dbi = call.Output({wi.columns()});
  op.dws = call.Output(ws.shape);
  op.dh0 = call.Output(StateShape(op.shape));
  op.dc0 = call.Output(StateShape(op.shape));
  op.dwo = call.Output(wo.shape);
  op.dbo = call.Output({op.outputs});
  op.dci = call.Output({x[0], wi.columns()});
  Engine::Instance().Run(&Drivers::lstm_layer_grad, op);
}

const Operation kLstmLayer = {
    "PixelrnnLstmLayer",
    {"x: float", "wi: float", "bi: float", "ws: float", "h0: float", "c0: float", "wo: float", "bo: float",
     "ci: ci_count * float"},
    {"y: float", "saved0: float"},
    {PIXELRNN_LSTM_KIND, "residual: bool", "ci_count: int >= 0"},
    RunLstmLayer,
};
const Operation kLstmLayerGrad = {
    "PixelrnnLstmLayerGrad",
    {"dy: float", "x: float", "wi: float", "ws: float", "h0: float", "c0: float", "wo: float",
     "saved0: float"},
    {"dx: float", "dwi: float", "dbi: float", "dws: float", "dh0: float", "dc0: float", "dwo: float",
     "dbo: float", "dci: float"},
    {PIXELRNN_LSTM_KIND, "residual: bool"},
    RunLstmLayerGrad,
};

}  // namespace

void RegisterLstm() {
  Register<kLstmScan>();
  Register<kLstmScanGrad>();
  Register<kLstmLayer>();
  Register<kLstmLayerGrad>();
}

}  // namespace pixelrnn

// WebAssembly exports of the drivers: sizes first, then the pointers in the order of `FUSED_KERNELS`
// (src/ops.ts), inputs before outputs. Scratch comes from the embedder, which frees it after the call, and so do threads:
// instances of this module in the same memory, whose `runTask` does a task of another's (src/threads).
#include "drivers/cross_entropy.h"
#include "drivers/gate.h"
#include "drivers/gated_layer.h"
#include "drivers/lstm_layer.h"
#include "drivers/masked_conv2d.h"
#include "drivers/norm.h"
#include "drivers/optimizers.h"
#include "drivers/pixel_cnn_block.h"
#include "drivers/resnet.h"

using namespace pixelrnn;
using namespace pixelrnn::PIXELRNN_ISA;
#define EXPORT(name) extern "C" __attribute__((export_name(name))) void
typedef const float* In;
typedef float* Out;

#define IMPORT(name) extern "C" __attribute__((import_module("env"), import_name(name)))
typedef void (*Task)(const void* closure, int index, float* scratch);

IMPORT("allocate") float* AllocateFloats(size_t count);
IMPORT("threads") int Threads();
IMPORT("parallel") void RunOnThreads(int tasks, size_t count, Task task, const void* closure);

EXPORT("runTask") RunTask(Task task, const void* closure, int index, float* scratch) {
  task(closure, index, scratch);
}

static float* Allocate(void*, size_t count) { return AllocateFloats(count); }
static void RunTasks(void*, int tasks, size_t count, Task task, const void* closure) {
  if (tasks > 1 && Threads() > 1) return RunOnThreads(tasks, count, task, closure);
  float* scratch = count ? AllocateFloats(count) : nullptr;
  for (int i = 0; i < tasks; i++) task(closure, i, scratch);
}
/// Made anew each time: a constant would be a data section.
static Host ThisHost() { return {nullptr, Threads(), Allocate, RunTasks}; }

static LstmShape ShapeOf(int batch, int height, int width, int row, int directions, int hidden) {
  return {{batch, height, width}, row ? LstmKind::kRow : LstmKind::kDiagonal, directions, hidden};
}

EXPORT("maskedConv2d")
MaskedConv2d_(int batch, int height, int width, int inputs, int outputs, int rows, int columns, int last,
              int relu, In x, In w, In b, In residual, Out y) {
  RunMaskedConv2d(
      {{batch, height, width}, inputs, outputs, {rows, columns, last}, relu != 0, x, w, b, residual, y},
      ThisHost());
}
EXPORT("maskedConv2dGrad")
MaskedConv2dGrad_(int batch, int height, int width, int inputs, int outputs, int rows, int columns, int last,
                  int relu, int data, In dy, In x, In w, Out dx, Out dw, Out db) {
  RunMaskedConv2dGrad({{batch, height, width},
                       inputs,
                       outputs,
                       {rows, columns, last},
                       relu != 0,
                       dy,
                       x,
                       w,
                       data ? nullptr : dx,
                       dw,
                       db},
                      ThisHost());
}
EXPORT("lstmScan")
LstmScan_(int batch, int height, int width, int row, int directions, int hidden, int merge, In x, In w, In h0,
          In c0, Out y, Out gates) {
  RunLstmScan({ShapeOf(batch, height, width, row, directions, hidden), merge != 0, x, w, h0, c0, y, gates},
              ThisHost());
}
EXPORT("lstmScanGrad")
LstmScanGrad_(int batch, int height, int width, int row, int directions, int hidden, int merge, In dy, In w,
              In h0, In c0, In gates, Out dx, Out dw, Out dh0, Out dc0) {
  RunLstmScanGrad({ShapeOf(batch, height, width, row, directions, hidden), merge != 0, dy, w, h0, c0, gates,
                   dx, dw, dh0, dc0},
                  ThisHost());
}
EXPORT("lstmLayer")
LstmLayer_(int batch, int height, int width, int row, int directions, int hidden, int inputs, int outputs,
           int residual, In x, In wi, In bi, In ws, In h0, In c0, In wo, In bo, In ci, Out y,
           Out gates) {
  RunLstmLayer({ShapeOf(batch, height, width, row, directions, hidden), inputs, outputs, residual != 0, x, wi,
                bi, ws, h0, c0, wo, bo, ci, y, gates},
               ThisHost());
}
EXPORT("lstmLayerGrad")
LstmLayerGrad_(int batch, int height, int width, int row, int directions, int hidden, int inputs, int outputs,
               int residual, In dy, In x, In wi, In ws, In h0, In c0, In wo, In gates, Out dx, Out dwi,
               Out dbi, Out dws, Out dh0, Out dc0, Out dwo, Out dbo, Out dci) {
  RunLstmLayerGrad({ShapeOf(batch, height, width, row, directions, hidden),
                    inputs,
                    outputs,
                    residual != 0,
                    dy,
                    x,
                    wi,
                    ws,
                    h0,
                    c0,
                    wo,
                    gates,
                    dx,
                    dwi,
                    dbi,
                    dws,
                    dh0,
                    dc0,
                    dwo,
                    dbo,
                    dci},
                   ThisHost());
}
EXPORT("pixelCnnBlock")
PixelCnnBlock_(int batch, int height, int width, int channels, int hidden, int rows, int columns, int last,
               In x, In w1, In b1, In w2, In b2, In w3, In b3, Out y, Out saved1, Out saved2) {
  RunPixelCnnBlock({{batch, height, width},
                    channels,
                    hidden,
                    {rows, columns, last},
                    x,
                    w1,
                    b1,
                    w2,
                    b2,
                    w3,
                    b3,
                    y,
                    saved1,
                    saved2},
                   ThisHost());
}
EXPORT("pixelCnnBlockGrad")
PixelCnnBlockGrad_(int batch, int height, int width, int channels, int hidden, int rows, int columns,
                   int last, In dy, In x, In w1, In w2, In w3, In saved1, In saved2, Out dx, Out dw1, Out db1,
                   Out dw2, Out db2, Out dw3, Out db3) {
  RunPixelCnnBlockGrad({{batch, height, width},
                        channels,
                        hidden,
                        {rows, columns, last},
                        dy,
                        x,
                        w1,
                        w2,
                        w3,
                        saved1,
                        saved2,
                        dx,
                        dw1,
                        db1,
                        dw2,
                        db2,
                        dw3,
                        db3},
                       ThisHost());
}
EXPORT("gatedLayer")
GatedLayer_(int batch, int height, int width, int features, int size, int residual, In xh, In xv, In wv,
            In bv, In wl, In wh, In bh, In wo, In bo, In cv, In ch, Out yh, Out yv, Out u, Out v) {
  RunGatedLayer({{batch, height, width},
                 features,
                 size,
                 residual != 0,
                 xh,
                 xv,
                 wv,
                 bv,
                 wl,
                 wh,
                 bh,
                 wo,
                 bo,
                 cv,
                 ch,
                 yh,
                 yv,
                 u,
                 v},
                ThisHost());
}
EXPORT("gatedLayerGrad")
GatedLayerGrad_(int batch, int height, int width, int features, int size, int residual, In dyh, In dyv, In xh,
                In xv, In wv, In wl, In wh, In wo, In u, In v, Out dxh, Out dxv, Out dwv, Out dbv, Out dwl,
                Out dwh, Out dbh, Out dwo, Out dbo, Out dcv, Out dch) {
  RunGatedLayerGrad({{batch, height, width},
                     features,
                     size,
                     residual != 0,
                     dyh,
                     dyv,
                     xh,
                     xv,
                     wv,
                     wl,
                     wh,
                     wo,
                     u,
                     v,
                     dxh,
                     dxv,
                     dwv,
                     dbv,
                     dwl,
                     dwh,
                     dbh,
                     dwo,
                     dbo,
                     dcv,
                     dch},
                    ThisHost());
}
EXPORT("gate") Gate_(int pixels, int features, In z, Out y) { RunGate({pixels, features, z, y}, ThisHost()); }
EXPORT("gateGrad") GateGrad_(int pixels, int features, In dy, In z, Out dz) {
  RunGateGrad({pixels, features, dy, z, dz}, ThisHost());
}
EXPORT("concatElu") ConcatElu_(int pixels, int channels, In x, Out y) {
  RunConcatElu({pixels, channels, x, y}, ThisHost());
}
EXPORT("concatEluGrad") ConcatEluGrad_(int pixels, int channels, In dy, In x, Out dx) {
  RunConcatEluGrad({pixels, channels, dy, x, dx}, ThisHost());
}
EXPORT("gatedResidual") GatedResidual_(int pixels, int features, In z, In residual, Out y) {
  RunGatedResidual({pixels, features, z, residual, y}, ThisHost());
}
EXPORT("gatedResidualGrad") GatedResidualGrad_(int pixels, int features, In dy, In z, Out dz) {
  RunGatedResidualGrad({pixels, features, dy, z, dz}, ThisHost());
}
EXPORT("softmaxCrossEntropy")
SoftmaxCrossEntropy_(int rows, int levels, In logits, const int32_t* labels, Out loss, Out log_sum_exp) {
  RunSoftmaxCrossEntropy({rows, levels, logits, labels, loss, log_sum_exp}, ThisHost());
}
EXPORT("softmaxCrossEntropyGrad")
SoftmaxCrossEntropyGrad_(int rows, int levels, In dy, In logits, const int32_t* labels, In log_sum_exp,
                         Out dlogits) {
  RunSoftmaxCrossEntropyGrad({rows, levels, dy, logits, labels, log_sum_exp, dlogits}, ThisHost());
}
EXPORT("bernoulliCrossEntropy") BernoulliCrossEntropy_(int count, In logits, In targets, Out loss) {
  RunBernoulliCrossEntropy({count, logits, targets, loss}, ThisHost());
}
EXPORT("bernoulliCrossEntropyGrad")
BernoulliCrossEntropyGrad_(int count, In dy, In logits, In targets, Out dlogits) {
  RunBernoulliCrossEntropyGrad({count, dy, logits, targets, dlogits}, ThisHost());
}
EXPORT("logisticMixtureCrossEntropy")
LogisticMixtureCrossEntropy_(int rows, int components, int channels, int levels, In parameters, In pixels,
                             Out loss, Out joint) {
  RunLogisticMixtureCrossEntropy({rows, {components, channels, levels}, parameters, pixels, loss, joint},
                                 ThisHost());
}
EXPORT("logisticMixtureCrossEntropyGrad")
LogisticMixtureCrossEntropyGrad_(int rows, int components, int channels, int levels, In dy, In parameters,
                                 In pixels, In joint, Out dparameters) {
  RunLogisticMixtureCrossEntropyGrad(
      {rows, {components, channels, levels}, dy, parameters, pixels, joint, dparameters}, ThisHost());
}

// Numbers in the order of `OPTIMIZER_KERNELS`; all parameters are one variable.
EXPORT("adam")
Adam_(ptrdiff_t count, float rate, float correction, float beta1, float beta2, float epsilon, In params,
      In gradients, In mean, In square, Out new_params, Out new_mean, Out new_square) {
  const float correction2 = 1.0f / (correction * correction);
  RunAdam({{1, &count, &params, &gradients, &new_params},
           rate,
           beta1,
           beta2,
           epsilon,
           1.0f,
           correction2,
           &mean,
           &square,
           &new_mean,
           &new_square},
          ThisHost());
}
EXPORT("rmsprop")
Rmsprop_(ptrdiff_t count, float rate, float decay, float epsilon, In params, In gradients, In square,
         Out new_params, Out new_square) {
  RunRmsprop({{1, &count, &params, &gradients, &new_params}, rate, decay, epsilon, &square, &new_square},
             ThisHost());
}
EXPORT("norm") Norm_(ptrdiff_t count, In vector, Out norm) { RunNorm({count, vector, norm}, ThisHost()); }

// WebAssembly exports for generation: plain pointers and sizes, strides in floats.
#include "elementwise.h"
#include "linear.h"
#include "logistic_mixture.h"
#include "lstm_cell.h"
#include "resnet_pixels.h"
#include "softmax.h"

using namespace pixelrnn::PIXELRNN_ISA;
#define EXPORT(name) extern "C" __attribute__((export_name(name))) void

EXPORT("linear")
Linear_(const float* x, int x_stride, const float* w, const float* init, int init_stride, float* y,
        int y_stride, int batch, int inputs, int outputs) {
  RunLinear({x, x_stride, w, init, init_stride, y, y_stride, batch, inputs, outputs});
}
EXPORT("lstmCell")
LstmCell_(const float* gates, int gates_stride, const float* previous, int previous_stride, float* c,
          int c_stride, float* h, int h_stride, int batch, int hidden) {
  for (Index b = 0; b < batch; b++)
    LstmRow(gates + b * gates_stride, previous + b * previous_stride, c + b * c_stride, h + b * h_stride,
            hidden);
}
EXPORT("gate") Gate_(const float* x, int x_stride, float* y, int y_stride, int batch, int width) {
  for (Index b = 0; b < batch; b++) Gate(x + b * x_stride, y + b * y_stride, width);
}
EXPORT("softmax")
Softmax_(const float* x, int x_stride, float* y, int y_stride, int rows, int n, float inverse_temperature) {
  for (Index r = 0; r < rows; r++) SoftmaxRow(x + r * x_stride, y + r * y_stride, n, inverse_temperature);
}
EXPORT("logisticMixture")
LogisticMixture_(const float* parameters, const float* pixel, float* work, float* y, int components,
                 int channels, int levels, int channel) {
  MixtureLevels({components, channels, levels}, parameters, pixel, channel, work, y);
}
EXPORT("gateOnto") GateOnto_(const float* x, const float* gates, float* y, int batch, int width) {
  GateOntoPixels(x, gates, batch, width, y);
}
EXPORT("concatElu") ConcatElu_(const float* x, float* y, int batch, int width) {
  ConcatEluPixels(x, batch, width, y);
}
EXPORT("copy") Copy_(const float* x, int x_stride, float* y, int y_stride, int batch, int n) {
  for (Index b = 0; b < batch; b++) CopyAll(x + b * x_stride, y + b * y_stride, n);
}
EXPORT("relu") Relu_(const float* x, int x_stride, float* y, int y_stride, int batch, int n) {
  for (Index b = 0; b < batch; b++) ReluAll(x + b * x_stride, y + b * y_stride, n);
}
EXPORT("add")
Add_(const float* x, int x_stride, const float* y, int y_stride, float* z, int z_stride, int batch, int n) {
  for (Index b = 0; b < batch; b++) AddAll(x + b * x_stride, y + b * y_stride, z + b * z_stride, n);
}
EXPORT("exp") Exp_(const float* x, float* y, int n) { ExpAll(x, y, n); }
EXPORT("tanh") Tanh_(const float* x, float* y, int n) { TanhAll(x, y, n); }
EXPORT("sigmoid") Sigmoid_(const float* x, float* y, int n) { SigmoidAll(x, y, n); }

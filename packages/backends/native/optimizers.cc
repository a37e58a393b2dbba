// One step of an optimizer over the vector of all parameters. What changes from step to step comes as a
// tensor of settings: TensorFlow keeps a kernel for every set of attributes that it has seen.
#include <algorithm>

#include "engine.h"
#include "operation.h"
#include "operations.h"

namespace pixelrnn {
namespace {

/// The driver runs one thread for each of a list of variables; this is how many parameters make one.
constexpr int64_t kPiece = 8192;

/// A vector as a list of its pieces.
struct Vector {
  std::vector<const float*> in;
  std::vector<float*> out;

  explicit Vector(const Tensor& tensor) {
    for (int64_t i = 0; i < tensor.size(); i += kPiece) in.push_back(static_cast<const float*>(tensor) + i);
  }
  void Allocate(Call& call, const Shape& shape) {
    float* const data = call.Output(shape);
    for (size_t piece = 0; piece < in.size(); piece++) out.push_back(data + piece * kPiece);
  }
};

/// What every optimizer works on: the parameters and their gradients.
struct Parameters {
  Shape shape;
  Vector values, gradients;
  std::vector<ptrdiff_t> sizes;

  explicit Parameters(Call& call) : Parameters(call, call.InputOfRank("params", 1)) {}

  Variables Pieces() const {
    Variables all = {};
    all.count = static_cast<int>(sizes.size());
    all.sizes = sizes.data();
    all.variables = values.in.data();
    all.gradients = gradients.in.data();
    all.new_variables = values.out.data();
    return all;
  }

 private:
  Parameters(Call& call, const Tensor& params)
      : shape(params.shape), values(params), gradients(call.Input("gradients", params.shape)) {
    for (int64_t i = 0; i < params.size(); i += kPiece) sizes.push_back(std::min(kPiece, params.size() - i));
  }
};

void RunAdam(Call& call) {
  Adam op = {};
  Parameters params(call);
  Vector mean(call.Input("mean", params.shape)), square(call.Input("square", params.shape));
  const float* settings = call.Input("settings", {5});
  for (Vector* vector : {&params.values, &mean, &square}) vector->Allocate(call, params.shape);
  op.all = params.Pieces();
  // The rate comes corrected for the mean, and the other correction as the factor of the root.
  op.learning_rate = settings[0];
  op.correction1 = 1;
  op.correction2 = 1 / (settings[1] * settings[1]);
  op.beta1 = settings[2];
  op.beta2 = settings[3];
  op.epsilon = settings[4];
  op.m = mean.in.data();
  op.v = square.in.data();
  op.new_m = mean.out.data();
  op.new_v = square.out.data();
  Engine::Instance().Run(&Drivers::adam, op);
}

void RunRmsprop(Call& call) {
  Rmsprop op = {};
  Parameters params(call);
  Vector square(call.Input("square", params.shape));
  const float* settings = call.Input("settings", {3});
  for (Vector* vector : {&params.values, &square}) vector->Allocate(call, params.shape);
  op.all = params.Pieces();
  op.learning_rate = settings[0];
  op.decay = settings[1];
  op.epsilon = settings[2];
  op.s = square.in.data();
  op.new_s = square.out.data();
  Engine::Instance().Run(&Drivers::rmsprop, op);
}

const Operation kAdam = {
    "PixelrnnAdam",
    {"params: float", "gradients: float", "mean: float", "square: float", "settings: float"},
    {"new_params: float", "new_mean: float", "new_square: float"},
    {},
    RunAdam,
};
const Operation kRmsprop = {
    "PixelrnnRmsprop",
    {"params: float", "gradients: float", "square: float", "settings: float"},
    {"new_params: float", "new_square: float"},
    {},
    RunRmsprop,
};

}  // namespace

void RegisterOptimizers() {
  Register<kAdam>();
  Register<kRmsprop>();
}

}  // namespace pixelrnn

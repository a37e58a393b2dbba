// The likelihoods of a binary and of a many-valued pixel, and of one that is a mixture of logistics.
#include "engine.h"
#include "operation.h"
#include "operations.h"

namespace pixelrnn {
namespace {

void RunSoftmaxCrossEntropy(Call& call) {
  SoftmaxCrossEntropy op = {};
  const Tensor logits = call.InputOfRank("logits", 2);
  op.rows = logits.shape[0];
  op.levels = logits[1];
  op.logits = logits;
  op.labels = call.Input("labels", {logits.shape[0]}).integers();
  op.loss = call.Output({logits.shape[0]});
  op.log_sum_exp = call.Output({logits.shape[0]});
  Engine::Instance().Run(&Drivers::softmax_cross_entropy, op);
}

void RunSoftmaxCrossEntropyGrad(Call& call) {
  SoftmaxCrossEntropyGrad op = {};
  const Tensor dy = call.InputOfRank("dy", 1), logits = call.InputOfRank("logits", 2);
  op.rows = logits.shape[0];
  op.levels = logits[1];
  call.Expect(dy, {logits.shape[0]});
  op.dy = dy;
  op.logits = logits;
  op.labels = call.Input("labels", dy.shape).integers();
  op.log_sum_exp = call.Input("saved0", dy.shape);
  op.dlogits = call.Output(logits.shape);
  Engine::Instance().Run(&Drivers::softmax_cross_entropy_grad, op);
}

const Operation kSoftmaxCrossEntropy = {
    "PixelrnnSoftmaxCrossEntropy", {"logits: float", "labels: int32"}, {"y: float", "saved0: float"}, {},
    RunSoftmaxCrossEntropy,
};
const Operation kSoftmaxCrossEntropyGrad = {
    "PixelrnnSoftmaxCrossEntropyGrad",
    {"dy: float", "logits: float", "labels: int32", "saved0: float"},
    {"dlogits: float"},
    {},
    RunSoftmaxCrossEntropyGrad,
};

void RunBernoulliCrossEntropy(Call& call) {
  BernoulliCrossEntropy op = {};
  const Tensor logits = call.InputOfRank("logits", 1);
  op.count = logits.size();
  op.logits = logits;
  op.targets = call.Input("targets", logits.shape);
  op.loss = call.Output(logits.shape);
  Engine::Instance().Run(&Drivers::bernoulli_cross_entropy, op);
}

void RunBernoulliCrossEntropyGrad(Call& call) {
  BernoulliCrossEntropyGrad op = {};
  const Tensor dy = call.InputOfRank("dy", 1);
  op.count = dy.size();
  op.dy = dy;
  op.logits = call.Input("logits", dy.shape);
  op.targets = call.Input("targets", dy.shape);
  op.dlogits = call.Output(dy.shape);
  Engine::Instance().Run(&Drivers::bernoulli_cross_entropy_grad, op);
}

const Operation kBernoulliCrossEntropy = {
    "PixelrnnBernoulliCrossEntropy", {"logits: float", "targets: float"}, {"y: float"}, {},
    RunBernoulliCrossEntropy,
};
const Operation kBernoulliCrossEntropyGrad = {
    "PixelrnnBernoulliCrossEntropyGrad",
    {"dy: float", "logits: float", "targets: float"},
    {"dlogits: float"},
    {},
    RunBernoulliCrossEntropyGrad,
};

LogisticMixture MixtureOf(const Call& call, const Tensor& parameters, const Tensor& pixels) {
  const int channels = pixels[1], levels = call.attributes["levels"];
  call.Check(channels == 1 || channels == 3, "pixels must have 1 or 3 channels");
  call.Check(levels >= 2, "levels must be 2 or more");
  const int each = channels == 1 ? 3 : 10;  // parameters of a component
  call.Expect(parameters, {pixels.shape[0], parameters[1] / each * int64_t{each}});
  return {parameters[1] / each, channels, levels};
}

void RunLogisticMixtureCrossEntropy(Call& call) {
  LogisticMixtureCrossEntropy op = {};
  const Tensor parameters = call.InputOfRank("parameters", 2), pixels = call.InputOfRank("pixels", 2);
  op.rows = pixels.shape[0];
  op.mixture = MixtureOf(call, parameters, pixels);
  op.parameters = parameters;
  op.pixels = pixels;
  op.loss = call.Output({pixels.shape[0]});
  op.joint = call.Output({pixels.shape[0], op.mixture.components});
  Engine::Instance().Run(&Drivers::logistic_mixture_cross_entropy, op);
}

void RunLogisticMixtureCrossEntropyGrad(Call& call) {
  LogisticMixtureCrossEntropyGrad op = {};
  const Tensor dy = call.InputOfRank("dy", 1), parameters = call.InputOfRank("parameters", 2),
               pixels = call.InputOfRank("pixels", 2);
  op.rows = dy.shape[0];
  op.mixture = MixtureOf(call, parameters, pixels);
  call.Expect(pixels, {dy.shape[0], op.mixture.channels});
  op.dy = dy;
  op.parameters = parameters;
  op.pixels = pixels;
  op.joint = call.Input("saved0", {dy.shape[0], op.mixture.components});
  op.dparameters = call.Output(parameters.shape);
  Engine::Instance().Run(&Drivers::logistic_mixture_cross_entropy_grad, op);
}

const Operation kLogisticMixtureCrossEntropy = {
    "PixelrnnLogisticMixtureCrossEntropy", {"parameters: float", "pixels: float"},
    {"y: float", "saved0: float"},         {"levels: int"},
    RunLogisticMixtureCrossEntropy,
};
const Operation kLogisticMixtureCrossEntropyGrad = {
    "PixelrnnLogisticMixtureCrossEntropyGrad",
    {"dy: float", "parameters: float", "pixels: float", "saved0: float"},
    {"dparameters: float"},
    {"levels: int"},
    RunLogisticMixtureCrossEntropyGrad,
};

}  // namespace

void RegisterCrossEntropies() {
  Register<kSoftmaxCrossEntropy>();
  Register<kSoftmaxCrossEntropyGrad>();
  Register<kBernoulliCrossEntropy>();
  Register<kBernoulliCrossEntropyGrad>();
  Register<kLogisticMixtureCrossEntropy>();
  Register<kLogisticMixtureCrossEntropyGrad>();
}

}  // namespace pixelrnn

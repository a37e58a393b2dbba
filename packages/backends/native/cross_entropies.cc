// The likelihoods of a binary and of a many-valued pixel.
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

}  // namespace

void RegisterCrossEntropies() {
  Register<kSoftmaxCrossEntropy>();
  Register<kSoftmaxCrossEntropyGrad>();
  Register<kBernoulliCrossEntropy>();
  Register<kBernoulliCrossEntropyGrad>();
}

}  // namespace pixelrnn

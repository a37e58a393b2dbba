// The parameters as one vector and as the tensors that the layers see: one operation each way, where
// TensorFlow's own would be a split, and a reshape and its gradient for every tensor. And the vector's norm.
#include <algorithm>

#include "engine.h"
#include "operation.h"
#include "operations.h"

namespace pixelrnn {
namespace {

/// `shapes`: the rank of each piece, then its axes.
void RunUnflatten(Call& call) {
  const Tensor vector = call.InputOfRank("vector", 1), shapes = call.InputOfRank("shapes", 1);
  const float* from = vector;
  const float* const end = from + vector.size();
  const int32_t *next = shapes.integers(), *const last = next + shapes.size();
  for (int piece = 0; piece < call.attributes["count"]; piece++) {
    call.Check(next < last && *next >= 0 && *next < last - next, "shapes ends within a piece");
    Tensor wanted;
    wanted.shape.assign(next + 1, next + 1 + *next);
    next += 1 + *next;
    call.Check(wanted.size() >= 0 && wanted.size() <= end - from, "vector is shorter than its pieces");
    float* const to = call.Output(wanted.shape);
    std::copy_n(from, wanted.size(), to);
    from += wanted.size();
  }
  call.Check(from == end && next == last, "vector is longer than its pieces");
}

void RunFlatten(Call& call) {
  std::vector<Tensor> pieces;
  int64_t size = 0;
  for (int piece = 0; piece < call.attributes["count"]; piece++) {
    pieces.push_back(call.AnyInput("pieces"));
    size += pieces.back().size();
  }
  float* to = call.Output({size});
  for (const Tensor& piece : pieces) to = std::copy_n(static_cast<const float*>(piece), piece.size(), to);
}

void RunNorm(Call& call) {
  const Tensor vector = call.InputOfRank("vector", 1);
  Engine::Instance().Run(&Drivers::norm, Norm{vector.size(), vector, call.Output({})});
}

const Operation kUnflatten = {
    "PixelrnnUnflatten", {"vector: float", "shapes: int32"}, {"pieces: count * float"}, {"count: int >= 1"},
    RunUnflatten,
};
const Operation kFlatten = {
    "PixelrnnFlatten", {"pieces: count * float"}, {"vector: float"}, {"count: int >= 1"}, RunFlatten,
};
const Operation kNorm = {"PixelrnnNorm", {"vector: float"}, {"norm: float"}, {}, RunNorm};

}  // namespace

void RegisterParameters() {
  Register<kUnflatten>();
  Register<kFlatten>();
  Register<kNorm>();
}

}  // namespace pixelrnn

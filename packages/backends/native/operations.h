// The groups of operations; each makes its own known to TensorFlow. All throw Failure.
#pragma once

namespace pixelrnn {

void RegisterConvolutions();
void RegisterLstm();
void RegisterCrossEntropies();
void RegisterOptimizers();
void RegisterParameters();

}  // namespace pixelrnn

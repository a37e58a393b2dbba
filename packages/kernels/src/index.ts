export { type Floats, floats, floatsOf } from './floats.ts';
export { type Kernels, kernels } from './kernels.ts';
export { FUSED_KERNELS, type FusedKernel, OPTIMIZER_KERNELS, type OptimizerKernel, PARAMETER_KERNELS } from './ops.ts';
export { forwardInputs, gradientInputs } from './training/shapes.ts';
export { instantiateKernels, type TrainingKernel, type TrainingKernels } from './training/training.ts';

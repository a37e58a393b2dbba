export { type Floats, floats, floatsOf } from './floats.ts';
export { type Kernels, kernels } from './kernels.ts';
export { FUSED_KERNELS, type FusedKernel } from './ops.ts';

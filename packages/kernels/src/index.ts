export { type Arena, arena, type Disposable, inArena } from './arena.ts';
export { type Floats, floats, floatsOf } from './floats.ts';
export { detachViews, heapInUse } from './heap.ts';
export type { KernelMemory } from './kernel-memory.ts';
export { type Kernels, kernels } from './kernels.ts';
export {
  FUSED_KERNELS,
  type FusedKernel,
  forwardInputs,
  gradientInputs,
  isOwnKernel,
  KERNEL_NAMES,
  type KernelLimits,
  OPTIMIZER_KERNELS,
  type OptimizerKernel,
  PARAMETER_KERNELS,
} from './ops.ts';
export { scratch } from './scratch.ts';
export { canShareMemory, isShared, withSharedMemory } from './threads/shared-memory.ts';
export type { Team } from './threads/team.ts';
export {
  type Attributes,
  read as readShapes,
  type Shapes,
} from './training/shapes.ts';
export {
  instantiateKernels,
  startKernelTeam,
  type TrainingKernel,
  type TrainingKernels,
} from './training/training.ts';

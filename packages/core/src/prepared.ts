import { type Arena, inArena } from '@pixelrnn/kernels';
import type { HostContext } from './conditions.ts';
import type { Frame, Prepared, Stream, Widths } from './interfaces.ts';
import { onArrays } from './kernel-steps.ts';
import type { KernelSteps, RasterSteps } from './steps.ts';

/** Starts over a batch of images, with caches in `memory`, which is freed with the stream. */
export type OpenSteps<S = RasterSteps> = (frame: Frame, context: HostContext, memory: Arena) => S;

/** What is prepared: the name for errors, and the channels that are wanted. */
interface Named {
  readonly name: string;
  readonly inputs: Widths;
}

/**
 * Makes a {@link Prepared} from the arithmetic alone. Weights that `pack` puts into its arena live as long as the result; caches that
 * the function it returns puts into its own live as long as the stream, and neither outlives an error. Steps may return views
 * of the kernels' memory: they are copied before anything else can happen.
 */
export function prepared({ name, inputs }: Named, pack: (memory: Arena) => OpenSteps): Prepared {
  const { open, dispose } = packed(name, pack);
  return {
    open(frame, context = {}) {
      const { result: steps, memory } = inArena((caches) => open(frame, context, caches));
      return orderly(name, inputs, frame, steps, () => memory.dispose());
    },
    dispose,
  };
}

/** The same for a layer that works in the kernels' memory, where layers that hold it find its results without a copy. */
export function preparedInKernels(
  { name, inputs }: Named,
  pack: (memory: Arena) => OpenSteps<KernelSteps>,
): Required<Prepared> {
  const { open, dispose } = packed(name, pack);
  return {
    open(frame, context = {}) {
      const { result: steps, memory } = inArena((caches) =>
        onArrays(open(frame, context, caches), inputs, frame, caches),
      );
      return orderly(name, inputs, frame, steps, () => memory.dispose());
    },
    openInKernels: open,
    dispose,
  };
}

/** What opens a stream as long as the weights are there, and what frees them. */
function packed<S>(name: string, pack: (memory: Arena) => OpenSteps<S>): { open: OpenSteps<S>; dispose(): void } {
  const { result: open, memory: weights } = inArena(pack);
  let isThere = true;
  return {
    open(...args) {
      if (!isThere) throw new Error(`${name}: wanted its weights to open a stream, got a call after dispose`);
      return open(...args);
    },
    dispose() {
      isThere = false;
      weights.dispose();
    },
  };
}
/** Holds a stream's callers to raster order, and gives them arrays that stay. */
function orderly(
  name: string,
  inputs: Widths,
  { batch, height, width }: Frame,
  steps: RasterSteps,
  dispose: () => void,
): Stream {
  let [row, column] = [-1, width];
  let isAsked = false;
  let isOpen = true;
  let [rowResult, pixelResult]: Float32Array[] = [new Float32Array(0), new Float32Array(0)];

  const next = () => {
    if (!isOpen) return 'nothing after dispose';
    if (column === width) return row + 1 < height ? `beginRow(${row + 1})` : 'no more than the last pixel';
    return isAsked ? `at(${column}) or advance(${column})` : `at(${column})`;
  };
  const wrong = (got: string) => new Error(`${name}: wanted ${next()}, got ${got}`);
  const checkPixel = (here: Float32Array) => {
    if (here.length !== batch * inputs.here)
      throw new Error(`${name}: wanted ${batch} × ${inputs.here} values at a pixel, got ${here.length}`);
  };

  return {
    beginRow(index, above) {
      if (!isOpen || column !== width || index !== row + 1 || index >= height) throw wrong(`beginRow(${index})`);
      const size = batch * width * (inputs.above ?? 0);
      if (inputs.above !== undefined && above?.length !== size)
        throw new Error(`${name}: wanted a row of \`above\` of ${size} values, got ${above?.length ?? 'none'}`);
      [row, column] = [index, 0];
      const result = steps.beginRow(index, above);
      if (result === undefined) return undefined;
      rowResult = copied(result, rowResult);
      return rowResult;
    },
    at(index, here) {
      if (!isOpen || column === width || index !== column) throw wrong(`at(${index})`);
      checkPixel(here);
      isAsked = true;
      pixelResult = copied(steps.at(index, here), pixelResult);
      return pixelResult;
    },
    advance(index, here) {
      if (!isOpen || !isAsked || index !== column) throw wrong(`advance(${index})`);
      checkPixel(here);
      steps.advance(index, here);
      isAsked = false;
      column++;
    },
    dispose() {
      isOpen = false;
      dispose();
    },
  };
}

/** A copy of `x`, in the old array where it fits. */
function copied(x: Float32Array, old: Float32Array): Float32Array {
  if (x === old) return old;
  if (old.length !== x.length) return x.slice();
  old.set(x);
  return old;
}

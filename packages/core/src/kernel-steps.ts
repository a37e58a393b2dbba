import type { Arena, Floats } from '@pixelrnn/kernels';
import type { HostContext } from './conditions.ts';
import type { Frame, Prepared, Stream, Widths } from './interfaces.ts';
import type { KernelSteps, RasterSteps } from './steps.ts';

/** Opens a stream of any layer in the kernels' memory: as it is, where it works there, else with copies. It is freed with `memory`. */
export function openInKernels(layer: Prepared, frame: Frame, context: HostContext, memory: Arena): KernelSteps {
  return layer.openInKernels?.(frame, context, memory) ?? inKernels(memory.own(layer.open(frame, context)), memory);
}

/** Steps in the kernels' memory of a stream on arrays. */
function inKernels(stream: Stream, memory: Arena): KernelSteps {
  const [toRow, toPixel] = [toArray(), toArray()];
  const [row, pixel] = [toFloats(memory), toFloats(memory)];
  return {
    beginRow(index, above) {
      const result = stream.beginRow(index, above && toRow(above));
      return result && row(result);
    },
    at: (column, here) => pixel(stream.at(column, toPixel(here))),
    advance: (column, here) => stream.advance(column, toPixel(here)),
  };
}

/** Steps on arrays of steps in the kernels' memory: what they return are views of it. A layer of one map hands `above` through. */
export function onArrays(steps: KernelSteps, inputs: Widths, { batch, width }: Frame, memory: Arena): RasterSteps {
  const here = memory.floats(batch * inputs.here);
  const above = inputs.above === undefined ? undefined : memory.floats(batch * width * inputs.above);
  return {
    beginRow(row, values) {
      above?.set(values!);
      return steps.beginRow(row, above)?.array ?? values;
    },
    at(column, values) {
      here.set(values);
      return steps.at(column, here).array;
    },
    advance(column, values) {
      here.set(values);
      steps.advance(column, here, false);
    },
  };
}

/** Copies to an array that stays, whatever happens to the kernels' memory; made anew where it does not fit. */
function toArray(): (x: Floats) => Float32Array {
  let copy = new Float32Array(0);
  return (x) => {
    if (copy.length !== x.length) copy = new Float32Array(x.length);
    copy.set(x.array);
    return copy;
  };
}

/** Copies to a block, made when the first comes. */
function toFloats(memory: Arena): (x: Float32Array) => Floats {
  let block: Floats | undefined;
  return (x) => {
    block ??= memory.floats(x.length);
    block.set(x);
    return block;
  };
}

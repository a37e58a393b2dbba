import { type Host, type Mapping, type Params, type PreparedMapping, sizeOf } from '@pixelrnn/core';
import { type Arena, inArena } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';

/** What a mapping writes of itself; {@link defineMapping} sees to shapes and memory. */
export interface MappingParts<P extends Params> extends Omit<Mapping<P>, 'prepare'> {
  /**
   * Packs the weights into memory that lives as long as they do, and gives what runs over `batch` inputs with memory of its own for what is
   * between. Its result is copied before that memory is freed.
   */
  prepare(weights: Host<P>, packed: Arena): (x: Float32Array, batch: number, memory: Arena) => Float32Array;
}

/** A mapping that holds its callers to its shapes, and gives back the memory that it takes. */
export function defineMapping<P extends Params>(parts: MappingParts<P>): Mapping<P> {
  const { name, inputs } = parts;
  return {
    ...parts,
    apply: (params, x) =>
      tf.tidy(() => {
        if (String(x.shape.slice(1)) !== String(inputs))
          throw new Error(`${name}: wanted [B,${inputs}], got [${x.shape}]`);
        return parts.apply(params, x);
      }),
    prepare: (weights) => preparedMapping(name, sizeOf(inputs), (packed) => parts.prepare(weights, packed)),
  };
}

function preparedMapping(
  name: string,
  size: number,
  pack: (packed: Arena) => ReturnType<MappingParts<Params>['prepare']>,
): PreparedMapping {
  const { result: compute, memory: packed } = inArena(pack);
  let isThere = true;
  return {
    run(x, batch) {
      if (!isThere) throw new Error(`${name}: wanted its weights to run, got a call after dispose`);
      if (x.length !== batch * size) throw new Error(`${name}: wanted ${batch * size} values, got ${x.length}`);
      const { result, memory } = inArena((own) => compute(x, batch, own).slice());
      memory.dispose();
      return result;
    },
    dispose() {
      isThere = false;
      packed.dispose();
    },
  };
}

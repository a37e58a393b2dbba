import { type Host, type JsonObject, type Mapping, type NamedConfig, namedConfig, type Params } from '@pixelrnn/core';
import type * as tf from '@tensorflow/tfjs-core';
import { defineMapping } from './define-mapping.ts';

/** Builds a mapping from its config: `createMapping`, handed to mappings that hold others. */
export type BuildMapping = (config: NamedConfig) => Mapping;

export type ChainOptions = { readonly mappings: readonly NamedConfig[] };

/** What a chain stores of itself, where it is not the configs of its parts. */
interface ChainName {
  readonly name: string;
  readonly config: JsonObject;
}

/** The key of a mapping's parameters in a chain: `3-convolution2d`. */
const keyOf = ({ name }: Mapping, index: number): string => `${index}-${name}`;

/**
 * Mappings one after the other.
 * @param own name and config by which it is built again; by default those of its parts
 */
export function chain(mappings: readonly Mapping[], own?: ChainName): Mapping {
  const { name, config } = own ?? { name: 'chain', config: { mappings: mappings.map(namedConfig) } };
  if (mappings.length === 0) throw new Error(`${name}: wanted at least one mapping, got none`);
  mappings.slice(1).forEach(({ name: next, inputs }, i) => {
    const { outputs } = mappings[i];
    if (String(inputs) !== String(outputs))
      throw new Error(`${name}: ${next} (mapping ${i + 1}) wants [${inputs}], but gets [${outputs}]`);
  });
  return defineMapping({
    name,
    config,
    inputs: mappings[0].inputs,
    outputs: mappings[mappings.length - 1].outputs,
    init: (rng) => Object.fromEntries(mappings.map((mapping, i) => [keyOf(mapping, i), mapping.init(rng.fork(i))])),
    apply: (params, x) =>
      mappings.reduce((y: tf.Tensor, mapping, i) => mapping.apply(params[keyOf(mapping, i)] as Params, y), x),
    prepare(weights, packed) {
      const prepared = mappings.map((mapping, i) =>
        packed.own(mapping.prepare(weights[keyOf(mapping, i)] as Host<Params>)),
      );
      return (x, batch) => prepared.reduce((y, mapping) => mapping.run(y, batch), x);
    },
  });
}

/** `chain` from its stored config. */
export const chainFrom = ({ mappings }: ChainOptions, build: BuildMapping): Mapping => chain(mappings.map(build));

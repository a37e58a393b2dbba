import { type Mapping, type NamedConfig, registry } from '@pixelrnn/core';
import { type BuildMapping, chainFrom } from './chain.ts';
import { convEncoder } from './conv-encoder.ts';
import { convolution2d } from './convolution2d.ts';
import { fullyConnected } from './fully-connected.ts';
import { transposedConv2d } from './transposed-conv2d.ts';
import { upsampler } from './upsampler.ts';

/** Builds the mapping whose `config` it is given; one that holds others builds them with `build`. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds factories of every options type; each checks its own.
export type MappingFactory = (config: any, build: BuildMapping) => Mapping<any>;

const MAPPINGS = registry<MappingFactory>('Mapping', {
  convolution2d,
  transposedConv2d,
  fullyConnected,
  chain: chainFrom,
  convEncoder,
  upsampler,
});

/**
 * Makes a mapping of your own known by name, so that configs and checkpoints can hold it. Its factory must build the same mapping from
 * `mapping.config`.
 */
export const registerMapping = (name: string, factory: MappingFactory): void => MAPPINGS.register(name, factory);

/** Builds a mapping from its name and config. */
export const createMapping = ({ name, config }: NamedConfig): Mapping => MAPPINGS.get(name)(config, createMapping);

import { type JsonObject, leaves, type Mapping, type Params, rng, sizeOf, toHost } from '@pixelrnn/core';
import { heapInUse } from '@pixelrnn/kernels';
import * as tf from '@tensorflow/tfjs-core';
import { relativeError } from '../relative-error.ts';
import { checkDerivatives, replaced } from './check-gradients.ts';
import { checkSeeds, initialValues, sameValues } from './check-seeds.ts';
import { mustThrow } from './must-throw.ts';
import { randomParams } from './random-params.ts';
import { type Runner, runnerOf } from './runner.ts';

/** How a mapping is to be checked. */
export interface MappingCheckOptions {
  readonly seed?: string | number;
  /** Builds the mapping again from what it saves of itself; with it, the contract covers the configuration. */
  readonly createMapping?: (config: JsonObject) => Mapping;
}

/** One property of a mapping; the check throws an error that says what is wrong. */
export interface MappingCheck {
  readonly title: string;
  readonly check: (mapping: Mapping, options: MappingCheckOptions) => Promise<void>;
  readonly applies?: (options: MappingCheckOptions) => boolean;
}

/** Accepted difference of `run` and `apply`, against the largest output: float32 sums in another order. */
const TOLERANCE = 1e-5;
const BATCH = 3;

/** All that a mapping must keep. */
export const MAPPING_CHECKS: readonly MappingCheck[] = [
  { title: 'takes its parameters from the seed', check: (mapping) => checkSeeds(mapping) },
  {
    title: 'is built again from its configuration',
    check: checkConfig,
    applies: ({ createMapping }) => !!createMapping,
  },
  { title: 'computes the same on typed arrays and on tensors', check: checkRun },
  { title: 'keeps the inputs of a batch apart, to the bit', check: checkApart },
  { title: 'has the gradients of finite differences', check: checkGradient },
  { title: 'leaves no memory behind, and nothing runs after dispose', check: checkDispose },
];

/** Runs every check on a mapping, without a test runner; throws at the first that fails. */
export async function checkMapping(mapping: Mapping, options: MappingCheckOptions = {}): Promise<void> {
  for (const { check, applies } of MAPPING_CHECKS) if (applies?.(options) ?? true) await check(mapping, options);
}

/** Registers the contract of a mapping as a test suite, with the `describe` and `it` handed in, else the global ones. */
export function mappingContract(
  name: string,
  mapping: Mapping,
  options: MappingCheckOptions & Partial<Runner> = {},
): void {
  const { describe, it } = runnerOf('mappingContract', options);
  describe(name, () => {
    for (const { title, check, applies } of MAPPING_CHECKS)
      if (applies?.(options) ?? true) it(title, () => check(mapping, options));
  });
}

function numbers({ inputs }: Mapping, name: string): Float32Array {
  const random = rng(name);
  return Float32Array.from({ length: BATCH * sizeOf(inputs) }, () => 2 * random.uniform() - 1);
}

async function withParams<T>(
  mapping: Mapping,
  { seed = 1 }: MappingCheckOptions,
  body: (params: Params) => Promise<T>,
): Promise<T> {
  const params = await randomParams(mapping, seed);
  try {
    return await body(params);
  } finally {
    tf.dispose(params as tf.TensorContainerObject);
  }
}

async function checkConfig(mapping: Mapping, { createMapping }: MappingCheckOptions): Promise<void> {
  const copy = createMapping!(JSON.parse(JSON.stringify(mapping.config)) as JsonObject);
  const describe = ({ name, inputs, outputs, config }: Mapping) => JSON.stringify({ name, inputs, outputs, config });
  const isSame = describe(copy) === describe(mapping);
  if (!isSame || !sameValues(await initialValues(mapping, 1), await initialValues(copy, 1)))
    throw new Error(`checkMapping: ${mapping.name}: built from its configuration, it is another`);
}

async function checkRun(mapping: Mapping, options: MappingCheckOptions): Promise<void> {
  await withParams(mapping, options, async (params) => {
    const x = numbers(mapping, 'run');
    const y = tf.tidy(() => mapping.apply(params, tf.tensor(x, [BATCH, ...mapping.inputs])));
    if (String(y.shape) !== String([BATCH, ...mapping.outputs]))
      throw new Error(`checkMapping: ${mapping.name}: wanted [${[BATCH, ...mapping.outputs]}], got [${y.shape}]`);
    const wanted = new Float32Array(await y.data());
    y.dispose();
    const prepared = mapping.prepare(await toHost(params));
    const found = prepared.run(x, BATCH);
    prepared.dispose();
    const error = relativeError(found, wanted);
    if (!(error <= TOLERANCE))
      throw new Error(`checkMapping: ${mapping.name}: wanted of run what apply gives, got a difference of ${error}`);
  });
}

async function checkApart(mapping: Mapping, options: MappingCheckOptions): Promise<void> {
  await withParams(mapping, options, async (params) => {
    const prepared = mapping.prepare(await toHost(params));
    const x = numbers(mapping, 'apart');
    const [size, outputs] = [x.length / BATCH, sizeOf(mapping.outputs)];
    const all = prepared.run(x, BATCH);
    for (let b = 0; b < BATCH; b++) {
      const alone = prepared.run(x.slice(b * size, (b + 1) * size), 1);
      if (alone.some((value, i) => value !== all[b * outputs + i]))
        throw new Error(
          `checkMapping: ${mapping.name}: input ${b} gives something else alone than in a batch of ${BATCH}`,
        );
    }
    prepared.dispose();
  });
}

async function checkGradient(mapping: Mapping, options: MappingCheckOptions): Promise<void> {
  await withParams(mapping, options, async (params) => {
    const x = tf.tensor(numbers(mapping, 'gradient'), [BATCH, ...mapping.inputs]);
    const variables = [...leaves<tf.Tensor>(params), ['input', x] as const];
    const { seed = 1 } = options;
    try {
      await checkDerivatives(`checkMapping: ${mapping.name}`, variables, { seed }, (values) =>
        tf.reshape(mapping.apply(replaced(params, values), values.get('input')!), [-1]),
      );
    } finally {
      x.dispose();
    }
  });
}

async function checkDispose(mapping: Mapping, options: MappingCheckOptions): Promise<void> {
  await withParams(mapping, options, async (params) => {
    const host = await toHost(params);
    const x = numbers(mapping, 'dispose');
    const once = () => {
      const prepared = mapping.prepare(host);
      prepared.run(x, BATCH);
      prepared.dispose();
      return prepared;
    };
    once(); // what kernels take on their first use, they keep
    const before = heapInUse();
    const prepared = once();
    if (heapInUse() !== before)
      throw new Error(`checkMapping: ${mapping.name}: wanted no memory kept, got ${heapInUse() - before} bytes`);
    mustThrow(`checkMapping: ${mapping.name}`, 'run after dispose', () => prepared.run(x, BATCH));
  });
}

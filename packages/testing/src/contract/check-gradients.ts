import { type Layer, leaves, type Params, type Rng, rng, toContext, treeFrom } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { conditionsFor, frameOf, randomFeatures, toTensors } from './features.ts';
import { gradientsOf } from './gradients-of.ts';
import { randomParams } from './random-params.ts';
import { type LayerCheckOptions, type Setting, settingOf } from './setting.ts';

/** For each parameter and input so many random directions must agree, before more than so many others do not: a kink (ReLU) in the way does no harm. */
const AGREEING = 2;
const KINKED = 2;
/**
 * Half the step of a central difference, against the size of what is moved. A direction agrees if it does so with one of them: large
 * steps are hurt by the kinks of ReLU that lie in their way, small ones by rounding.
 */
const STEPS = [2e-2, 2e-3, 2e-4];
/** What is smaller is moved as if it had this root mean square. */
const MIN_SIZE = 0.1;
/** Accepted error of a directional derivative, against the norm of the gradient: rounding and curvature of float32 stay 10 times below. */
export const GRADIENT_TOLERANCE = 2e-2;

/** A leaf that the function depends on, by name. */
type Named = readonly [name: string, tensor: tf.Tensor];

/**
 * Gradients agree with central differences. For each parameter and input θ, and for two of at most four random directions d of
 * entries ±1:
 *
 *   (f(θ + εd) − f(θ − εd)) / 2ε = ⟨∇f, d⟩   within 2·10⁻² of ‖∇f‖,
 *
 * where f is a random combination of all outputs. Directions of ±1 make ⟨∇f, d⟩ as large as ‖∇f‖ on average, so a missing part of
 * the gradient shows. The outputs' difference is taken before they are summed, which keeps float32 accurate enough.
 */
export async function checkGradients(layer: Layer, options: LayerCheckOptions = {}): Promise<void> {
  const setting = settingOf(layer, options);
  const params = await randomParams(layer, setting.seed);
  const frame = frameOf(setting, 2);
  const x = toTensors(randomFeatures(layer.inputs, frame, rng(setting.seed).fork('gradients'), setting.levels), frame);
  const context = toContext(conditionsFor(setting, frame), frame);
  const inputs: Named[] =
    setting.levels === undefined ? Object.entries(x).map(([map, tensor]) => [`input ${map}`, tensor]) : [];
  const variables: Named[] = [...leaves<tf.Tensor>(params), ...inputs];

  try {
    await checkDerivatives(`checkGradients: ${layer.name}`, variables, setting, (values) => {
      const y = layer.apply(
        replaced(params, values),
        { here: values.get('input here') ?? x.here, above: values.get('input above') ?? x.above } as typeof x,
        context,
      );
      const maps = layer.outputs.above === undefined ? [y.here] : [y.here, y.above!];
      return tf.concat(maps.map((map) => tf.reshape(map, [-1])));
    });
  } finally {
    tf.dispose([params, x, context] as tf.TensorContainer);
  }
}

/** The same tree with the values given, by path. */
export function replaced(params: Params, values: ReadonlyMap<string, tf.Tensor>): Params {
  const own = new Map(leaves<tf.Tensor>(params).map(([path]) => [path, values.get(path)!]));
  return treeFrom(params, own);
}

/** Compares every gradient of a vector function with central differences; `outputs` gives a vector, [n], for values by name. */
export async function checkDerivatives(
  title: string,
  variables: readonly Named[],
  { seed }: Pick<Setting, 'seed'>,
  outputs: (values: ReadonlyMap<string, tf.Tensor>) => tf.Tensor,
): Promise<void> {
  const random = rng(seed).fork('derivatives');
  const tensors = variables.map(([, tensor]) => tensor);
  const named = (values: readonly tf.Tensor[]) => new Map(variables.map(([name], i) => [name, values[i]]));
  const size = tf.tidy(() => outputs(named(tensors)).size);
  const cotangent = Float32Array.from({ length: size }, () => 2 * random.uniform() - 1);
  const gradients = tf.tidy(() => {
    const weights = tf.tensor1d(cotangent);
    return gradientsOf((values) => tf.sum(tf.mul(outputs(named(values)), weights)), tensors);
  });
  try {
    for (const [index, [name, tensor]] of variables.entries()) {
      const at = (value: tf.Tensor) => outputs(named(tensors.map((other, i) => (i === index ? value : other))));
      const gradient = await gradients[index].data();
      const failure = await disagreement(tensor, gradient, cotangent, at, random.fork(name));
      if (failure) throw new Error(`${title}: gradient of ${name}: ${failure}`);
    }
  } finally {
    tf.dispose(gradients);
  }
}

/** Tries random directions until enough have agreed, or too many have not; then says what is wrong. */
async function disagreement(
  tensor: tf.Tensor,
  gradient: ArrayLike<number>,
  cotangent: Float32Array,
  at: (value: tf.Tensor) => tf.Tensor,
  random: Rng,
): Promise<string | undefined> {
  const scale = Math.max(rootMeanSquare(await tensor.data()), MIN_SIZE);
  const derivative = async (direction: Float32Array, step: number) => {
    const [above, below] = await Promise.all(
      [step, -step].map((by) => numbersOf(() => at(moved(tensor, direction, by)))),
    );
    return cotangent.reduce((sum, weight, i) => sum + weight * (above[i] - below[i]), 0) / (2 * step);
  };
  for (let agreed = 0, kinked = 0; agreed < AGREEING; ) {
    const direction = randomDirection(tensor.size, random);
    let failure: string | undefined;
    for (const step of STEPS) {
      failure = compare(gradient, direction, await derivative(direction, step * scale));
      if (failure === undefined) break;
    }
    if (failure === undefined) agreed++;
    else if (++kinked > KINKED) return failure;
  }
  return undefined;
}

async function numbersOf(compute: () => tf.Tensor): Promise<ArrayLike<number>> {
  const tensor = tf.tidy(compute);
  const values = await tensor.data();
  tensor.dispose();
  return values;
}

const moved = (tensor: tf.Tensor, direction: Float32Array, by: number) =>
  tf.add(tensor, tf.mul(by, tf.tensor(direction, tensor.shape)));

const randomDirection = (length: number, random: Rng) =>
  Float32Array.from({ length }, () => (random.uniform() < 0.5 ? -1 : 1));

const rootMeanSquare = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length);

/** What is wrong with the gradient along a direction, if anything. */
function compare(gradient: ArrayLike<number>, direction: Float32Array, difference: number): string | undefined {
  const norm = Math.sqrt(Array.from(gradient).reduce((sum, g) => sum + g * g, 0));
  const product = direction.reduce((sum, d, i) => sum + d * gradient[i], 0);
  if (Math.abs(product - difference) <= GRADIENT_TOLERANCE * Math.max(norm, Math.abs(difference))) return undefined;
  return `wanted ${difference} along a random direction, by central differences, got ${product} (norm ${norm})`;
}

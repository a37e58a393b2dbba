import { OPTIMIZER_KERNELS, type OptimizerKernel } from '../ops.ts';
import type { Shapes } from './shapes.ts';
import type { Calls, Pointers, Scratch, TrainingKernel } from './training.ts';

/** `[name0, name1, …]` as far as they are there. */
function list<T>(entries: { readonly [name: string]: T | undefined }, name: string): T[] {
  const found: T[] = [];
  for (let entry = entries[`${name}0`]; entry !== undefined; entry = entries[`${name}${found.length}`])
    found.push(entry);
  return found;
}

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Shapes of the variables, and whether they are averaged; all lists must have the variables' shapes. */
function check(kernel: OptimizerKernel, shapes: Shapes): { variables: (readonly number[])[]; outputs: string[] } {
  const variables = list(shapes, 'variables');
  const present = kernel.lists.filter((name) => !(kernel.optional.includes(name) && !shapes[`${name}0`]));
  for (const name of present) {
    const got = list(shapes, name);
    const fits = got.length === variables.length && got.every((shape, i) => `${shape}` === `${variables[i]}`);
    if (!fits)
      throw new Error(
        `${kernel.name}: expected ${name} of shapes ${JSON.stringify(variables)}, got ${JSON.stringify(got)}`,
      );
  }
  const [settings] = shapes.settings ?? [];
  if (settings !== kernel.settings.length)
    throw new Error(`${kernel.name}: expected settings [${kernel.settings.length}], got [${shapes.settings}]`);
  return { variables, outputs: present.filter((name) => kernel.outputs.includes(name)) };
}

/** The kernels that update all variables of a model in one call. */
export function optimizerKernels(
  memory: WebAssembly.Memory,
  calls: Calls,
  scratch: Scratch,
): [string, TrainingKernel][] {
  const words = (values: number[]) => {
    const pointer = scratch.allocate(4 * values.length);
    new Uint32Array(memory.buffer, pointer, values.length).set(values);
    return pointer;
  };
  return Object.entries(OPTIMIZER_KERNELS).map(([call, kernel]): [string, TrainingKernel] => [
    kernel.name,
    {
      outputs(shapes) {
        const { variables, outputs } = check(kernel, shapes);
        return outputs.flatMap(() => variables);
      },
      run(inputs: Pointers, outputs, shapes) {
        const { variables, outputs: names } = check(kernel, shapes);
        const count = variables.length;
        const pointers = (name: string) => (inputs[`${name}0`] === undefined ? 0 : words(list(inputs, name)));
        const results = (name: string) => {
          const at = names.indexOf(name);
          return at < 0 ? 0 : words(outputs.slice(at * count, (at + 1) * count));
        };
        try {
          const lists = kernel.lists.map(pointers);
          const sizes = words(variables.map(product));
          calls[call](count, sizes, ...lists, inputs.settings ?? 0, ...kernel.outputs.map(results));
        } finally {
          scratch.freeAll();
        }
      },
    },
  ]);
}

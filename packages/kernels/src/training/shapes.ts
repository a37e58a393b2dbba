export type Shape = readonly number[];
/** Shapes of a kernel's inputs by name; an optional input may be missing. */
export type Shapes = { readonly [name: string]: Shape | undefined };
export type Attributes = { readonly [name: string]: number | boolean | string };

/** How to call an export: sizes (and other numbers) first, then a pointer for each input and output. */
export interface Plan {
  readonly sizes: readonly number[];
  readonly inputs: readonly string[];
  readonly outputs: readonly Shape[];
}

/** Reads a kernel's inputs, complaining in one form: what was wanted, what came. */
export interface Reader {
  /** The shape of an input. A number must match; a name stands for any size and is the same size wherever it stands. */
  shape(name: string, ...wanted: readonly (number | string)[]): void;
  /** The same for a matrix whose rows may lie on several axes. */
  matrix(name: string, ...wanted: readonly [number | string, number | string]): void;
  size(symbol: string): number;
  integer(name: string): number;
  number(name: string): number;
  flag(name: string): number;
}

export function read(kernel: string, shapes: Shapes, attributes: Attributes): Reader {
  const sizes = new Map<string, number>();
  const fail = (what: string): never => {
    throw new Error(`${kernel}: ${what}`);
  };
  const attribute = (name: string) => attributes[name] ?? fail(`expected an attribute ${name}, got none`);
  const input = (name: string) => shapes[name] ?? fail(`expected an input ${name}, got none`);
  const check = (name: string, shape: Shape, wanted: readonly (number | string)[]) => {
    const fits = shape.length === wanted.length && wanted.every((axis, i) => matches(sizes, axis, shape[i]));
    if (!fits)
      fail(`expected ${name} [${wanted.map((axis) => describe(sizes, axis)).join(', ')}], got [${input(name)}]`);
  };
  return {
    shape: (name, ...wanted) => check(name, input(name), wanted),
    matrix: (name, ...wanted) => check(name, asMatrix(input(name)), wanted),
    size: (symbol) => sizes.get(symbol) ?? fail(`no size ${symbol}`),
    integer(name) {
      const value = attribute(name);
      return Number.isInteger(value) ? Number(value) : fail(`expected an integer ${name}, got ${value}`);
    },
    number(name) {
      const value = attribute(name);
      return typeof value === 'number' ? value : fail(`expected a number ${name}, got ${value}`);
    },
    flag: (name) => (attribute(name) ? 1 : 0),
  };
}

/** [taps, Ci, Co] → [taps·Ci, Co]. */
const asMatrix = (shape: Shape): Shape => [shape.slice(0, -1).reduce((a, b) => a * b, 1), ...shape.slice(-1)];

function matches(sizes: Map<string, number>, axis: number | string, got: number): boolean {
  if (typeof axis === 'number') return axis === got;
  if (!sizes.has(axis)) sizes.set(axis, got);
  return sizes.get(axis) === got;
}
function describe(sizes: Map<string, number>, axis: number | string): string {
  return typeof axis === 'string' && sizes.has(axis) ? `${axis} = ${sizes.get(axis)}` : `${axis}`;
}

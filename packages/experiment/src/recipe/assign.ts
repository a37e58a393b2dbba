import { ExperimentError } from '../experiment-error.ts';

/**
 * Applies `optimizer.learningRate=0.01` and the like to a copy of `target`, in their order. A path goes through objects and lists
 * (`schedule.0.steps=50`); a value is JSON, or else a text. Another `name` (`optimizer.name=rmsprop`) takes away the options beside the old one,
 * which are another's, as in `merge`; names come first, so that options of the new one may stand before it.
 * @throws ExperimentError if a text has no `=`, or a path goes through something that is neither object nor list
 */
export function assign<T>(target: T, assignments: readonly string[]): T {
  const copy = structuredClone(target);
  const isName = ({ keys }: Assignment) => Number(keys.at(-1) === 'name');
  for (const assignment of assignments.map(parseAssignment).sort((a, b) => isName(b) - isName(a)))
    put(copy, assignment);
  return copy;
}

interface Assignment {
  readonly path: string;
  readonly keys: readonly string[];
  readonly value: unknown;
}

function parseAssignment(assignment: string): Assignment {
  const [, path, value] = /^([^=]+)=([\s\S]*)$/.exec(assignment) ?? [];
  if (path === undefined) throw new ExperimentError(`--set: wanted key=value, got "${assignment}"`);
  return { path, keys: path.split('.'), value: parse(value) };
}

function put(target: unknown, { path, keys, value }: Assignment): void {
  let node = target;
  for (const key of keys.slice(0, -1)) {
    const parent = container(node, path);
    // A key that is not there yet, or null, becomes an object: `--set ema.decay=0.99` switches averaging on.
    if (!Object.hasOwn(parent, key) || parent[key] === null) own(parent, key, {});
    node = parent[key];
  }
  const parent = container(node, path);
  const key = keys.at(-1)!;
  if (key === 'name' && Object.hasOwn(parent, key) && parent[key] !== value)
    for (const option of Object.keys(parent)) delete parent[option];
  own(parent, key, value);
}

/** Always an own property, even for the key `__proto__`. */
const own = (parent: object, key: string, value: unknown) =>
  Object.defineProperty(parent, key, { value, enumerable: true, writable: true, configurable: true });

function container(node: unknown, path: string): Record<string, unknown> {
  if (typeof node === 'object' && node !== null) return node as Record<string, unknown>;
  throw new ExperimentError(`--set: ${path} goes through ${JSON.stringify(node)}, which has no keys`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { ExperimentError } from '../experiment-error.ts';

/**
 * Applies `optimizer.learningRate=0.01` to a copy of `target`. The path goes through objects and lists (`schedule.0.steps=50`); the
 * value is JSON, or else a text.
 * @throws ExperimentError if the text has no `=`, or the path goes through something that is neither object nor list
 */
export function assign<T>(target: T, assignment: string): T {
  const [, path, value] = /^([^=]+)=([\s\S]*)$/.exec(assignment) ?? [];
  if (path === undefined) throw new ExperimentError(`--set: wanted key=value, got "${assignment}"`);
  const copy = structuredClone(target);
  const keys = path.split('.');
  let node: unknown = copy;
  for (const key of keys.slice(0, -1)) {
    const parent = container(node, path);
    // A key that is not there yet, or null, becomes an object: `--set ema.decay=0.99` switches averaging on.
    if (!Object.hasOwn(parent, key) || parent[key] === null) put(parent, key, {});
    node = parent[key];
  }
  put(container(node, path), keys.at(-1)!, parse(value));
  return copy;
}

/** Always an own property, even for the key `__proto__`. */
const put = (parent: object, key: string, value: unknown) =>
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

/** A tree of named leaves: parameters are a tree of tensors, so averaging, saving and testing need no class state. */
export interface Tree<T> {
  readonly [name: string]: T | Tree<T>;
}

const isTree = <T>(node: T | Tree<T>): node is Tree<T> =>
  typeof node === 'object' && node !== null && Object.getPrototypeOf(node) === Object.prototype;

/** The leaves in a fixed order (that of insertion), each with its path `stem/weights`. */
export function leaves<T>(tree: Tree<T>, prefix = ''): [path: string, leaf: T][] {
  return Object.entries(tree).flatMap(([name, node]): [string, T][] =>
    isTree(node) ? leaves(node, `${prefix}${name}/`) : [[`${prefix}${name}`, node]],
  );
}

/** The same tree with every leaf replaced. */
export function mapTree<T, U>(tree: Tree<T>, change: (leaf: T, path: string) => U, prefix = ''): Tree<U> {
  const entries = Object.entries(tree).map(([name, node]) => {
    const path = `${prefix}${name}`;
    return [name, isTree(node) ? mapTree(node, change, `${path}/`) : change(node, path)] as const;
  });
  return Object.fromEntries(entries);
}

/** Builds a tree of the shape of `like` from leaves by path; says which paths are missing or unknown. */
export function treeFrom<T, U>(like: Tree<T>, byPath: ReadonlyMap<string, U>): Tree<U> {
  const wanted = new Set(leaves(like).map(([path]) => path));
  const missing = [...wanted].filter((path) => !byPath.has(path));
  const unknown = [...byPath.keys()].filter((path) => !wanted.has(path));
  if (missing.length > 0)
    throw new Error(`treeFrom: missing ${missing.slice(0, 3).join(', ')} (${missing.length} in all)`);
  if (unknown.length > 0)
    throw new Error(`treeFrom: unknown ${unknown.slice(0, 3).join(', ')} (${unknown.length} in all)`);
  return mapTree(like, (_, path) => byPath.get(path) as U);
}

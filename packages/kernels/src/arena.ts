import { type Floats, floats, floatsOf } from './floats.ts';

/** Whatever must be disposed of by hand. */
export interface Disposable {
  dispose(): void;
}

/** Blocks of the kernels' memory, and other things to dispose of, that live and die together. */
export interface Arena extends Disposable {
  /** A block of zeros; see `floats`. */
  floats(length: number): Floats;
  /** A block holding a copy of `values`. */
  floatsOf(values: ArrayLike<number>): Floats;
  /** Makes something part of the arena; gives it back. */
  own<T extends Disposable>(thing: T): T;
}

/** An empty arena. Disposing of it twice does nothing. */
export function arena(): Arena {
  const owned: Disposable[] = [];
  const own = <T extends Disposable>(thing: T): T => {
    owned.push(thing);
    return thing;
  };
  const block = (made: Floats): Floats => {
    own({ dispose: () => made.free() });
    return made;
  };
  return {
    floats: (length) => block(floats(length)),
    floatsOf: (values) => block(floatsOf(values)),
    own,
    dispose() {
      for (const thing of owned.splice(0).reverse()) thing.dispose();
    },
  };
}

/** Builds something in an arena of its own, which is disposed of at once if that fails. */
export function inArena<T>(build: (memory: Arena) => T): { readonly result: T; readonly memory: Arena } {
  const memory = arena();
  try {
    return { result: build(memory), memory };
  } catch (error) {
    memory.dispose();
    throw error;
  }
}

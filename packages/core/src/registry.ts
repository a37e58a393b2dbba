/** Factories by name, so that configs and checkpoints can hold what they make: some built in, others brought by whoever uses us. */
export interface Registry<F> {
  /** Makes a factory known. Saying the same again does nothing; another factory of a known name is an error. */
  register(name: string, factory: F): void;
  /** The factory of a name. @throws if there is none, naming those that there are */
  get(name: string): F;
  has(name: string): boolean;
  names(): string[];
}

/**
 * @param noun what the factories make, as in `registerLayer` and `createLayer`: 'Layer'
 * @param builtIn those that need not be registered
 */
export function registry<F>(noun: string, builtIn: Readonly<Record<string, F>>): Registry<F> {
  const factories = new Map(Object.entries(builtIn));
  return {
    register(name, factory) {
      const known = factories.get(name);
      if (known && known !== factory) throw new Error(`register${noun}: "${name}" is taken by another factory`);
      factories.set(name, factory);
    },
    get(name) {
      const factory = factories.get(name);
      if (!factory)
        throw new Error(
          `create${noun}: wanted one of ${[...factories.keys()].join(', ')}, got ${JSON.stringify(name)} (register${noun} adds to them)`,
        );
      return factory;
    },
    has: (name) => factories.has(name),
    names: () => [...factories.keys()],
  };
}

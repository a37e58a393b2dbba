/** What can be written to a config file and read back unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** What is stored of a layer, likelihood, …: the name and the options of its factory. */
export type NamedConfig = { readonly name: string; readonly config: JsonObject };

/** Name and options, as JSON. */
export const namedConfig = ({ name, config }: NamedConfig): NamedConfig & JsonObject => ({ name, config });

/** JSON with the keys of every object in order: equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, node) =>
    typeof node === 'object' && node !== null && !Array.isArray(node)
      ? Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1)))
      : node,
  );
}

/** What can be written to a config file and read back unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** What is stored of a layer, likelihood, …: the name and the options of its factory. */
export type NamedConfig = { readonly name: string; readonly config: JsonObject };

/** Name and options, as JSON. */
export const namedConfig = ({ name, config }: NamedConfig): NamedConfig & JsonObject => ({ name, config });

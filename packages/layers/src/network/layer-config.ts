import type { JsonObject, Layer } from '@pixelrnn/core';

/** What is stored of a layer: its name in the registry and the options of its factory. */
export type LayerConfig = { readonly name: string; readonly config: JsonObject };

/** Name and options of a layer, as JSON. */
export const layerConfig = ({ name, config }: Layer): LayerConfig & JsonObject => ({ name, config });

/** Builds a layer from its config: `createLayer`, handed to layers that hold others. */
export type BuildLayer = (config: LayerConfig) => Layer;

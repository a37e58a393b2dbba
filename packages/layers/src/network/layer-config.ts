import { type Layer, type NamedConfig, namedConfig } from '@pixelrnn/core';

/** What is stored of a layer: its name in the registry and the options of its factory. */
export type LayerConfig = NamedConfig;

/** Name and options of a layer, as JSON. */
export const layerConfig = (layer: Layer) => namedConfig(layer);

/** Builds a layer from its config: `createLayer`, handed to layers that hold others. */
export type BuildLayer = (config: LayerConfig) => Layer;

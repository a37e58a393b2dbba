import { type Conditions, contiguousGroups, type Groups, type JsonObject, type Layer } from '@pixelrnn/core';
import type { MapLayout, Site } from './sites.ts';

/** How a layer is to be checked: what it promises, and on which inputs. */
export interface LayerCheckOptions {
  /** Whether an output group may see its own group at its own pixel: 'B' (it may; every layer but the first) or 'A' (first layer). */
  readonly mask?: 'A' | 'B';
  /** Colour groups of the maps: 1 grey, 3 RGB. Channels are split into contiguous parts, unless `inputGroups` or `outputGroups` say otherwise. */
  readonly groups?: number;
  readonly inputGroups?: Groups;
  readonly outputGroups?: Groups;
  /** Size of the images; not square unless told, so that swapped axes show. */
  readonly height?: number;
  readonly width?: number;
  /** Whether the layer takes images of this size only. */
  readonly fixedSize?: boolean;
  readonly seed?: string | number;
  /** Inputs are integers 0 … levels−1 rather than reals on ±1. */
  readonly levels?: number;
  /** Builds the layer again from what it saves of itself; with it, the contract covers the configuration. */
  readonly createLayer?: (saved: { readonly name: string; readonly config: JsonObject }) => Layer;
  /**
   * The blind spot: how many pairs of an output and an earlier input are not connected, or which ones. With it, the contract
   * requires exactly these.
   */
  readonly expectUnseen?: number | ((output: Site, input: Site) => boolean);
}

export const LAYER_CHECK_DEFAULTS = { mask: 'B', groups: 1, height: 4, width: 5, fixedSize: false, seed: 1 } as const;

/** Options with everything decided. */
export interface Setting {
  readonly mask: 'A' | 'B';
  readonly inputs: MapLayout;
  readonly outputs: MapLayout;
  readonly height: number;
  readonly width: number;
  readonly fixedSize: boolean;
  readonly seed: string | number;
  readonly conditions: Conditions;
  readonly levels?: number;
}

export function settingOf(layer: Layer, options: LayerCheckOptions): Setting {
  const { mask, groups, height, width, fixedSize, seed, levels, inputGroups, outputGroups } = {
    ...LAYER_CHECK_DEFAULTS,
    ...options,
  };
  const inputs = { here: inputGroups ?? contiguousGroups(layer.inputs.here, groups), above: layer.inputs.above };
  const outputs = { here: outputGroups ?? contiguousGroups(layer.outputs.here, groups), above: layer.outputs.above };
  const conditions = layer.conditions ?? {};
  return { mask, inputs, outputs, height, width, fixedSize, seed, conditions, levels };
}

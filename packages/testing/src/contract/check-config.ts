import type { JsonObject, Layer } from '@pixelrnn/core';
import { initialValues, sameValues } from './check-seeds.ts';
import type { LayerCheckOptions } from './setting.ts';

/**
 * A layer built from its configuration, written to JSON and read back, is the same layer: name, configuration, widths and initial
 * parameters. Needs `options.createLayer`.
 */
export async function checkConfig(layer: Layer, { createLayer }: LayerCheckOptions): Promise<void> {
  if (!createLayer) throw new Error(`checkConfig: wanted options.createLayer, got none`);
  const config = JSON.parse(JSON.stringify(layer.config)) as JsonObject;
  const copy = createLayer({ name: layer.name, config });
  const describe = ({ name, config, inputs, outputs }: Layer) => canonical({ name, config, inputs, outputs });
  if (describe(copy) !== describe(layer))
    throw new Error(
      `checkConfig: ${layer.name}: wanted ${describe(layer)}, got ${describe(copy)} from its configuration`,
    );
  if (!sameValues(await initialValues(layer, 1), await initialValues(copy, 1)))
    throw new Error(`checkConfig: ${layer.name}: built from its configuration, it has other initial parameters`);
}

/** JSON with keys in order and without undefined values. */
function canonical(value: object): string {
  return JSON.stringify(value, (_, node: unknown) =>
    node !== null && typeof node === 'object' && !Array.isArray(node)
      ? Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1)))
      : node,
  );
}

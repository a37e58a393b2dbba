import { describe, expect, it } from 'vitest';
import { type TinyLayerOptions, tinyLayer } from '../fixtures/tiny-layer.ts';
import { tinyStacks } from '../fixtures/tiny-stacks.ts';
import { checkLayer, LAYER_CHECKS, layerContract } from './layer-contract.ts';
import type { LayerCheckOptions } from './setting.ts';

const createLayer: LayerCheckOptions['createLayer'] = ({ config }) => tinyLayer(config as unknown as TinyLayerOptions);

const grey = { createLayer, expectUnseen: 0, height: 3, width: 4 };
layerContract('a grey layer that sees its own pixel', tinyLayer({ inputs: 2, outputs: 3 }), {
  describe,
  it,
  ...grey,
  // Only the pixel itself, the one to the left and the one above are seen.
  expectUnseen: (output, input) => output.row - input.row + Math.abs(output.column - input.column) > 1,
});
layerContract('a first layer in colour', () => tinyLayer({ inputs: 3, outputs: 5, groups: 3, mask: 'A' }), {
  describe,
  it,
  createLayer,
  mask: 'A',
  groups: 3,
});
layerContract('a later layer in colour', () => tinyLayer({ inputs: 6, outputs: 5, groups: 3 }), {
  describe,
  it,
  groups: 3,
});
layerContract(
  'a layer with groups of its own',
  () => tinyLayer({ inputs: 3, outputs: 3, groups: 3, outputGroups: [2, 0, 1] }),
  {
    describe,
    it,
    createLayer,
    groups: 3,
    outputGroups: [2, 0, 1],
  },
);
layerContract('a layer of two stacks', tinyStacks(2), { describe, it });

describe('layerContract', () => {
  it('registers what the options ask for, with any runner', async () => {
    const registered: { suite: string; test: string; body: () => Promise<void> }[] = [];
    let suite = '';
    const runner = {
      describe: (name: string, body: () => void) => {
        suite = name;
        body();
      },
      it: (test: string, body: () => Promise<void>) => registered.push({ suite, test, body }),
    };
    layerContract('tiny', tinyLayer({ inputs: 1, outputs: 1 }), runner);
    const always = LAYER_CHECKS.filter(({ applies }) => !applies).map(({ title }) => title);
    expect(registered.map(({ test }) => test)).toEqual(always);
    expect(registered.every((entry) => entry.suite === 'tiny')).toBe(true);
    layerContract('tiny', tinyLayer({ inputs: 1, outputs: 1 }), { ...runner, ...grey });
    expect(registered).toHaveLength(always.length + always.length + 2); // with a configuration and a blind spot
  });

  it('says that it has no runner', () => {
    expect(() => layerContract('tiny', tinyLayer({ inputs: 1, outputs: 1 }))).toThrow('describe and it');
  });

  it('runs without a runner as well, and throws', async () => {
    await checkLayer(tinyLayer({ inputs: 1, outputs: 1, mask: 'A' }), { mask: 'A', height: 2, width: 2 });
    await expect(
      checkLayer(tinyLayer({ inputs: 1, outputs: 1, mask: 'B' }), { mask: 'A', height: 2, width: 2 }),
    ).rejects.toThrow('checkCausality: tinyLayer: here(row 0, column 0, group 0) went from');
  });
});

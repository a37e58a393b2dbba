import { rmSync } from 'node:fs';
import { withMap } from '@pixelrnn/models';
import { describe, expect, it } from 'vitest';
import { checkpointFolder, listCheckpoints, readCheckpoint } from '../checkpoint/checkpoint.ts';
import { evaluateRun } from '../run/evaluate-run.ts';
import { openRun } from '../run/open-run.ts';
import { readRunConfig } from '../run/run-config.ts';
import { arrayBytes, inFolder, TINY_MODEL, tinyRecipe } from './tiny-run.fixture.ts';
import { trainRun } from './train-run.ts';

const stopAt = (step: number) => {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress: (progress: { step: number }) => progress.step === step && controller.abort(),
  };
};

describe('a run that begins from the weights of another', () => {
  it('has them before its first step, and keeps them', () =>
    inFolder(async (folder) => {
      const [from, out] = [`${folder}/from`, `${folder}/out`];
      await trainRun({ out: from, recipe: tinyRecipe() });
      const origin = await openRun(from);
      await trainRun({ out, recipe: tinyRecipe({ seed: 9, keep: 9 }), init: from });

      const { params, averaged, state } = await readCheckpoint(out, 0);
      expect([params, averaged]).toEqual([origin.arrays, origin.arrays]);
      expect(state.step).toBe(0);
      const config = await readRunConfig(out);
      expect(config!.init).toEqual({
        run: 'from',
        step: origin.state.step,
        hash: origin.config.hash,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    }));

  it('does not initialize from data anew what has been learned', () =>
    inFolder(async (folder) => {
      const [from, out] = [`${folder}/from`, `${folder}/out`];
      const { image } = TINY_MODEL;
      const model = { system: 'pixelCnnPp', image, filters: 2, resnets: 1, scales: 1, dropout: 0 };
      await trainRun({ out: from, recipe: tinyRecipe({ model, steps: 2 }) });
      const still = { optimizer: { name: 'adam', learningRate: 1e-30 }, schedule: [], steps: 1 };
      await trainRun({ out, recipe: tinyRecipe({ model, ...still }), init: from });
      expect((await readCheckpoint(out, 1)).params).toEqual((await openRun(from)).arrays);
    }));

  it('begins as the other ended, where it takes a condition that the other did not', () =>
    inFolder(async (folder) => {
      const [from, out] = [`${folder}/from`, `${folder}/out`];
      const model = { system: 'gatedPixelCnn', image: TINY_MODEL.image, layers: 1, channels: 2, size: 3, head: 4 };
      await trainRun({ out: from, recipe: tinyRecipe({ model }) });
      const { nats } = await evaluateRun(from, { split: 'test', limit: 4 });
      const warnings: string[] = [];
      await trainRun({
        out,
        recipe: tinyRecipe({ model: withMap(model, 1) as typeof model, restore: 'blur:1', keep: 9 }),
        init: from,
        onWarning: (line) => warnings.push(line),
      });
      expect(warnings.join()).toMatch(
        /from: has no weights of a condition: \d+ begin at zero \(0-gatedConv2d.*\), \d+ begin at random \(mapEncoder/,
      );
      expect((await evaluateRun(out, { split: 'test', limit: 4, checkpoint: 0 })).nats).toBeCloseTo(nats, 4);
      const { averaged } = await readCheckpoint(out, 0);
      const encoder = [...averaged!].filter(([path]) => path.startsWith('mapEncoder/') && path.endsWith('weights'));
      expect(encoder.map(([, { values }]) => values.some((value) => value !== 0))).toEqual([true, true, true, true]);
      await expect(trainRun({ out: `${folder}/back`, recipe: tinyRecipe({ model }), init: out })).rejects.toThrow('its weights are not those of this model'); // biome-ignore format: one row
    }));

  it('goes on without the other, with the same bits', () =>
    inFolder(async (folder) => {
      const [from, out, alone] = [`${folder}/from`, `${folder}/out`, `${folder}/alone`];
      await trainRun({ out: from, recipe: tinyRecipe() });
      await trainRun({ out: alone, recipe: tinyRecipe(), init: from });
      await trainRun({ out, recipe: tinyRecipe(), init: from, ...stopAt(2) });
      rmSync(from, { recursive: true });
      await trainRun({ out, resume: true });
      expect(arrayBytes(out, 12)).toEqual(arrayBytes(alone, 12));
    }));

  it('asks for them again if it was stopped before it kept them', () =>
    inFolder(async (folder) => {
      const [from, other, out, alone] = ['from', 'other', 'out', 'alone'].map((name) => `${folder}/${name}`);
      await trainRun({ out: from, recipe: tinyRecipe() });
      await trainRun({ out: other, recipe: tinyRecipe({ seed: 2 }) });
      await trainRun({ out: alone, recipe: tinyRecipe(), init: from });
      await trainRun({ out, recipe: tinyRecipe(), init: from, ...stopAt(1) });
      for (const step of await listCheckpoints(out)) rmSync(checkpointFolder(out, step), { recursive: true });

      await expect(trainRun({ out, resume: true })).rejects.toThrow(
        'was stopped before it kept the weights of from that it begins from: name that run again',
      );
      await expect(trainRun({ out, resume: true, init: other })).rejects.toThrow('its weights are not those that');
      await trainRun({ out, resume: true, init: from });
      expect(arrayBytes(out, 12)).toEqual(arrayBytes(alone, 12));
    }));

  it('is refused where they are of another model', () =>
    inFolder(async (folder) => {
      const [from, out] = [`${folder}/from`, `${folder}/out`];
      await trainRun({ out: from, recipe: tinyRecipe(), ...stopAt(1) });
      const recipe = tinyRecipe({ model: { ...TINY_MODEL, hidden: 3 } });
      await expect(trainRun({ out, recipe, init: from })).rejects.toThrow(
        /from: its weights are not those of this model: (\S+: wanted \[[\d,]+\], found \[[\d,]+\]; ){2}\S+: wanted \[[\d,]+\], found \[[\d,]+\] \(\d+ in all\)$/,
      );
      await expect(trainRun({ out, recipe, init: `${folder}/none` })).rejects.toThrow('none holds no run');
      expect(await readRunConfig(out)).toBeUndefined();
      await expect(trainRun({ out: from, resume: true, init: from })).rejects.toThrow('was begun without the weights');
    }));
});

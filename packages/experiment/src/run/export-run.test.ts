import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@pixelrnn/files';
import { expect, it } from 'vitest';
import { checkpointFolder } from '../checkpoint/checkpoint.ts';
import { inFolder, tinyRecipe } from '../train/tiny-run.fixture.ts';
import { trainRun } from '../train/train-run.ts';
import { evaluateRun } from './evaluate-run.ts';
import { exportRun } from './export-run.ts';
import { readJournal } from './journal.ts';
import { openRun } from './open-run.ts';

it('keeps to itself where the images of a run lay', () =>
  inFolder(async (folder) => {
    const [from, to] = [join(folder, 'run'), join(folder, 'published')];
    await trainRun({ recipe: tinyRecipe(), out: from });
    const run = await openRun(from);
    const recipe = {
      ...run.config.recipe,
      dataset: { name: 'image-folder', options: { folder: '/home/ada/holidays' } },
    };
    const amended = [{ step: 0, folder: '/home/ada/elsewhere', time: '2026-01-01T00:00:00.000Z' }];
    await exportRun({ ...run, config: { ...run.config, recipe, amended } }, to);
    expect(readFileSync(join(to, 'config.json'), 'utf8')).not.toContain('/home');
    expect((await openRun(to)).config).toMatchObject({
      recipe: { dataset: { options: { folder: 'holidays' } } },
      amended: [{ folder: 'elsewhere' }],
    });
  }));

it('keeps the weights and the evaluations of a run, and nothing to train on', () =>
  inFolder(async (folder) => {
    const [from, to] = [join(folder, 'run'), join(folder, 'published')];
    await trainRun({ recipe: tinyRecipe(), out: from });
    const evaluation = await evaluateRun(from, { split: 'valid', limit: 8 });
    const run = await openRun(from);
    await exportRun(run, to);

    const again = await openRun(to);
    expect(again.weights).toEqual(run.weights);
    expect(again.config).toEqual(run.config);
    expect((await evaluateRun(to, { split: 'valid', limit: 8, record: false })).nats).toBe(evaluation.nats);
    expect(readdirSync(checkpointFolder(to, run.state.step)).sort()).toEqual([
      'SHA256SUMS',
      'averaged.safetensors',
      'state.json',
    ]);
    expect((await readJournal(to)).map(({ event, nats }) => [event, nats])).toEqual([['evaluate', evaluation.nats]]);

    await expect(trainRun({ resume: true, out: to })).rejects.toThrow('holds weights only: no run can go on from it');
    await expect(exportRun(run, to)).rejects.toThrow('holds a run already: wanted another folder');
    const own = join(folder, 'own');
    await writeFileAtomic(join(own, 'notes.txt'), 'mine');
    await expect(exportRun(run, own)).rejects.toThrow('wanted an empty folder or a run, found notes.txt');
    expect(readdirSync(own)).toEqual(['notes.txt']);
  }));

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileSystem, NODE_FILES } from '@pixelrnn/files';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { checkpointFolder, listCheckpoints, readCheckpoint, saveCheckpoint } from '../checkpoint/checkpoint.ts';
import { lockPath } from '../lock.ts';
import type { RecipeInput } from '../recipe/recipe-schema.ts';
import { sheet } from '../report/sheet.ts';
import { evaluateRun } from '../run/evaluate-run.ts';
import { readJournal } from '../run/journal.ts';
import { openRun } from '../run/open-run.ts';
import { readRunConfig } from '../run/run-config.ts';
import type { TrainRunOptions } from './begin-run.ts';
import type { TrainProgress } from './progress.ts';
import { arrayBytes, diskFullAfter, inFolder, TINY_MODEL, tinyRecipe } from './tiny-run.fixture.ts';
import { trainRun } from './train-run.ts';

const LAST = 12;

/** Stops after so many steps, as Ctrl-C does. */
function stopAfter(step: number): Pick<TrainRunOptions, 'signal' | 'onProgress'> {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onProgress: (progress) => {
      if (progress.step === step) controller.abort();
    },
  };
}

/** Large enough after the first step that the second overflows. */
const SOON_DIVERGES: Partial<RecipeInput> = {
  optimizer: { name: 'rmsprop', learningRate: 1e15 },
  schedule: [],
  clip: {},
};

/** What the journal says of steps, evaluations and samples, without times. */
const eventsOf = async (run: string) =>
  (await readJournal(run))
    .filter(({ event }) => ['step', 'evaluation', 'samples'].includes(event))
    .map(({ event, step, nats, bitsPerDim }) => ({ event, step, nats, bitsPerDim }));

/** The final arrays of a run that nothing has disturbed. */
const undisturbed = inFolder(async (out) => {
  await trainRun({ out, recipe: tinyRecipe() });
  return arrayBytes(out, LAST);
});

describe('trainRun', () => {
  it('leaves a folder that says everything', () =>
    inFolder(async (out) => {
      const progress: TrainProgress[] = [];
      const recipe = tinyRecipe({ sampleEvery: 6, sampleCount: 4 });
      const backend = { backend: 'cpu', fused: [] };
      const result = await trainRun({ out, recipe, backend, onProgress: (state) => progress.push(state) });

      expect(result).toMatchObject({
        folder: out,
        step: LAST,
        steps: LAST,
        interrupted: false,
        report: join(out, 'report.html'),
      });
      expect(result.valid).toMatchObject({ step: LAST, nats: expect.any(Number) });
      expect(result.best!.nats).toBeLessThanOrEqual(result.valid!.nats);
      expect(readdirSync(out).sort()).toEqual([
        'checkpoints',
        'config.json',
        'journal.jsonl',
        'report.html',
        'samples',
      ]);
      expect(readdirSync(join(out, 'samples')).sort()).toEqual(['12.png', '6.png']);

      const config = await readRunConfig(out);
      expect(config).toMatchObject({ format: 1, recipe, steps: LAST, parameters: result.parameters });
      expect(config).toMatchObject({
        dataset: { binarize: 'threshold' },
        environment: { backend, node: process.version },
      });

      const journal = await readJournal(out);
      const steps = (event: string) => journal.filter((entry) => entry.event === event).map(({ step }) => step);
      expect(steps('step')).toEqual(Array.from({ length: LAST }, (_, i) => i + 1));
      expect(steps('evaluation')).toEqual([4, 8, 12]);
      expect(steps('samples')).toEqual([6, 12]);
      expect([journal[0].event, journal.at(-1)!.event]).toEqual(['start', 'end']);
      expect(journal.find(({ event }) => event === 'step')).toMatchObject({
        nats: expect.any(Number),
        bitsPerDim: expect.any(Number),
        imagesPerSecond: expect.any(Number),
        memory: { residentMiB: expect.any(Number) },
        seconds: expect.any(Number),
      });

      const training = progress.filter(({ phase }) => phase === 'training');
      expect(training.map(({ step }) => step)).toEqual(steps('step'));
      expect(training.at(-1)).toMatchObject({ steps: LAST, eta: 0, valid: { step: 8 } });
      expect(progress.some(({ phase }) => phase === 'sampling')).toBe(true);
    }));

  it('keeps the newest checkpoints and the best', () =>
    inFolder(async (out) => {
      const { best } = await trainRun({ out, recipe: tinyRecipe({ keep: 1 }) });
      expect(await listCheckpoints(out)).toEqual([...new Set([best!.step, LAST])].sort((a, b) => a - b));
    }));

  it('goes on, with a warning, where a checkpoint that is no longer wanted cannot be removed', () =>
    inFolder(async (out) => {
      const warnings: string[] = [];
      // A removal begins by renaming; this is in its way.
      const onCheckpoint = () =>
        void mkdirSync(join(`${checkpointFolder(out, 3)}.partial`, 'full'), { recursive: true });
      const recipe = tinyRecipe({ keep: 1, evaluateEvery: LAST });
      const onWarning = (line: string) => warnings.push(line);
      await trainRun({ out, recipe, callbacks: [{ onCheckpoint }], onWarning });
      expect(await listCheckpoints(out)).toEqual([3, LAST]);
      expect(new Set(warnings)).toEqual(
        new Set([
          expect.stringMatching(/^cannot write \S+3: .*; this checkpoint should have been removed, and stays$/),
        ]),
      );
      expect(arrayBytes(out, LAST)).toEqual(await undisturbed);
    }));

  it('holds no tensors afterwards', () =>
    inFolder(async (out) => {
      const before = tf.memory().numTensors;
      await trainRun({ out, recipe: tinyRecipe(), ...stopAfter(5) });
      await trainRun({ out, resume: true });
      expect(tf.memory().numTensors).toBe(before);
    }));

  it('stops after the step in progress when told to, and goes on with the same bits', () =>
    inFolder(async (out) => {
      const first = await trainRun({ out, recipe: tinyRecipe(), ...stopAfter(5) });
      expect(first).toMatchObject({ step: 5, interrupted: true });
      expect(await listCheckpoints(out)).toContain(5);
      expect(existsSync(first.report!)).toBe(true);
      const second = await trainRun({ out, resume: true, recipe: tinyRecipe() });
      expect(second).toMatchObject({ step: LAST, interrupted: false });
      expect(second.seconds).toBeGreaterThan(first.seconds);
      expect(arrayBytes(out, LAST)).toEqual(await undisturbed);
    }));

  it('begins nothing but to save once it is told to stop, and makes up for it', () =>
    inFolder(async (folder) => {
      const [out, alone] = ['out', 'alone'].map((name) => join(folder, name));
      const recipe = tinyRecipe({ sampleEvery: 4, sampleCount: 2, journalEvery: 3 });
      await trainRun({ out: alone, recipe });
      for (const step of [4, 8, LAST]) {
        const { valid, interrupted } = await trainRun({ out, recipe, resume: true, ...stopAfter(step) });
        expect({ interrupted, valid: valid?.step }).toEqual({
          interrupted: true,
          valid: step > 4 ? step - 4 : undefined,
        });
        expect(existsSync(join(out, 'samples', `${step}.png`))).toBe(false);
      }
      expect(await trainRun({ out, resume: true })).toMatchObject({ interrupted: false, valid: { step: LAST } });
      expect(await eventsOf(out)).toEqual(await eventsOf(alone));
      expect(arrayBytes(out, LAST)).toEqual(arrayBytes(alone, LAST));
      expect((await trainRun({ out, resume: true })).valid).toBeUndefined();
    }));

  it('uses the checkpoint before a damaged one, with a warning, and ends with the same bits', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: tinyRecipe(), ...stopAfter(8) });
      writeFileSync(join(checkpointFolder(out, 8), 'params.safetensors'), 'rubbish');
      const warnings: string[] = [];
      await trainRun({ out, resume: true, onWarning: (line) => warnings.push(line) });
      expect(warnings).toEqual([expect.stringContaining('params.safetensors is damaged')]);
      expect(arrayBytes(out, LAST)).toEqual(await undisturbed);
      const steps = (await readJournal(out)).filter(({ event }) => event === 'step').map(({ step }) => step);
      expect(steps).toEqual(Array.from({ length: LAST }, (_, i) => i + 1));
    }));

  it('keeps what it saves after a damaged checkpoint, which it sets aside', () =>
    inFolder(async (out) => {
      const recipe = tinyRecipe({ keep: 1, evaluateEvery: LAST });
      await trainRun({ out, recipe, ...stopAfter(5) });
      cpSync(checkpointFolder(out, 5), checkpointFolder(out, 9), { recursive: true });
      writeFileSync(join(checkpointFolder(out, 9), 'state.json'), '');
      await trainRun({ out, resume: true, ...stopAfter(8) });
      expect(await listCheckpoints(out)).toEqual([8]);
      expect(readdirSync(join(out, 'checkpoints')).sort()).toEqual(['8', '9.unread']);
      expect(existsSync(join(out, 'checkpoints', '9.unread', 'params.safetensors'))).toBe(true);
      expect((await readJournal(out)).find(({ event }) => event === 'resume')).toMatchObject({ unread: ['9.unread'] });
    }));

  it('stops at a checkpoint of a newer version, and leaves it where it is', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: tinyRecipe(), ...stopAfter(8) });
      const newer = await readCheckpoint(out, 8);
      await saveCheckpoint(out, { ...newer, state: { ...newer.state, format: 2 } });
      const before = await readJournal(out);
      await expect(trainRun({ out, resume: true })).rejects.toThrow(
        new RegExp(`^${checkpointFolder(out, 8)}: wanted format 1, found 2$`),
      );
      expect(await listCheckpoints(out)).toContain(8);
      expect(await readJournal(out)).toEqual(before);
    }));

  it.each([
    [false, 'holds a run already'],
    [true, 'was begun with seed = 1, not 2'],
  ])('goes by the config that it finds once the folder is its own (resume: %s)', (resume, message) =>
    inFolder(async (out) => {
      // Somebody else begins and ends a run after this one has looked into the folder, before it has got its lock.
      let other: Promise<unknown> | undefined;
      const mkdir: FileSystem['mkdir'] = async (path, options) => {
        other ??= trainRun({ out, recipe: tinyRecipe(), ...stopAfter(3) });
        await other;
        return NODE_FILES.mkdir(path, options);
      };
      const late = trainRun({ out, recipe: tinyRecipe({ seed: 2 }), resume, files: { ...NODE_FILES, mkdir } });
      await expect(late).rejects.toThrow(message);
      expect(await listCheckpoints(out)).toEqual([3]);
      expect(existsSync(lockPath(out))).toBe(false);
    }),
  );

  it('says so in one line when the disk is full, at whatever write, and can go on afterwards', () =>
    inFolder(async (folder) => {
      for (const writes of [0, 1, 2, 6, 11, 17, 23]) {
        const out = join(folder, String(writes));
        const failed = trainRun({ out, recipe: tinyRecipe(), files: diskFullAfter(writes) });
        await expect(failed).rejects.toThrow(/^cannot write \S+: no space left on the device$/);
        await trainRun({ out, recipe: tinyRecipe(), resume: true });
        expect(arrayBytes(out, LAST)).toEqual(await undisturbed);
        expect(readdirSync(join(out, 'checkpoints')).filter((name) => name.includes('partial'))).toEqual([]);
      }
    }));

  it('has nothing to do where a run is complete', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: tinyRecipe() });
      const again = await trainRun({ out, resume: true });
      expect(again).toMatchObject({ step: LAST, interrupted: false });
      expect(arrayBytes(out, LAST)).toEqual(await undisturbed);
    }));

  it('turns minutes into steps once', () =>
    inFolder(async (out) => {
      const recipe = tinyRecipe({ minutes: 0.05, evaluateEvery: 1000 });
      const first = await trainRun({ out, recipe, ...stopAfter(2) });
      const config = await readRunConfig(out);
      expect(first).toMatchObject({ step: 2, interrupted: true, steps: config!.steps });
      expect(config!.steps).toBeGreaterThan(2);
      expect(config!.secondsPerStep).toBeGreaterThan(0);
      expect((await trainRun({ out, resume: true, recipe })).steps).toBe(config!.steps);
    }));

  it('counts epochs in whole batches', () =>
    inFolder(async (out) => {
      const { steps: _, ...recipe } = tinyRecipe();
      const { steps } = await trainRun({ out, recipe: { ...recipe, epochs: 0.01 } });
      expect(steps).toBe(Math.round(0.01 * Math.floor(1197 / 2)));
    }));

  it('takes a decay over the run for one over the steps of its epochs', () =>
    inFolder(async (out) => {
      const { steps: _, ...recipe } = tinyRecipe({ schedule: [{ name: 'linear' }] });
      await trainRun({ out, recipe: { ...recipe, epochs: 0.01 } });
      const rates = (await readJournal(out)).flatMap(({ event, learningRate }) =>
        event === 'step' ? [Number(learningRate) / 0.02] : [],
      );
      expect(rates).toEqual([6, 5, 4, 3, 2, 1].map((left) => expect.closeTo(left / 6, 6)));
    }));

  it('names the step and the last good checkpoint when training diverges', () =>
    inFolder(async (out) => {
      const failed = trainRun({ out, recipe: tinyRecipe({ ...SOON_DIVERGES, checkpointEvery: 1 }) });
      await expect(failed).rejects.toThrow(
        new RegExp(`at step 2; try a lower learning rate.*; the last good checkpoint is ${checkpointFolder(out, 1)}$`),
      );
      expect(await listCheckpoints(out)).toEqual([1]);
      const { params } = await readCheckpoint(out, 1);
      for (const { values } of params.values()) expect(values.every(Number.isFinite)).toBe(true);
    }));

  it('says the same when validation finds it first', () =>
    inFolder(async (out) => {
      const failed = trainRun({ out, recipe: tinyRecipe({ ...SOON_DIVERGES, evaluateEvery: 1 }) });
      await expect(failed).rejects.toThrow(
        /in validation −log p of image 0 is \S+ at step 1; try a lower .*; there is no checkpoint yet$/,
      );
    }));

  it.each<[string, (out: string) => Partial<TrainRunOptions>, string]>([
    ['a folder without a run', () => ({ resume: true, recipe: undefined }), 'holds no run to resume'],
    [
      'another image size',
      () => ({ recipe: tinyRecipe({ model: { ...TINY_MODEL, image: { ...TINY_MODEL.image, width: 9 } } }) }),
      'wants images of 8×9×1 with 2 levels, but digits has 8×8×1 with 2 levels',
    ],
    [
      'a data set with an unknown option',
      () => ({ recipe: tinyRecipe({ dataset: { name: 'digits', options: { binarise: 1 } } }) }),
      'digits: unknown option "binarise"',
    ],
    [
      'missing data',
      (out) => ({ recipe: tinyRecipe({ dataset: { name: 'mnist' } }), dataDir: out }),
      'pixelrnn fetch mnist',
    ],
    ['a time too short', () => ({ recipe: tinyRecipe({ minutes: 0.001 }) }), '0.001 minutes are too few'],
  ])('refuses %s', (_, options, message) =>
    inFolder(async (out) => {
      const failed = trainRun({ out, recipe: tinyRecipe(), ...options(out) });
      await expect(failed).rejects.toThrow(message);
      await expect(failed).rejects.toMatchObject({
        name: 'ExperimentError',
        message: expect.not.stringContaining('\n'),
      });
    }),
  );

  it('leaves no folder that it has made for nothing, and one of somebody else', () =>
    inFolder(async (folder) => {
      const recipe = tinyRecipe({ minutes: 0.001 });
      for (const out of [join(folder, 'new'), folder])
        await expect(trainRun({ out, recipe })).rejects.toThrow('too few');
      expect(readdirSync(folder)).toEqual([]);
    }));

  it('refuses classes that the data does not have', () =>
    inFolder(async (out) => {
      const model = { system: 'gatedPixelCnn', image: TINY_MODEL.image, layers: 1, channels: 2, head: 2, classes: 3 };
      await expect(trainRun({ out, recipe: tinyRecipe({ model }) })).rejects.toThrow(
        'wants 3 classes, but digits has 10',
      );
    }));

  it('refuses other data, and warns of another backend', () =>
    inFolder(async (folder) => {
      const [out, images] = ['run', 'images'].map((name) => join(folder, name));
      const png = sheet(new Float32Array(64), TINY_MODEL.image, { scale: 1, gap: 0 });
      const add = (name: string) => writeFileSync(join(images, 'train', name), png);
      mkdirSync(join(images, 'train'), { recursive: true });
      for (const name of ['a.png', 'b.png', 'c.png']) add(name);
      const options = { folder: images, height: 8, width: 8, channels: 1, binarize: 'threshold' };
      await trainRun({ out, recipe: tinyRecipe({ dataset: { name: 'image-folder', options } }), ...stopAfter(1) });
      const warnings: string[] = [];
      const onWarning = (line: string) => warnings.push(line);
      await trainRun({ out, resume: true, backend: { backend: 'wasm' }, onWarning, ...stopAfter(2) });
      expect(warnings).toEqual([expect.stringContaining('was begun with backend = "cpu", not "wasm"')]);
      add('d.png');
      await expect(trainRun({ out, resume: true })).rejects.toThrow(/was begun on other data: .* listing = "/);
    }));

  it('refuses a folder in which another process trains, and goes on after one that was killed', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: tinyRecipe(), ...stopAfter(5) });
      writeFileSync(lockPath(out), `${process.ppid}\n`);
      await expect(trainRun({ out, resume: true })).rejects.toThrow(`is being trained by process ${process.ppid}`);
      writeFileSync(lockPath(out), `${spawnSync(process.execPath, ['-e', '']).pid}\n`);
      await trainRun({ out, resume: true });
      expect(arrayBytes(out, LAST)).toEqual(await undisturbed);
      expect(existsSync(lockPath(out))).toBe(false);
    }));

  it('refuses checkpoints without a config', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: tinyRecipe(), ...stopAfter(1) });
      rmSync(join(out, 'config.json'));
      for (const resume of [true, false])
        await expect(trainRun({ out, recipe: tinyRecipe(), resume })).rejects.toThrow('but no config.json to go with');
    }));

  it('refuses a folder in use, another recipe, a changed config and a path through a file', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: tinyRecipe(), ...stopAfter(1) });
      await expect(trainRun({ out, recipe: tinyRecipe() })).rejects.toThrow(
        'holds a run already: resume it, or choose another folder',
      );
      const other = tinyRecipe({ batchSize: 3 });
      await expect(trainRun({ out, resume: true, recipe: other })).rejects.toThrow(
        'was begun with batchSize = 2, not 3',
      );
      const path = join(out, 'config.json');
      const config = readFileSync(path, 'utf8');
      writeFileSync(path, config.replace('"batchSize": 2', '"batchSize": 4'));
      await expect(trainRun({ out, resume: true })).rejects.toThrow('was changed since the run began');
      writeFileSync(path, config.slice(0, 50));
      await expect(trainRun({ out, resume: true })).rejects.toThrow('config.json is damaged');
      const below = trainRun({ out: join(path, 'run'), recipe: tinyRecipe() });
      await expect(below).rejects.toThrow('a part of this path is a file, not a folder');
    }));
});

describe('openRun and evaluateRun', () => {
  it('give the averaged parameters of the best or the newest checkpoint', () =>
    inFolder(async (out) => {
      const { best } = await trainRun({ out, recipe: tinyRecipe() });
      const run = await openRun(out);
      expect(run.state.step).toBe(best!.step);
      expect((await openRun(out, { checkpoint: 'latest' })).state.step).toBe(LAST);
      expect(run.model.config).toEqual(TINY_MODEL);
      expect((await run.dataset()).name).toBe('digits');
      const params = run.params();
      const [tensor, weights] = [firstLeaf(params), firstLeaf(run.weights)];
      expect(tensor instanceof tf.Tensor && tensor.dataSync()).toEqual(weights);
      tf.dispose(params as tf.TensorContainer);
    }));

  it('fall back to the newest where the best is damaged', () =>
    inFolder(async (out) => {
      const { best } = await trainRun({ out, recipe: tinyRecipe(), ...stopAfter(6) });
      expect(best!.step).toBe(4);
      expect((await openRun(out)).state.step).toBe(4);
      writeFileSync(join(checkpointFolder(out, 4), 'averaged.safetensors'), '');
      const warnings: string[] = [];
      expect((await openRun(out, { onWarning: (line) => warnings.push(line) })).state.step).toBe(6);
      expect(warnings).toEqual([expect.stringContaining('using checkpoint 6 instead of the best')]);
    }));

  it('give a result with its conditions, the same as the journal', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: tinyRecipe() });
      const before = tf.memory().numTensors;
      const result = await evaluateRun(out, { split: 'test', limit: 50, batchSize: 20, checkpoint: 'latest' });
      expect(tf.memory().numTensors).toBe(before);
      expect(result).toMatchObject({ images: 50, split: 'test', bound: 'exact', backend: 'cpu', step: LAST });
      expect(result.bitsPerDim).toBeCloseTo(result.nats / (64 * Math.LN2), 10);
      expect(result.dataset).toMatchObject({ name: 'digits', binarize: 'threshold' });
      expect((await readJournal(out)).at(-1)).toMatchObject({ event: 'evaluate', ...result });
      const other = await evaluateRun(out, { split: 'test', limit: 50, batchSize: 7, checkpoint: 'latest' });
      expect(other.nats).toBeCloseTo(result.nats, 4);
    }));

  it('give a result where the run cannot be written to, with a warning', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: tinyRecipe() });
      const warnings: string[] = [];
      const onWarning = (line: string) => warnings.push(line);
      const options = { split: 'test', limit: 10, files: diskFullAfter(0), onWarning } as const;
      expect((await evaluateRun(out, options)).images).toBe(10);
      expect(warnings).toEqual([expect.stringMatching(/^cannot write .*journal.jsonl.*; the result is not kept/)]);
    }));

  it('warn of other data than those trained on', () =>
    inFolder(async (out) => {
      await trainRun({ out, recipe: tinyRecipe(), ...stopAfter(1) });
      const path = join(out, 'config.json');
      const config = JSON.parse(readFileSync(path, 'utf8'));
      writeFileSync(path, JSON.stringify({ ...config, dataset: { ...config.dataset, binarize: 'none' } }));
      const warnings: string[] = [];
      await evaluateRun(out, { split: 'test', limit: 10, onWarning: (line) => warnings.push(line) });
      expect(warnings).toEqual([expect.stringContaining('digits with binarize = "none", not "threshold"')]);
    }));

  it('say what is missing', () =>
    inFolder(async (out) => {
      await expect(openRun(out)).rejects.toThrow('holds no run: there is no config.json');
      await expect(openRun(join(out, 'nowhere'))).rejects.toThrow('holds no run');
    }));
});

function firstLeaf(tree: object): unknown {
  const [value] = Object.values(tree);
  return Object.getPrototypeOf(value) === Object.prototype ? firstLeaf(value) : value;
}

import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { digits } from '@pixelrnn/data';
import { openRun } from '@pixelrnn/experiment';
import { recordingTerminal } from '@pixelrnn/shell';
import { decodeSafetensors, loadPretrained } from '@pixelrnn/weights';
import * as tf from '@tensorflow/tfjs-core';
import { decode, encode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { run } from './run.ts';
import { lastJson, onCpu, type Ran, runHere } from './terminal.fixture.ts';
import { tinyRecipe } from './tiny-run.fixture.ts';

let trained: Ran;
const at = temporaryFolder();
const pixelrnn = (...args: string[]) => runHere([...onCpu(args), '--json']);

beforeAll(async () => {
  await writeFile(at('recipe.json'), JSON.stringify(tinyRecipe));
  trained = await pixelrnn('train', at('recipe.json'), '--out', at('run'), '--seed', '3');
});

it('train writes a run and says how far it came', async () => {
  expect(trained.code).toBe(0);
  expect(lastJson(trained)).toMatchObject({ folder: at('run'), step: 4, steps: 4, interrupted: false, backend: 'cpu' });
  expect(JSON.parse(await readFile(at('run', 'config.json'), 'utf8')).recipe).toMatchObject({ seed: 3, batchSize: 8 });
  expect(trained.stderr).toMatch(/^step 4\/4 · [\d.]+ nats, [\d.]+ bits\/dim · \d+ images\/s/m);
});

it('train stops in order when interrupted, and goes on later', async () => {
  const interrupted = await runHere(['train', at('recipe.json'), '--out', at('cut'), '--backend', 'cpu', '--json'], {
    interrupt: AbortSignal.abort(),
  });
  expect(interrupted.code).toBe(130);
  const { step } = lastJson(interrupted);
  expect(lastJson(interrupted)).toMatchObject({ interrupted: true });
  expect(step).toBeLessThan(4);
  const resumed = await pixelrnn('train', '--resume', '--out', at('cut'));
  expect(resumed.code).toBe(0);
  expect(lastJson(resumed)).toMatchObject({ step: 4, interrupted: false });
});

it('train goes on to more steps', async () => {
  await pixelrnn('train', at('recipe.json'), '--out', at('longer'), '--set', 'schedule=[{"name":"linear"}]');
  const ran = await pixelrnn('train', '--resume', '--out', at('longer'), '--steps', '6');
  expect(ran.code).toBe(0);
  expect(lastJson(ran)).toMatchObject({ step: 6, steps: 6, interrupted: false });
  expect(ran.stderr).toContain('its schedule lasts 6 steps now: the learning rate goes on at 33.3 % of the full one');
  expect(lastJson(await pixelrnn('inspect', at('longer')))).toMatchObject({ steps: 6, extended: [{ from: 4, to: 6 }] });
});

it('train takes a likelihood by name, or with its options', async () => {
  const judged = async (folder: string, likelihood: string) => {
    const set = ['--set', `model.likelihood=${likelihood}`];
    expect((await pixelrnn('train', at('recipe.json'), '--out', at(folder), ...set)).code).toBe(0);
    expect((await pixelrnn('sample', at(folder), '--count', '1', '--out', at(`${folder}.png`))).code).toBe(0);
    return lastJson(await pixelrnn('evaluate', at(folder), '--split', 'valid')).nats;
  };
  const ten = await judged('mixture', 'logisticMixture');
  expect(ten).toBeGreaterThan(0);
  expect(await judged('pair', '{"name":"logisticMixture","config":{"components":2}}')).not.toBe(ten);
});

it('train begins from the weights of another run', async () => {
  const ran = await pixelrnn('train', at('recipe.json'), '--out', at('second'), '--init', at('run'));
  expect(ran.code).toBe(0);
  expect(lastJson(await pixelrnn('inspect', at('second')))).toMatchObject({ init: { run: 'run', step: 4 } });
});

it('train stops early, and writes event files', async () => {
  const recipe = ['train', at('recipe.json'), '--out', at('early'), '--set', 'evaluateEvery=1'];
  const ran = await runHere([...recipe, '--patience', '2', '--min-delta', '1000', '--tensorboard', '--backend', 'cpu']);
  expect(ran.code).toBe(0);
  expect(ran.stdout).toMatch(/^trained +3 of 4 steps/m);
  expect(ran.stdout).toMatch(/^stopped +early stopping: none of 2 validations was better than .* by more than 1000$/m);
  const { earlyStopping } = JSON.parse(await readFile(at('early', 'config.json'), 'utf8')).recipe;
  expect(earlyStopping).toEqual({ patience: 2, minDelta: 1000 });
  expect(await readdir(at('early', 'tensorboard'))).toEqual([
    expect.stringMatching(/^events\.out\.tfevents\.\d+\.pixelrnn\.0$/),
  ]);
});

it('train takes a least difference of 0, over that of a recipe', async () => {
  const recipe = ['train', at('recipe.json'), '--out', at('any'), '--set', 'earlyStopping={"patience":3,"minDelta":2}'];
  expect(await pixelrnn(...recipe, '--min-delta', '0')).toMatchObject({ code: 0 });
  const { earlyStopping } = JSON.parse(await readFile(at('any', 'config.json'), 'utf8')).recipe;
  expect(earlyStopping).toEqual({ patience: 3, minDelta: 0 });
});

it('evaluate gives the likelihood of a split, with its conditions', async () => {
  const ran = await pixelrnn('evaluate', at('run'), '--split', 'test', '--limit', '30');
  expect(ran.code).toBe(0);
  const result = lastJson(ran) as { nats: number; bitsPerDim: number };
  expect(result).toMatchObject({ images: 30, split: 'test', bound: 'exact', backend: 'cpu' });
  expect(result.bitsPerDim).toBeCloseTo(result.nats / (64 * Math.LN2), 6);
});

it('prints for people what it prints for programs', async () => {
  const ran = await runHere(['evaluate', at('run'), '--limit', '30', '--backend', 'cpu']);
  expect(ran.stdout).toMatch(
    /^valid +[\d.]+ nats, [\d.]+ bits\/dim\ndata +digits \(.*binarize = threshold.*\)\nimages +30, standard error [\d.]+ nats\n/,
  );
});

it('sample draws from a pretrained preset, without a run', async () => {
  const ran = await pixelrnn('sample', 'mnist-row-lstm', '--count', '2', '--seed', '1', '--out', at('pretrained.png'));
  expect(ran.code).toBe(0);
  const { nats } = lastJson(ran) as { nats: number[] };
  for (const each of nats) expect(each).toBeLessThan(160); // an untrained network: 543
});

it('sample draws the same images with caches and without', async () => {
  const draw = async (name: string, ...flags: string[]) => {
    const ran = await pixelrnn('sample', at('run'), '--count', '4', '--seed', '5', '--out', at(name), ...flags);
    expect(ran.code).toBe(0);
    return { result: lastJson(ran) as { nats: number[] }, image: decode(await readFile(at(name))) };
  };
  const cached = await draw('cached.png');
  const naive = await draw('naive.png', '--naive');
  expect(cached.result.nats).toHaveLength(4);
  expect(cached.image.data).toEqual(naive.image.data);
  cached.result.nats.forEach((nats, i) => {
    expect(nats).toBeCloseTo(naive.result.nats[i], 3);
  });
});

it('complete keeps what is known', async () => {
  const args = ['--known', 'rows:4', '--split', 'test:2,5', '--count', '3', '--out', at('c.png')];
  const ran = await pixelrnn('complete', at('run'), ...args);
  expect(ran.code).toBe(0);
  expect(lastJson(ran)).toMatchObject({ images: 2, count: 3, knownPixels: 32 });
  expect(await readFile(lastJson(ran).kept as string)).toEqual(await readFile(at('c.png')));
  expect(await readFile(at('run', 'report.html'), 'utf8')).toContain('test:2,5, rows:4');

  const { width, height, data } = decode(await readFile(at('c.png')));
  const pitch = { x: (width - 1) / 5, y: (height - 1) / 2 };
  const scale = (pitch.x - 1) / 8;
  const pixel = (line: number, cell: number, row: number, column: number) =>
    data[Math.floor(1 + line * pitch.y + row * scale) * width + 1 + cell * pitch.x + column * scale];
  const { images } = await digits({ binarize: 'threshold' }).read('test', [2, 5]);
  for (const line of [0, 1]) {
    for (let i = 0; i < 64; i++) {
      const [row, column] = [Math.floor(i / 8), i % 8];
      const original = 255 * images[line * 64 + i];
      expect(pixel(line, 0, row, column)).toBe(original);
      for (const cell of row < 4 ? [1, 2, 3, 4] : []) expect(pixel(line, cell, row, column)).toBe(original);
    }
  }
});

it('a model of two scales is trained, evaluated, sampled and completed like any other', async () => {
  const scale = { system: 'pixelRnn', lstm: 'row', layers: 1, hidden: 2, head: 2 };
  const { image } = tinyRecipe.model;
  const model = { system: 'multiScale', image, factor: 2, channels: 2, small: scale, large: { ...scale } };
  await writeFile(at('scales.json'), JSON.stringify({ ...tinyRecipe, model, sampleEvery: 4, sampleCount: 2 }));
  const run = at('scales');
  const ran = async (...args: string[]) => {
    const result = await pixelrnn(...args);
    expect(result.code, result.stderr).toBe(0);
    return lastJson(result) as { nats: number[] };
  };
  await ran('train', at('scales.json'), '--out', run, '--set', 'model.small.hidden=3');
  expect(await ran('evaluate', run, '--limit', '20')).toMatchObject({ images: 20, bound: 'exact' });
  const draw = (...flags: string[]) =>
    ran('sample', run, '--count', '2', '--seed', '5', '--out', at('s.png'), ...flags);
  const [cached, naive] = [await draw(), await draw('--naive')];
  cached.nats.forEach((nats, i) => {
    expect(nats).toBeCloseTo(naive.nats[i], 3);
  });
  const args = ['--known', 'rows:4', '--split', 'test:2', '--count', '2', '--out', at('d.png')];
  expect(await ran('complete', run, ...args)).toMatchObject({ images: 1, count: 2, knownPixels: 32 });
});

it('complete says where what is known comes too late to be heeded', async () => {
  const ran = await pixelrnn('complete', at('run'), '--known', 'bottom:4', '--split', 'test:2', '--out', at('b.png'));
  expect(lastJson(ran)).toMatchObject({ knownPixels: 32, isExact: false });
  expect(ran.stderr).toContain(
    'note: pixelRnn draws pixels that come before known ones without regard to what is known: these',
  );
  const exact = await pixelrnn('complete', at('run'), '--known', 'rows:4', '--split', 'test:2', '--out', at('b.png'));
  expect(lastJson(exact)).toMatchObject({ isExact: true });
  expect(exact.stderr).not.toContain('without regard');
  const box = await pixelrnn(
    'complete',
    at('run'),
    '--known',
    'box:1,2,3,4',
    '--split',
    'test:2',
    '--out',
    at('b.png'),
  );
  expect(lastJson(box)).toMatchObject({ knownPixels: 12, isExact: false });
});

it('complete weighs particles by what is known, of a mask, too', async () => {
  const data = Uint8Array.from({ length: 64 }, (_, i) => (i % 3 === 0 ? 255 : 0));
  await writeFile(at('mask.png'), encode({ width: 8, height: 8, channels: 1, data }));
  const complete = (...flags: string[]) =>
    pixelrnn(
      'complete',
      at('run'),
      '--split',
      'test:2,3',
      '--count',
      '4',
      '--out',
      at('w.png'),
      '--seed',
      '1',
      ...flags,
    );
  const ran = await complete('--known', `mask:${at('mask.png')}`, '--particles', '10');
  const result = lastJson(ran);
  expect(result).toMatchObject({ knownPixels: 22, isExact: false, particles: 10 });
  const sizes = result.effectiveSampleSize as number[];
  expect(sizes).toHaveLength(2);
  for (const size of sizes) expect(size > 1 && size < 40).toBe(true);
  expect(result.nats).toHaveLength(8);
  const worth = `are worth ${Math.min(...sizes).toFixed(1)} draws from p(image | known pixels) or more`;
  expect(ran.stderr).toContain(worth);
  const few = await complete('--known', 'bottom:7', '--particles', '1');
  expect(few.stderr).toContain('fewer than the completions, which repeat each other');
});

it('a mixture of orders is trained, measured, drawn from and completes any half', async () => {
  const { image, ...of } = tinyRecipe.model;
  const model = { system: 'orderMixture', image, of };
  await writeFile(at('orders.json'), JSON.stringify({ ...tinyRecipe, model }));
  const ran = await pixelrnn('train', at('orders.json'), '--out', at('orders'));
  expect(ran.code).toBe(0);
  const journal = (await readFile(at('orders', 'journal.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const boundOf = (event: string) => journal.find((entry) => entry.event === event).bound;
  expect([boundOf('step'), boundOf('evaluation')]).toEqual(['upper', 'exact']);
  const evaluated = await pixelrnn('evaluate', at('orders'), '--split', 'test', '--limit', '4');
  expect(lastJson(evaluated)).toMatchObject({ images: 4, bound: 'exact' });
  expect((await pixelrnn('sample', at('orders'), '--count', '2', '--out', at('s.png'))).code).toBe(0);
  for (const known of ['bottom:4', 'left:4', 'right:3']) {
    const args = ['--known', known, '--split', 'test:2', '--count', '2', '--out', at('c.png')];
    expect(lastJson(await pixelrnn('complete', at('orders'), ...args))).toMatchObject({ isExact: true });
  }
  const box = ['--known', 'box:2,2,3,3', '--split', 'test:2', '--count', '2', '--out', at('c.png')];
  expect((await pixelrnn('complete', at('orders'), ...box)).stderr).toContain(
    'note: orderMixture draws pixels that come before known ones without regard to what is known: these',
  );
});

it('complete takes a PNG as it takes an image of the data', async () => {
  const { images } = await digits({ binarize: 'threshold' }).read('test', [2]);
  const data = Uint8Array.from(images, (level) => 255 * level);
  await writeFile(at('two.png'), encode({ width: 8, height: 8, channels: 1, data }));
  const complete = async (name: string, ...source: string[]) => {
    const ran = await pixelrnn('complete', at('run'), '--known', 'rows:4', ...source, '--seed', '1', '--out', at(name));
    expect(ran.code).toBe(0);
    return readFile(at(name));
  };
  expect(await complete('a.png', '--image', at('two.png'))).toEqual(await complete('b.png', '--split', 'test:2'));
});

describe('sample', () => {
  const images = async (name: string) => decode(await readFile(name));
  const draw = async (...flags: string[]) => {
    const ran = await pixelrnn('sample', at('run'), '--count', '11', ...flags);
    expect(ran.code).toBe(0);
    return lastJson(ran) as { out: string; seed: number; files: string[]; nats: number[] };
  };

  it('draws other images each time, and says the seed that draws them again', async () => {
    const [one, two] = [await draw('--out', at('one.png')), await draw('--out', at('two.png'))];
    expect(one.seed).not.toBe(two.seed);
    expect((await images(at('one.png'))).data).not.toEqual((await images(at('two.png'))).data);
    const again = await draw('--out', at('again.png'), '--seed', String(one.seed));
    expect(again.nats).toEqual(one.nats);
    expect(await readFile(at('again.png'))).toEqual(await readFile(at('one.png')));
  });

  it('tells people the seed', async () => {
    const ran = await runHere(['sample', at('run'), '--count', '1', '--out', at('told.png')]);
    expect(ran.stdout).toMatch(/^1 image in [\d.]+ s, seed \d+: /);
  });

  it('writes a PNG for each image, which complete and evaluate take as they are', async () => {
    const { files } = await draw('--format', 'files', '--out', at('each'), '--seed', '5');
    expect(files).toEqual(Array.from({ length: 11 }, (_, i) => at('each', `sample-${String(i).padStart(2, '0')}.png`)));
    const { out } = await draw('--format', 'npy', '--out', at('all.npy'), '--seed', '5');
    const npy = await readFile(out);
    expect(npy.toString('latin1', 0, 128)).toContain("'descr': '|u1', 'fortran_order': False, 'shape': (11, 8, 8, 1)");
    for (const [i, file] of files.entries()) {
      const { width, height, data } = await images(file);
      expect({ width, height }).toEqual({ width: 8, height: 8 });
      expect([...data]).toEqual([...npy.subarray(128 + 64 * i, 128 + 64 * (i + 1))].map((level) => 255 * level));
    }
  });

  it('writes to stdout, where nothing else goes', async () => {
    const { terminal, bytes, text } = recordingTerminal();
    const args = ['sample', at('run'), '--count', '11', '--seed', '5', '--format', 'npy', '--out', '-'];
    expect(await run(args, terminal)).toBe(0);
    expect(bytes()).toEqual(await readFile(at('all.npy')));
    expect(text.stderr).toMatch(/^11 images in .*: -$/m);
  });
});

describe('evaluate', () => {
  const evaluate = async (...flags: string[]) => {
    const ran = await pixelrnn('evaluate', at('run'), ...flags);
    expect(ran.code).toBe(0);
    return lastJson(ran);
  };
  const lines = async (file: string) =>
    (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { nats: number; index: number });

  it('writes the nats of every image, whose mean it tells', async () => {
    const result = await evaluate('--split', 'test', '--limit', '50', '--per-image', at('nats.jsonl'));
    const each = await lines(at('nats.jsonl'));
    expect(each).toHaveLength(50);
    expect(each[1]).toEqual({ split: 'test', index: 6, label: expect.any(Number), nats: expect.any(Number) });
    expect(each.reduce((sum, { nats }) => sum + nats, 0) / 50).toBeCloseTo(result.nats as number, 5);
  });

  it('takes files, and gives them the nats that they had when they were drawn', async () => {
    const drawn = await pixelrnn('sample', at('run'), '--count', '2', '--format', 'files', '--out', at('two'));
    const { files, nats } = lastJson(drawn) as { files: string[]; nats: number[] };
    const { images, bound } = await evaluate('--image', files[0], '--image', files[1], '--per-image', at('two.jsonl'));
    expect(images).toEqual(files.map((file, i) => ({ file, nats: expect.closeTo(nats[i], 3) })));
    expect(bound).toBe('exact');
    expect(await lines(at('two.jsonl'))).toEqual(images);
  });

  it('tells people of each file', async () => {
    const files = [at('two', 'sample-0.png'), at('two', 'sample-1.png')];
    const ran = await runHere(['evaluate', at('run'), '--image', files[0], '--image', files[1], '--backend', 'cpu']);
    expect(ran.stdout).toMatch(/sample-0\.png {2}[\d.]+ nats, [\d.]+ bits\/dim\n.*sample-1\.png/);
    expect(ran.stderr).toMatch(/^running on cpu/);
  });
});

it('list tells what there is, with sizes and likelihoods', async () => {
  const ran = await pixelrnn('list', '--data-dir', at('no-data'));
  expect(ran.code).toBe(0);
  expect(lastJson(ran)).toMatchObject({
    presets: expect.arrayContaining([
      expect.objectContaining({ name: 'mnist-row-lstm', image: '28×28×1, 2 levels', dataset: 'binarized-mnist' }),
    ]),
    datasets: expect.arrayContaining([
      expect.objectContaining({
        name: 'mnist',
        bytes: 54_950_048,
        missing: expect.arrayContaining(['t10k-labels-idx1-ubyte']),
      }),
    ]),
    pretrained: expect.arrayContaining([
      expect.objectContaining({
        name: 'mnist-diagonal-bilstm',
        valid: expect.closeTo(79.35, 2),
        test: expect.closeTo(79.01, 2),
      }),
    ]),
  });
  const { stdout } = await runHere(['list', '--data-dir', at('no-data')]);
  expect(stdout).toMatch(/^mnist +55\.0 MB · not there yet$/m);
  expect(stdout).toMatch(/^mnist-row-lstm +82\.70 nats on valid, 82\.26 nats on test · \d+ parameters, [\d.]+ MB$/m);
  expect(stdout).toMatch(/^natural-gated-pixel-cnn +2\.47 bits\/dim on valid · /m);
  expect((await runHere(['train', '--help'])).stdout).toContain('pixelrnn list');
});

it('inspect shows the run', async () => {
  const ran = await pixelrnn('inspect', at('run'));
  expect(ran.code).toBe(0);
  expect(lastJson(ran)).toMatchObject({ steps: 4, checkpoints: [4], bound: 'exact', state: { step: 4 } });
});

it('export writes safetensors and TensorFlow.js weights with the same numbers', async () => {
  for (const format of ['safetensors', 'tfjs']) {
    const ran = await pixelrnn('export', at('run'), '--format', format, '--out', at('export'));
    expect(ran.code).toBe(0);
  }
  const { tensors, metadata } = decodeSafetensors(await readFile(at('export', 'model.safetensors')));
  const manifest = JSON.parse(await readFile(at('export', 'model.json'), 'utf8'));
  const bytes = await readFile(at('export', 'weights.bin'));
  const buffer = Uint8Array.from(bytes).buffer;
  const decoded = tf.io.decodeWeights(buffer, manifest.weightsManifest[0].weights);
  expect(Object.keys(decoded)).toEqual([...tensors.keys()]);
  for (const [name, { shape, values }] of tensors) {
    expect(decoded[name].shape).toEqual(shape);
    expect(decoded[name].dataSync()).toEqual(values);
  }
  expect(JSON.parse(metadata.config)).toEqual(manifest.config);
  tf.dispose(decoded);
});

it('export writes what loadPretrained loads again', async () => {
  const { model, weights } = await openRun(at('run'));
  for (const [format, name] of [
    ['safetensors', 'model.safetensors'],
    ['tfjs', 'model.json'],
  ]) {
    expect((await pixelrnn('export', at('run'), '--format', format, '--out', at('loaded'))).code).toBe(0);
    const loaded = await loadPretrained(pathToFileURL(at('loaded', name)));
    expect(loaded.config).toEqual(model.config);
    expect(loaded.weights).toEqual(weights);
  }
});

it('export --half writes the nearest weights in 16 bits', async () => {
  const { arrays } = await openRun(at('run'));
  const nearest = ({ values }: { values: Float32Array }, other: { values: Float32Array }) =>
    values.every((value, i) => Math.abs(value - other.values[i]) <= Math.max(2 ** -25, Math.abs(value) * 2 ** -11));
  for (const [format, load] of [
    ['safetensors', async () => decodeSafetensors(await readFile(at('half', 'model.safetensors'))).tensors],
    ['run', async () => (await openRun(at('half'))).arrays],
  ] as const) {
    const ran = await pixelrnn('export', at('run'), '--format', format, '--half', '--out', at('half'));
    expect(ran.code, ran.stderr).toBe(0);
    const half = await load();
    expect([...half.keys()]).toEqual([...arrays.keys()]);
    for (const [name, array] of arrays) expect(nearest(array, half.get(name)!), name).toBe(true);
    await rm(at('half'), { recursive: true });
  }
  expect(await pixelrnn('export', at('run'), '--format', 'tfjs', '--half')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--half: wanted --format safetensors or run'),
  });
});

it('doctor tells what runs here', async () => {
  const ran = await pixelrnn('doctor');
  expect(ran.code).toBe(0);
  expect(lastJson(ran)).toMatchObject({ backend: 'cpu', tried: [{ name: 'cpu', ok: true }], fused: expect.any(Array) });
});

it('fetch has nothing to do for the digits, which are embedded', async () => {
  expect(lastJson(await pixelrnn('fetch', 'digits'))).toMatchObject({ dataset: 'digits', written: [] });
});

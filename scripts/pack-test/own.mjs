// A contributor's layer, likelihood, encoding, optimizer, schedule and data set, outside the repository, with the published packages only:
// the layer and the model pass their contracts, and all six go through one training that is killed, resumed, opened by name and sampled.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { useBackend } from '@pixelrnn/backends';
import { compress, decompress } from '@pixelrnn/codec';
import { evaluateRun, openRun, withWorkers } from '@pixelrnn/experiment';
import { sample } from '@pixelrnn/generate';
import { createLayer } from '@pixelrnn/layers';
import { createModel } from '@pixelrnn/models';
import { layerContract, modelContract } from '@pixelrnn/testing';
import './own-parts.mjs';

const STEPS = 100;
const DIES_AT = 67;

/** Runs a Node program to its end, with its output in hand. */
const node = (...args) => spawnSync(process.execPath, args, { encoding: 'utf8' });
const succeed = (result) => assert.equal(result.status, 0, result.stdout + result.stderr);

const backend = await useBackend('auto');
const { model: config } = JSON.parse(readFileSync('own-recipe.json', 'utf8'));
const sized = (height, width) => createModel({ ...config, image: { ...config.image, height, width } });

layerContract('leftNeighbor', createLayer({ name: 'leftNeighbor', config: { channels: 4 } }), {
  describe,
  it,
  createLayer,
  expectUnseen: (output, input) => input.row < output.row || input.column < output.column - 1,
});
modelContract('the model, so small that all images can be counted', sized(2, 2), { describe, it, createModel });
modelContract('the model, larger', sized(4, 5), { describe, it, createModel, exhaustive: false });

it('reads image files in threads', () => succeed(node('read-images.mjs')));

describe('a training of nothing but contributed parts', () => {
  it('is killed, and goes on from its last checkpoint', () => {
    const killed = node('own-training.mjs', 'killed', String(DIES_AT));
    assert.equal(killed.signal, 'SIGKILL', killed.stdout + killed.stderr);
    assert.equal(Math.max(...readdirSync('killed/checkpoints').map(Number)), 60);
    succeed(node('own-training.mjs', 'killed'));
  });

  it('ends with the bits of one that nothing has disturbed', () => {
    succeed(node('own-training.mjs', 'alone'));
    for (const name of ['params', 'averaged', 'optimizer']) {
      const [killed, alone] = ['killed', 'alone'].map((run) =>
        readFileSync(`${run}/checkpoints/${STEPS}/${name}.safetensors`),
      );
      assert.ok(killed.equals(alone), name);
    }
  });

  it('is opened by name, evaluated and sampled', async () => {
    const { model, weights, config, state } = await openRun('killed');
    assert.equal(config.recipe.optimizer.name, 'lion');
    assert.deepEqual(config.recipe.model.likelihood, { name: 'discreteNormal', config: {} });
    assert.deepEqual(config.dataset.conditions, { noise: 0.05, seed: 7 });
    assert.equal(state.step, STEPS);
    const { nats } = await evaluateRun('killed', { split: 'test', backend });
    const uniform = 64 * Math.log(5);
    console.log(`${nats.toFixed(2)} nats on ${backend.backend}; ${uniform.toFixed(2)} if all levels were alike`);
    assert.ok(nats < 0.8 * uniform);
    const drawn = await sample(model, weights, { count: 3, seed: 1 });
    const { images } = drawn;
    assert.deepEqual([images.length, Math.min(...images), Math.max(...images)], [3 * 64, 0, 4]);

    const workers = [1, 2].map(() => new Worker(new URL('own-worker.mjs', import.meta.url)));
    assert.deepEqual(await sample(model, weights, { count: 3, seed: 1, workers }), drawn);
    const levels = [0, 1, 2].map((i) => images.slice(64 * i, 64 * (i + 1)));
    const packed = levels.map((own) => ({ height: 8, width: 8, levels: own }));
    const archive = await compress(model, weights, packed, { block: 1, workers });
    assert.deepEqual(await compress(model, weights, packed, { block: 1 }), archive);
    const unpacked = await decompress(archive.bytes, () => ({ model, weights }), { workers });
    assert.deepEqual(
      unpacked.map((image) => [...image.levels]),
      levels.map((own) => [...own]),
    );
    for (const worker of workers) await worker.terminate();
    const inOurs = (own) => sample(model, weights, { count: 3, seed: 1, workers: own });
    await assert.rejects(withWorkers(2, inOurs), /wanted images from a worker, got: .* \(register.* adds to them\)/);
  });

  it('says in one line what is not registered', () => {
    const opened = node(
      '--input-type=module',
      '--eval',
      "await (await import('@pixelrnn/experiment')).openRun('killed')",
    );
    assert.notEqual(opened.status, 0);
    assert.match(
      opened.stderr,
      /ExperimentError: killed: model: .* got "thermometer" \(registerEncoding adds to them\)/,
    );
  });
});

describe('the command', () => {
  const pixelrnn = (...args) => succeed(node('node_modules/.bin/pixelrnn', ...args));

  it('draws, compresses and decompresses in threads what it does in one', () => {
    const draw = (out, ...more) =>
      pixelrnn('sample', 'mnist-pixel-cnn', '--count', '3', '--seed', '1', '--format', 'files', '--out', out, ...more);
    const pack = (out, ...more) =>
      pixelrnn('compress', 'mnist-pixel-cnn', 'one', '--block', '1', '--out', out, ...more);
    draw('one');
    draw('two', '--threads', '2');
    pack('one.pxr');
    pack('two.pxr', '--threads', '2');
    assert.ok(readFileSync('two.pxr').equals(readFileSync('one.pxr')));
    pixelrnn('decompress', 'one.pxr', '--out', 'back', '--threads', '2');
    for (const file of readdirSync('one'))
      for (const folder of ['two', 'back'])
        assert.ok(readFileSync(`${folder}/${file}`).equals(readFileSync(`one/${file}`)));
  });
});

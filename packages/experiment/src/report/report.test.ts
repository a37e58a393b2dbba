import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import type { RecipeInput } from '../recipe/recipe-schema.ts';
import { evaluateRun } from '../run/evaluate-run.ts';
import { writeJournal } from '../run/journal.ts';
import type { RunCallback } from '../train/recorders/callback.ts';
import { inFolder, TINY_MODEL, tinyRecipe } from '../train/tiny-run.fixture.ts';
import { trainRun } from '../train/train-run.ts';
import { keepCompletions } from './completions.ts';
import { curves } from './figures.ts';
import { writeReport } from './report.ts';
import { sheet } from './sheet.ts';

const page = (path: string) => {
  const html = readFileSync(path, 'utf8');
  return { html, document: parseHTML(html).document };
};

it('is one page with numbers, curves, samples and conditions, and nothing from elsewhere', () =>
  inFolder(async (out) => {
    const recipe = tinyRecipe({ sampleEvery: 6, sampleCount: 4, preset: '<quick & start>' });
    const { valid } = await trainRun({ out, recipe });
    await evaluateRun(out, { split: 'test', limit: 10 });
    const png = sheet(new Float32Array(64), TINY_MODEL.image);
    const written = readFileSync(join(out, 'report.html'), 'utf8');
    for (const _ of ['once', 'twice']) await keepCompletions(out, { step: 12, caption: 'test:0, rows:4', png });
    const path = await writeReport(out, { pictures: [{ caption: 'half a digit', png }] });
    expect(path).toBe(join(out, 'report.html'));
    expect(page(path).document.querySelector('table.wide')!.outerHTML).toBe(
      parseHTML(written).document.querySelector('table.wide')!.outerHTML,
    );

    const { html, document } = page(path);
    expect(document.querySelector('h1')!.textContent).toBe('<quick & start>');
    expect(document.querySelector('.numbers')!.textContent).toContain(valid!.nats.toFixed(2));
    expect(document.querySelectorAll('svg')).toHaveLength(2);
    expect(Array.from(document.querySelectorAll('figcaption'), (caption) => caption.textContent)).toEqual([
      'step 6',
      'step 12',
      'test:0, rows:4, step 12',
      'half a digit',
    ]);
    const sources = Array.from(document.querySelectorAll('img'), (image) => image.getAttribute('src')!);
    expect(sources.every((source) => source.startsWith('data:image/png;base64,'))).toBe(true);
    expect(document.body.textContent).toContain('optimizer.learningRate');
    expect(document.querySelector('table.wide tbody')!.textContent).toContain('test');
    expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\/|<script|<link/);
  }));

it('shows no file from outside of its folder, whatever journal and links say', () =>
  inFolder(async (folder) => {
    const out = join(folder, 'run');
    await trainRun({ out, recipe: tinyRecipe({ sampleEvery: 12 }) });
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'not for everybody');
    symlinkSync(secret, join(out, 'samples', 'link.png'));
    for (const file of ['../secret', 'samples/../../secret', 'samples/link.png', '.'])
      await writeJournal(out, { event: 'samples', step: 12, file });
    const { document } = page(await writeReport(out));
    expect(document.querySelectorAll('img')).toHaveLength(1);
    expect(document.querySelectorAll('figcaption')).toHaveLength(1);
  }));

it('can be written before the first step', () =>
  inFolder(async (out) => {
    const controller = new AbortController();
    controller.abort();
    const { report } = await trainRun({ out, recipe: tinyRecipe(), signal: controller.signal });
    expect(page(report!).document.querySelector('.lead')!.textContent).toContain('1 of 12 steps');
  }));

it('says of every number what it is, where it is no exact likelihood', () =>
  inFolder(async (folder) => {
    const { image } = TINY_MODEL;
    const decoder = { system: 'gatedPixelCnn', layers: 1, channels: 3, head: 2 };
    const encoder = { name: 'convEncoder', config: { layers: [[2, 4]] } };
    const mixed = { system: 'orderMixture', image, of: decoder, orders: ['right-down', 'left-up'] };
    const shown = async (name: string, model: RecipeInput['model']) => {
      const { report } = await trainRun({ out: join(folder, name), recipe: tinyRecipe({ model, steps: 4 }) });
      const { document } = page(report!);
      const text = (selector: string) => Array.from(document.querySelectorAll(selector), (node) => node.textContent);
      const [axis] = text('svg').map((drawing) => /nats[^→↑]*$|nats( \([^)]*\))?/.exec(drawing!)?.[0]);
      const notes = text('.numbers p').filter((note) => note!.startsWith('nats'));
      return [...notes.map((note) => /^nats[^±\d]*/.exec(note!)![0].trim()), axis?.trim(), text('.legend')[0]!.trim()];
    };
    const all = (kind: string) => [`nats an image${kind}`, `nats${kind} at step`, `nats${kind}`];
    expect(await shown('vae', { system: 'pixelVae', image, latents: 2, encoder, decoder })).toEqual([
      ...all(' (upper bound)'),
      'training batches (upper bound)\nvalidation (upper bound)',
    ]);
    const given = ' (given the code of the image, whose cost is not in it)';
    expect(await shown('code', { system: 'autoEncoder', image, code: 2, encoder, decoder })).toEqual([
      ...all(given),
      `training batches${given}\nvalidation${given}`,
    ]);
    // Trained in one order of each image, and judged by all.
    expect(await shown('mixture', mixed)).toEqual([...all(''), 'training batches (upper bound)\nvalidation']);
    expect(await shown('exact', TINY_MODEL)).toEqual([...all(''), 'training batches\nvalidation']);
  }));

it('says where a run began, how it grew, and why it ended', () =>
  inFolder(async (folder) => {
    const [first, out] = [join(folder, 'first'), join(folder, 'out')];
    const history = (path?: string) =>
      Array.from(page(path!).document.querySelectorAll('.lead'), (line) => line.textContent).slice(1);
    const recipe = tinyRecipe({ steps: 4, schedule: [] });
    const begun = await trainRun({ out: first, recipe });
    expect(history(begun.report)).toEqual([]);

    await trainRun({ out, recipe, init: first });
    const stop: RunCallback = { onStep: ({ step }, run) => void (step === 6 && run.stop('enough <is> enough')) };
    const { report } = await trainRun({ out, resume: true, steps: 2000, callbacks: [stop] });
    expect(history(report)).toEqual([
      expect.stringMatching(/^Began from the weights of first at step \d\.$/),
      'Was given 2,000 steps instead of 4 at step 4.',
      'Stopped at step 6: enough <is> enough.',
    ]);
  }));

it('draws curves of finite numbers', async () => {
  const train = Array.from({ length: 50 }, (_, i) => ({ x: i, y: i === 0 ? 1e6 : 100 - i }));
  const svg = await curves({ train, valid: [{ x: 10, y: 95 }], xLabel: 'steps', yLabel: 'nats' });
  expect(svg).toMatch(/^<svg[\s\S]*<\/svg>$/);
  expect(svg).not.toContain('NaN');
  expect(svg).not.toContain('1,000,000');
  expect(await curves({ train: [{ x: 1, y: 2 }], valid: [], xLabel: 'steps', yLabel: 'nats' })).not.toContain('NaN');
});

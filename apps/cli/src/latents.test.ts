// Commands on runs of models with latents: what is an upper bound says so, and images may differ in one thing alone.
import { readFile, writeFile } from 'node:fs/promises';
import { openRun } from '@pixelrnn/experiment';
import { sample } from '@pixelrnn/generate';
import { decode } from 'fast-png';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { lastJson, runHere } from './terminal.fixture.ts';
import { tinyRecipe } from './tiny-run.fixture.ts';

const at = temporaryFolder();
const pixelrnn = (...args: string[]) => runHere([...args, '--backend', 'cpu', '--json']);
const plainly = (...args: string[]) => runHere([...args, '--backend', 'cpu']);

const { image } = tinyRecipe.model;
const parts = {
  image,
  encoder: { name: 'convEncoder', config: { layers: [[2, 4]] } },
  decoder: { system: 'gatedPixelCnn', layers: 1, channels: 3, head: 2 },
};
const RUNS = {
  vae: { system: 'pixelVae', latents: 3, warmUp: 2, ...parts },
  auto: { system: 'autoEncoder', code: 2, ...parts },
  levels: {
    system: 'pixelVae',
    ...parts,
    latents: [2, 2, 1],
    upsampler: { name: 'upsampler', config: { layers: [[2, 4]] } },
    features: 2,
    prior: { top: 2, encoder: { name: 'convEncoder', config: { layers: [[2, 2]] } }, layers: 1, channels: 3, head: 2 },
  },
};

beforeAll(async () => {
  for (const [name, model] of Object.entries(RUNS)) {
    await writeFile(
      at(`${name}.json`),
      JSON.stringify({ ...tinyRecipe, model, journalEvery: 2, sampleEvery: 4, evaluateEvery: 2 }),
    );
    const ran = await plainly('train', at(`${name}.json`), '--out', at(name), '--seed', '3');
    expect(ran.stderr).toMatch(
      name === 'auto'
        ? /nats, .* \(given the code of the image/
        : /nats, .* \(upper bound\).* valid [\d.]+ \(upper bound\)/,
    );
    expect(ran.code).toBe(0);
  }
}, 60_000);

it('the journal keeps the divergence of every latent, and the bound', async () => {
  const journal = (await readFile(at('vae', 'journal.jsonl'), 'utf8')).trim().split('\n');
  const steps = journal.map((line) => JSON.parse(line)).filter(({ event }) => event === 'step');
  expect(steps).toHaveLength(2);
  for (const { terms, nats, bound } of steps) {
    expect(bound).toBe('upper');
    expect(terms.kl).toHaveLength(3);
    const total = terms.kl.reduce((sum: number, value: number) => sum + value, 0);
    expect(total).toBeGreaterThan(0);
    expect(nats).toBeGreaterThan(total);
  }
});

it('evaluate says what its number is, and tightens the bound', async () => {
  const evaluate = (...args: string[]) => pixelrnn('evaluate', at('vae'), '--split', 'test', '--limit', '10', ...args);
  const own = lastJson(await evaluate());
  expect(own).toMatchObject({ bound: 'upper', images: 10 });
  expect(own).not.toHaveProperty('boundSamples');
  expect(lastJson(await evaluate('--batch-size', '3')).nats).toBeCloseTo(own.nats as number, 4);
  const tighter = lastJson(await evaluate('--bound-samples', '20'));
  expect(tighter).toMatchObject({ bound: 'upper', boundSamples: 20 });
  expect(tighter.nats).toBeLessThan((own.nats as number) + 0.5);
  const words = await plainly('evaluate', at('vae'), '--limit', '5', '--bound-samples', '2');
  expect(words.stdout).toMatch(/^valid +[\d.]+ nats, [\d.]+ bits\/dim \(upper bound of 2 draws\)$/m);
  expect(words.stdout).toMatch(/^data +digits \(.*binarize = threshold, levels = 2.*\)$/m);
  expect(await readFile(at('vae', 'report.html'), 'utf8')).toContain('upper bound of 20 draws');
  const each = async (...args: string[]) => {
    const lines = (await plainly('evaluate', ...args, '--per-image', '-')).stdout.trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  };
  for (const line of await each(at('vae'), '--limit', '3', '--bound-samples', '2'))
    expect(line).toMatchObject({ bound: 'upper', boundSamples: 2, nats: expect.any(Number) });
  for (const line of await each(at('auto'), '--limit', '3')) expect(line).toMatchObject({ bound: 'given-code' });
  await pixelrnn('sample', at('vae'), '--count', '1', '--format', 'files', '--out', at('one'));
  const [ofFile] = await each(at('vae'), '--image', at('one', 'sample-0.png'));
  expect(ofFile).toEqual({ file: at('one', 'sample-0.png'), bound: 'upper', nats: expect.any(Number) });
  const given = await plainly('evaluate', at('auto'), '--limit', '5');
  expect(given.stdout).toContain('(given the code of the image, whose cost is not in it)');
  const refused = await plainly('evaluate', at('auto'), '--limit', '5', '--bound-samples', '2');
  const latentless = /^pixelrnn: --bound-samples: wanted a model with latents to draw 2 of, got autoEncoder$/m;
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(latentless) });
  const file = ['--image', 'none.png', '--bound-samples', '2'];
  expect(await plainly('evaluate', at('auto'), ...file)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(latentless),
  });
  expect((await runHere(['inspect', at('vae')])).stdout).toMatch(
    /^best +.* \(upper bound\), at step 4, on 20 validation images$/m,
  );
});

it('sample varies what it is told', async () => {
  const drawn = async (...vary: string[]) => {
    const ran = await pixelrnn('sample', at('vae'), '--count', '4', '--out', at('s.png'), '--seed', '1', ...vary);
    expect(ran.code).toBe(0);
    expect(lastJson(ran)).toMatchObject({ natsGiven: ['latents'] });
    return decode(await readFile(at('s.png'))).data.join();
  };
  const all = await drawn();
  expect(await drawn('--vary', 'latents', '--vary', 'pixels')).toBe(all);
  expect(await drawn('--vary', 'pixels')).not.toBe(all);
  const refused = await plainly('sample', at('vae'), '--vary', 'colours');
  expect(refused.stderr).toContain('--vary: pixelVae draws latents, pixels, got colours');
  const naive = await plainly('sample', at('vae'), '--vary', 'pixels', '--naive');
  expect(naive.stderr).toContain('--vary: wanted no --naive with it, which varies all');
  for (const [command, ...args] of [['sample'], ['complete', '--split', 'test:1', '--known', 'rows:4']])
    expect(await plainly(command, at('auto'), ...args, '--out', at('never.png'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        `pixelrnn: ${command}: wanted a run that draws images by itself, got ${at('auto')}, ` +
          `whose autoEncoder draws them from codes of others: pixelrnn interpolate ${at('auto')} does\n`,
      ),
    });
});

it('sample varies the levels of latents and the pixels one at a time', async () => {
  const [out, count] = [at('levels.npy'), 5];
  const { model, weights } = await openRun(at('levels'));
  const sheets = await Promise.all(
    [['top'], ['bottom'], ['pixels'], []].map(async (vary) => {
      const flags = vary.flatMap((name) => ['--vary', name]);
      const file = out.replace('levels', `levels-${vary}`);
      const ran = await pixelrnn('sample', at('levels'), '--count', `${count}`, '--format', 'npy', '--out', file, '--seed', '1', ...flags); // biome-ignore format: one row
      expect(lastJson(ran)).toMatchObject({ natsGiven: ['top', 'bottom'] });
      const { images } = await sample(model, weights, { count, seed: 1, ...(vary.length > 0 && { vary }) });
      expect([...(await readFile(file)).subarray(-images.length)]).toEqual([...images]);
      return images;
    }),
  );
  expect(new Set(sheets.map((images) => images.join())).size).toBe(4);
  expect(new Set(sheets.map((images) => images.subarray(0, 64).join())).size).toBe(1);
  const refused = await plainly('sample', at('levels'), '--vary', 'latents');
  expect(refused.stderr).toContain('--vary: pixelVae draws top, bottom, pixels, got latents');
});

it('interpolate draws between two images', async () => {
  const out = at('line.png');
  for (const run of ['vae', 'auto']) {
    const ran = await pixelrnn('interpolate', at(run), '--split', 'test:0,3', '--count', '3', '--out', out);
    expect(ran.code).toBe(0);
    expect(lastJson(ran)).toMatchObject({ out, count: 3 });
    const { width, height } = decode(await readFile(out));
    expect(width).toBeGreaterThan(2.9 * height); // one line
  }
  for (const [args, message] of [
    [['--split', 'test:0'], 'interpolate: wanted two images, got 1'],
    [[], 'interpolate: wanted one of --image and --split, got neither'],
    [['--split', 'test:0,1', '--count', '1'], '--count: wanted at least 2 images, the ends of the line, got 1'],
  ] as const)
    expect((await plainly('interpolate', at('vae'), '--out', out, ...args)).stderr).toContain(message);
});

it.each([
  ['rows:4', 'latents'],
  ['bottom:4', 'latents and pixels that come before known ones'],
])('complete says of %s what is drawn without regard to it: %s', async (known, what) => {
  const args = ['--split', 'test:1', '--known', known, '--count', '1', '--out', at('c.png')];
  const ran = await plainly('complete', at('vae'), ...args);
  expect(ran.stderr).toMatch(
    new RegExp(
      `^note: pixelVae draws ${what} without regard to what is known: these are no draws from p\\(image \\| known pixels\\); --particles 100 weighs them$`,
      'm',
    ),
  );
});

import { readdirSync } from 'node:fs';
import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { expectRefusal } from './refusal.fixture.ts';
import { lastJson, onCpu, runHere } from './terminal.fixture.ts';

// `pixelrnn pack`, and training on what it has written.

const at = temporaryFolder();
const pixelrnn = (...args: string[]) => runHere([...args, '--json']);
const train = (...args: string[]) =>
  runHere([
    ...onCpu(['train', ...args]),
    '--json',
    ...['model.layers=1', 'evaluateImages=2'].flatMap((value) => ['--set', value]),
    '--steps',
    '2',
  ]);

beforeAll(async () => {
  for (let i = 0; i < 12; i++) {
    const split = i < 9 ? 'train' : i < 11 ? 'valid' : 'test';
    const path = at(`bits/${split}/${i % 2 ? 'cat' : 'dog'}/${i}.png`);
    await mkdir(dirname(path), { recursive: true });
    const data = Uint8Array.from({ length: 36 }, (_, k) => ((k * (i + 1)) % 3 === 0 ? 255 : 0));
    await writeFile(path, encode({ width: 6, height: 6, channels: 1, data }));
  }
});

it('leaves nothing when it is interrupted', async () => {
  const args = ['pack', at('bits'), '--out', at('cut.pack'), '--json'];
  const { code, stdout, stderr } = await runHere(args, { interrupt: AbortSignal.abort() });
  expect({ code, stdout: JSON.parse(stdout) }).toEqual({ code: 130, stdout: { error: 'interrupted' } });
  expect(stderr).not.toContain('pixelrnn: ');
  expect(readdirSync(at()).filter((name) => name.startsWith('cut.pack'))).toEqual([]);
});

it('packs a folder as its files are, says so, and finds it whole', async () => {
  const packed = await pixelrnn('pack', at('bits'), '--out', at('bits.pack'), '--set', 'labels=folders');
  expect(packed.stderr).toContain('9 images to train, 2 to validate, 1 to test, as the folders say');
  expect(lastJson(packed)).toMatchObject({ file: at('bits.pack'), splits: { train: 9, valid: 2, test: 1 } });
  const verified = await pixelrnn('pack', at('bits.pack'), '--verify');
  expect(lastJson(verified)).toMatchObject({
    splits: { train: 9, valid: 2, test: 1 },
    sha256: lastJson(packed).sha256,
  });
});

it('packs a data set, with its options', async () => {
  const args = ['digits', '--set', 'binarize=threshold', '--out', at('digits.pack')];
  expect(lastJson(await pixelrnn('pack', ...args))).toMatchObject({ splits: { train: 1197, valid: 300, test: 300 } });
});

describe('training on a pack', () => {
  it('gives the same weights as on the folder, wherever the pack lies', async () => {
    const ran = await train(
      'quickstart',
      '--images',
      at('bits.pack'),
      '--out',
      at('of-pack'),
      '--set',
      'model.hidden=2',
    );
    expect(ran.stderr).toContain('images: a pack; the model is for 6×6, grey, 2 levels');
    await train('quickstart', '--images', at('bits'), '--out', at('of-folder'), '--set', 'model.hidden=2');
    const evaluate = (run: string, ...more: string[]) => pixelrnn(...onCpu(['evaluate', at(run), ...more]));
    expect(lastJson(await evaluate('of-pack')).nats).toBe(lastJson(await evaluate('of-folder')).nats);
    await rename(at('bits.pack'), at('moved.pack'));
    expectRefusal(
      await evaluate('of-pack'),
      1,
      /cannot read \S+bits\.pack: .*; if its images lie elsewhere now: --images <folder\|pack>$/m,
    );
    expect(await evaluate('of-pack', '--images', at('moved.pack'))).toMatchObject({ code: 0 });
    const on = ['train', '--resume', '--out', at('of-pack'), '--steps', '3', '--images', at('moved.pack')];
    expect(lastJson(await runHere([...onCpu(on), '--json']))).toMatchObject({ step: 3 });
    const others = await evaluate('of-pack', '--images', at('digits.pack'));
    expectRefusal(others, 1, /wants images of 6×6×1 with 2 levels, but pack has 8×8×1 with 2 levels/);
    await rename(at('moved.pack'), at('bits.pack'));
  });

  it('tells a network of classes how many there are', async () => {
    const small = ['model.channels=3', 'model.head=3'].flatMap((value) => ['--set', value]);
    const args = ['--images', at('bits.pack'), '--out', at('classes'), ...small];
    const ran = await train('mnist-gated-pixel-cnn-classes', ...args);
    expect(ran.stderr).toContain('images: a pack; the model is for 6×6, grey, 2 levels, 2 classes');
    expect(ran).toMatchObject({ code: 0 });
  });
});

it.each<[string, readonly string[], number, RegExp]>([
  ['no file to write', ['digits'], 2, /pack: wanted --out <file\.pack>, got none/],
  ['a folder that is not there', ['nowhere', '--out', 'x.pack'], 1, /nowhere/],
  ['a size for a data set that has one', ['digits', '--size', '4x4', '--out', 'x.pack'], 2, /wanted no --size/],
  ['a data folder for what needs none', ['digits', '--data-dir', '.', '--out', 'x.pack'], 2, /wanted no --data-dir/],
  [
    'an unknown option',
    ['digits', '--set', 'bits=1', '--out', 'x.pack'],
    2,
    /digits: unknown option "bits"; wanted one of/,
  ],
  [
    'an option of no value of it',
    ['digits', '--set', 'binarize=1', '--out', 'x.pack'],
    2,
    /digits: binarize must be one of none, .*, got 1$/m,
  ],
  ['to verify and to write', ['x.pack', '--verify', '--out', 'y.pack'], 2, /wanted a pack alone, got --out as well/],
  [
    'bits that are drawn anew',
    ['digits', '--set', 'binarize=stochastic', '--set', 'seed=1', '--out', 'x.pack'],
    1,
    /drawn anew/,
  ],
])('refuses %s', async (_, args, code, says) => {
  expectRefusal(await pixelrnn('pack', ...args), code, says);
});

it('refuses a size for a pack, files of several sizes, and a pack that is damaged', async () => {
  expectRefusal(
    await train('quickstart', '--images', at('bits.pack'), '--size', '4x4', '--out', at('sized')),
    2,
    /^pixelrnn: --size: wanted none, since .*bits\.pack is a pack of images that have theirs$/m,
  );
  await mkdir(at('sizes/train'), { recursive: true });
  for (const side of [4, 5])
    await writeFile(
      at(`sizes/train/${side}.png`),
      encode({ width: side, height: side, channels: 1, data: new Uint8Array(side * side) }),
    );
  const mixed = await pixelrnn('pack', at('sizes'), '--out', at('sizes.pack'));
  expectRefusal(
    mixed,
    2,
    /^pixelrnn: --size: wanted one for the images in \S+sizes, which are 1 of \d×\d, 1 of \d×\d, got none$/m,
  );
  await mkdir(at('large/train'), { recursive: true });
  const large = encode({ width: 65, height: 66, channels: 1, data: new Uint8Array(65 * 66) });
  await writeFile(at('large/train/0.png'), large);
  expectRefusal(
    await pixelrnn('pack', at('large'), '--out', at('large.pack')),
    2,
    /^pixelrnn: --size: .*, which are all of 66×65 \(only up to 64×64 are taken as they are\), got none$/m,
  );
  const file = await open(at('digits.pack'), 'r+');
  await file.write(Uint8Array.of(7), 0, 1, 200);
  await file.close();
  expectRefusal(await pixelrnn('pack', at('digits.pack'), '--verify'), 1, /digits\.pack: wanted images with SHA-256/);
});

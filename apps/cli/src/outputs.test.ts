// What is read is not written over, and what cannot be written is told in one line.
import { link, mkdir, readFile, writeFile } from 'node:fs/promises';
import { encode } from 'fast-png';
import { beforeAll, expect, it } from 'vitest';
import { runChild } from './child.fixture.ts';
import { temporaryFolder } from './folder.fixture.ts';
import { expectRefusal } from './refusal.fixture.ts';
import { runHere } from './terminal.fixture.ts';

const at = temporaryFolder();
const RUN = 'mnist-row-lstm';
let before: Buffer;

beforeAll(async () => {
  before = Buffer.from(encode({ width: 28, height: 28, channels: 1, data: new Uint8Array(784) }));
  await mkdir(at('folder'));
  await writeFile(at('image.png'), before);
  await writeFile(at('folder/image.png'), before);
  await link(at('image.png'), at('link.png'));
});

it.each<[string, () => string[]]>([
  ['compress', () => ['compress', RUN, at('image.png'), '--out', at('image.png')]],
  ['compress, under another name', () => ['compress', RUN, at('image.png'), '--out', at('link.png')]],
  ['compress, of a folder', () => ['compress', RUN, at('folder'), '--out', at('folder/../folder/image.png')]],
  ['compress --map', () => ['compress', RUN, at('image.png'), '--out', at('a.pxr'), '--map', at('image.png')]],
  ['complete', () => ['complete', RUN, '--image', at('image.png'), '--known', 'rows:14', '--out', at('image.png')]],
  [
    'complete, a mask',
    () => ['complete', RUN, '--split', 'test:0', '--known', `mask:${at('image.png')}`, '--out', at('image.png')],
  ],
  ['restore', () => ['restore', RUN, '--image', at('image.png'), '--out', at('image.png')]],
  [
    'interpolate',
    () => ['interpolate', RUN, '--image', at('link.png'), '--image', at('image.png'), '--out', at('image.png')],
  ],
  ['evaluate', () => ['evaluate', RUN, '--image', at('image.png'), '--per-image', at('image.png')]],
])('%s refuses to write over what it reads', async (_, args) => {
  expectRefusal(await runHere([...args(), '--json']), 2, /wanted another file to write than .*, which is read, got /);
  expect(await readFile(at('image.png'))).toEqual(before);
});

it('pack writes over no image', async () => {
  const ran = await runHere(['pack', at('folder'), '--out', at('folder/image.png'), '--json']);
  expectRefusal(ran, 2, /--out: wanted a pack, which is no image, got .*image\.png$/m);
  expect(await readFile(at('folder/image.png'))).toEqual(before);
});

it('an unset variable of a shell is no file', async () => {
  expectRefusal(
    await runHere(['train', 'quickstart', '--out', '', '--json']),
    2,
    /--out: wanted a text, got an empty one/,
  );
  expectRefusal(await runHere(['sample', '', '--json']), 2, /<run>: wanted a text, got an empty one/);
});

it.skipIf(process.platform !== 'linux')('a full disk below stdout is told in one line', async () => {
  const { open } = await import('node:fs/promises');
  const full = await open('/dev/full', 'w');
  const ran = await runChild(['list'], undefined, [], full.fd);
  await full.close();
  expect(ran).toMatchObject({ code: 1, stderr: 'stdout cannot be written: ENOSPC: no space left on device, write\n' });
});

import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { compress } from '@pixelrnn/codec';
import { digits } from '@pixelrnn/data';
import { openRun } from '@pixelrnn/experiment';
import { writeFileAtomic } from '@pixelrnn/files';
import { createModel } from '@pixelrnn/models';
import { pretrainedRun } from '@pixelrnn/pretrained/node';
import { decode, encode } from 'fast-png';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { lastJson, runHere } from './terminal.fixture.ts';
import { tinyRecipe } from './tiny-run.fixture.ts';

const original = await vi.importActual<typeof import('@pixelrnn/files')>('@pixelrnn/files');
vi.mock('@pixelrnn/files', async (importOriginal) => {
  const files = await importOriginal<typeof import('@pixelrnn/files')>();
  return { ...files, writeFileAtomic: vi.fn(files.writeFileAtomic) };
});
vi.mock('@pixelrnn/experiment', async (importOriginal) => {
  const original = await importOriginal<typeof import('@pixelrnn/experiment')>();
  return { ...original, openRun: vi.fn(original.openRun) };
});

const at = temporaryFolder();
const home = process.cwd();
afterEach(() => process.chdir(home));
const pixelrnn = (...args: string[]) => runHere([...args, '--json']);

async function trainedRun(name: string, changes: object): Promise<void> {
  const recipe = { ...tinyRecipe, ...changes };
  await writeFile(at(`${name}.json`), JSON.stringify(recipe));
  const ran = await runHere(['train', at(`${name}.json`), '--out', at(name), '--seed', '3', '--backend', 'cpu']);
  expect(ran.code, ran.stderr).toBe(0);
}

const write = (name: string, image: { width: number; height: number; channels: 1 | 2 | 3 | 4; data: Uint8Array }) =>
  writeFile(at(name), encode(image));
/** Black and white stripes. */
const stripes = (height: number, width: number) => ({
  height,
  width,
  channels: 1 as const,
  data: Uint8Array.from({ length: height * width }, (_, i) => (i % 3 === 0 ? 255 : 0)),
});

beforeAll(async () => {
  await trainedRun('run', {});
  await mkdir(at('folder'));
  await write('folder/b.png', stripes(9, 5));
  await write('folder/a.PNG', stripes(8, 8));
  await writeFile(at('folder/notes.txt'), 'no image');
  await write('one.png', stripes(8, 8));
});

it('compress names the pictures of a folder that it leaves out', async () => {
  await mkdir(at('mixed'));
  await write('mixed/a.png', stripes(8, 8));
  for (const name of ['b.jpg', 'c.JPEG', 'd.webp', 'e.gif', 'f.jxl']) await writeFile(at('mixed', name), '');
  const ran = await pixelrnn('compress', at('run'), at('mixed'), '--out', at('mixed.pxr'));
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stderr).toContain('left out, since only PNG files are without loss: b.jpg, c.JPEG, d.webp and 2 more of ');
});

it('compress and decompress give back files under their names, and those of folders, pixel for pixel', async () => {
  const packed = await pixelrnn('compress', at('run'), at('one.png'), at('folder'), '--out', at('f.pxr'));
  expect(packed.code, packed.stderr).toBe(0);
  const bytes = (await readFile(at('f.pxr'))).length;
  const pngBytes = (
    await Promise.all(['one.png', 'folder/a.PNG', 'folder/b.png'].map((file) => readFile(at(file))))
  ).reduce((sum, { length }) => sum + length, 0);
  expect(lastJson(packed)).toMatchObject({ out: at('f.pxr'), images: 3, bytes, pngBytes });
  expect(lastJson(packed).bitsPerDim).toBeCloseTo((8 * bytes) / (64 + 64 + 45), 9);

  const unpacked = await pixelrnn('decompress', at('f.pxr'), '--run', at('run'), '--out', at('out'));
  expect(unpacked.code, unpacked.stderr).toBe(0);
  expect(lastJson(unpacked).files).toEqual(['one.png', 'a.png', 'b.png'].map((name) => at('out', name)));
  for (const [was, is] of [
    ['one.png', 'out/one.png'],
    ['folder/a.PNG', 'out/a.png'],
    ['folder/b.png', 'out/b.png'],
  ])
    expect(decode(await readFile(at(is)))).toEqual(decode(await readFile(at(was))));
});

it('compress takes a photograph without a run, and decompress finds the model by itself', async () => {
  const data = Uint8Array.from({ length: 6 * 9 * 3 }, (_, i) => (37 * i) % 256);
  await write('photo.png', { width: 9, height: 6, channels: 3, data });
  const packed = await pixelrnn('compress', at('photo.png'), '--out', at('photo.pxr'));
  expect(packed).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(
      'compressing with natural-gated-pixel-cnn, since the first argument is no run but images',
    ),
  });
  const unpacked = await pixelrnn('decompress', at('photo.pxr'), '--out', at('photos'));
  expect(unpacked.code, unpacked.stderr).toBe(0);
  expect(decode(await readFile(at('photos', 'photo.png'))).data).toEqual(data);
});

it('compress takes a folder without a run, opaque RGBA and grey in it, and says that grey comes back as RGB', async () => {
  await mkdir(at('holiday'));
  const rgba = Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 255);
  await write('holiday/alpha.png', { width: 2, height: 1, channels: 4, data: rgba });
  await write('holiday/grey.png', { width: 2, height: 1, channels: 1, data: Uint8Array.of(7, 8) });
  const packed = await pixelrnn('compress', at('holiday'), '--out', at('holiday.pxr'));
  expect(packed.code, packed.stderr).toBe(0);
  expect(packed.stderr).toContain('since the first argument is no run but images');
  expect(packed.stderr).toContain(
    '1 of the images is grey: gatedPixelCnn gives them back as RGB, of three equal colours',
  );
  expect((await pixelrnn('decompress', at('holiday.pxr'), '--out', at('holidays'))).code).toBe(0);
  const back = async (name: string) => [...decode(await readFile(at('holidays', name))).data];
  expect(await back('alpha.png')).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await back('grey.png')).toEqual([7, 7, 7, 8, 8, 8]);
});

it('compress takes images of a split; decompress numbers them', async () => {
  const packed = await pixelrnn('compress', at('run'), '--split', 'test', '--limit', '12', '--out', at('split.pxr'));
  expect(packed.code, packed.stderr).toBe(0);
  expect(lastJson(packed)).toMatchObject({ images: 12 });
  expect((await pixelrnn('decompress', at('split.pxr'), '--run', at('run'), '--out', at('split'))).code).toBe(0);
  const names = (await readdir(at('split'))).sort();
  expect([names[0], names[11], names.length]).toEqual(['image-00.png', 'image-11.png', 12]);
  const some = await pixelrnn(
    'decompress',
    at('split.pxr'),
    '--run',
    at('run'),
    '--only',
    '11,3-4,3',
    '--out',
    at('some'),
  );
  expect(lastJson(some)).toMatchObject({ images: 3 });
  expect((await readdir(at('some'))).sort()).toEqual(['image-03.png', 'image-04.png', 'image-11.png']);
  const { images } = await digits({ binarize: 'threshold' }).read('test', [Math.floor((11 * 300) / 12)]);
  expect(await readFile(at('some', 'image-11.png'))).toEqual(await readFile(at('split', 'image-11.png')));
  expect([...decode(await readFile(at('split', 'image-11.png'))).data]).toEqual(Array.from(images, (v) => 255 * v));
});

it('says what it did to people, and draws the bits of every pixel', async () => {
  const ran = await runHere(['compress', at('run'), at('one.png'), '--out', at('m.pxr'), '--map', at('bits.png')]);
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toMatch(
    /^1 image in [\d.]+ s, \d+ bytes, [\d.]+ bits\/dim \(as PNG \d+ bytes\): .*m\.pxr\nwhite is [\d.]+ bits: .*bits\.png\n$/,
  );
  const { width, height, data } = decode(await readFile(at('bits.png')));
  expect([width, height]).toEqual([98, 98]);
  expect(Math.max(...data)).toBe(255);
});

it('keeps an archive whose map cannot be written, and codes nothing where that shows before', async () => {
  const args = ['compress', at('run'), at('one.png'), '--out'];
  const failed = { code: 1, stderr: expect.stringContaining('a part of this path is a file, not a folder') };
  const inFile = at('one.png', 'x');
  expect(await runHere([...args, inFile])).toMatchObject(failed);
  expect(await runHere([...args, at('before.pxr'), '--map', inFile])).toMatchObject(failed);
  expect(await readdir(at())).not.toContain('before.pxr');
  vi.mocked(writeFileAtomic).mockImplementation(async (path, ...rest) => {
    if (path === at('full.png')) throw new Error('full.png: no room');
    return original.writeFileAtomic(path, ...rest);
  });
  const late = await runHere([...args, at('kept.pxr'), '--map', at('full.png')]);
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('full.png: no room') });
  const kept = await pixelrnn('decompress', at('kept.pxr'), '--run', at('run'), '--out', at('kept'));
  expect(kept.code, kept.stderr).toBe(0);
});

it('an archive of a pretrained preset needs no run to be read: of all presets that alone is opened, whatever else has its name', async () => {
  await write('digit.png', stripes(28, 28));
  await mkdir(at('mnist-pixel-cnn'));
  await write('mnist-pixel-cnn/digit.png', stripes(28, 28));
  process.chdir(at());
  const packed = await pixelrnn('compress', 'mnist-pixel-cnn', at('digit.png'), '--out', at('digit.pxr'));
  expect(packed.code, packed.stderr).toBe(0);
  await cp(at('run'), at('mnist-pixel-cnn'), { recursive: true });
  vi.mocked(openRun).mockClear();
  const unpacked = await pixelrnn('decompress', at('digit.pxr'), '--out', at('digit'));
  expect(unpacked.code, unpacked.stderr).toBe(0);
  expect(vi.mocked(openRun).mock.calls.map(([folder]) => folder)).toEqual([pretrainedRun('mnist-pixel-cnn')]);
  expect(decode(await readFile(at('digit', 'digit.png')))).toEqual(decode(await readFile(at('digit.png'))));
});

it('classes are told of files, and known of a split', async () => {
  const model = {
    system: 'gatedPixelCnn',
    image: tinyRecipe.model.image,
    layers: 1,
    channels: 2,
    head: 2,
    classes: 10,
  };
  await trainedRun('classes', { model });
  const named = await pixelrnn('compress', at('classes'), at('one.png'), '--class', '3', '--out', at('c.pxr'));
  expect(named.code, named.stderr).toBe(0);
  const split = await pixelrnn('compress', at('classes'), '--split', 'test', '--limit', '2', '--out', at('s.pxr'));
  expect(split.code, split.stderr).toBe(0);
  expect((await pixelrnn('decompress', at('c.pxr'), '--run', at('classes'), '--out', at('c'))).code).toBe(0);
  const without = await pixelrnn('compress', at('classes'), at('one.png'));
  expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('wants the class of the images, 0 to 9') });
  const beyond = await pixelrnn('compress', at('classes'), at('one.png'), '--class', '10');
  expect(beyond).toMatchObject({ code: 2, stderr: expect.stringContaining('has classes 0 to 9, got 10') });
  const completed = ['complete', at('classes'), '--known', 'rows:4', '--count', '2', '--backend', 'cpu'];
  const untold = await pixelrnn(...completed, '--image', at('one.png'), '--out', at('u.png'));
  expect(untold).toMatchObject({ code: 2, stderr: expect.stringContaining('wants the class of the images, 0 to 9') });
  const own = await pixelrnn(...completed, '--split', 'test:0', '--out', at('u.png'));
  expect(own.code, own.stderr).toBe(0);
});

describe('compress refuses, in one line', () => {
  beforeAll(async () => {
    await write('grey.png', { ...stripes(8, 8), data: new Uint8Array(64).fill(100) });
    await write('alpha.png', { height: 1, width: 1, channels: 2, data: Uint8Array.of(255, 0) });
    await write('colour.png', { height: 1, width: 1, channels: 3, data: Uint8Array.of(255, 0, 0) });
    await mkdir(at('empty'));
    await write('b\\c.png', stripes(8, 8));
    await mkdir(at('other'));
    await write('other/one.png', stripes(8, 8));
    await write('ONE.PNG', stripes(8, 8));
  });

  it.each<[string, string[], number, string]>([
    ['values between levels', ['grey.png'], 1, 'grey.png: wanted the 2 levels of the model, found 100 between them'],
    ['transparency', ['alpha.png'], 1, 'alpha.png: wanted an image of 8 bits that hides nothing, found transparency'],
    ['colours', ['colour.png'], 1, 'colour.png: wanted a grey image, as those of the model are, found colours'],
    ['what is no PNG', ['run.json'], 1, 'run.json: wanted a PNG image, found other bytes'],
    ['what is not there', ['none.png'], 1, 'none.png: there is no such file or folder'],
    ['a folder without images', ['empty'], 1, 'empty: wanted a folder with PNG files, found none'],
    [
      'two files of one name',
      ['one.png', 'other'],
      2,
      'compress: wanted names that differ in more than capitals, got ',
    ],
    ['a name that no archive holds', ['b\\c.png'], 1, 'wanted names without slashes and control characters, got "b'],
    ['two that are unpacked as one', ['one.png', 'ONE.PNG'], 2, 'one.png and '],
  ])('%s', async (_, files, code, message) => {
    const ran = await runHere(['compress', at('run'), ...files.map((file) => at(file)), '--out', at('no.pxr')]);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
    expect(await readdir(at())).not.toContain('no.pxr');
  });

  it.each<[string, string[], string]>([
    ['no images', [], 'compress: wanted files or --split, got neither'],
    ['a map on stdout', ['x.png', '--map', '-'], '--map -: wanted a file, since stdout is for the archive'],
    [
      'a map in the place of the archive',
      ['x.png', '--map', 'x/../a.pxr', '--out', 'a.pxr'],
      '--map: wanted another file than that of --out, got x/../a.pxr',
    ],
    ['files and a split', ['x.png', '--split', 'test'], 'compress: wanted files or --split, got both'],
    ['a limit of files', ['x.png', '--limit', '3'], 'compress: wanted no --limit, since the images are given'],
    [
      'a class of a split',
      ['--split', 'test', '--class', '1'],
      'compress: wanted no --class, since a split has its own',
    ],
  ])('%s', async (_, args, message) => {
    expect(await runHere(['compress', at('run'), ...args])).toMatchObject({
      code: 2,
      stderr: `pixelrnn: ${message}\n`,
    });
  });

  it('a class where there are none, and a map of images of several sizes', async () => {
    const none = await runHere(['compress', at('run'), at('one.png'), '--class', '1']);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('has no classes, got 1') });
    const sizes = await runHere(['compress', at('run'), at('folder'), '--map', at('x.png')]);
    expect(sizes).toMatchObject({ code: 2, stderr: expect.stringContaining('wanted images of one size, got several') });
  });
});

it('compress refuses files under a model of more levels than bytes have', async () => {
  const { image } = tinyRecipe.model;
  const likelihood = { name: 'logisticMixture', config: { components: 1 } };
  const model = { system: 'pixelCnn', image: { ...image, levels: 1000 }, layers: 1, hidden: 2, head: 2, likelihood };
  const ran = { ...(await openRun(at('run'))), model: createModel(model) };
  vi.mocked(openRun).mockResolvedValueOnce(ran);
  const refused = await runHere(['compress', at('run'), at('one.png'), '--out', at('no.pxr')]);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('compress: wanted at most 256 levels, got 1000 of pixelCnn'),
  });
});

describe('decompress refuses, in one line', () => {
  it.each([
    ['two of a name', ['a', 'a'], 'a.png of image 0 and a.png of image 1'],
    ['two endings', ['photo', 'photo.PNG'], 'photo.png of image 0 and photo.png of image 1'],
    ['two that differ in capitals', ['a', 'A'], 'a.png of image 0 and A.png of image 1'],
    [
      'a name that is the number of another',
      ['image-1', undefined],
      'image-1.png of image 0 and image-1.png of image 1',
    ],
  ])('images that would be one file: %s', async (_, names, found) => {
    const { model, weights } = await openRun(at('run'));
    const images = names.map((name) => ({ height: 1, width: 1, levels: [0], name }));
    await writeFile(at('same.pxr'), (await compress(model, weights, images)).bytes);
    const ran = await runHere(['decompress', at('same.pxr'), '--run', at('run'), '--out', at('same')]);
    expect(ran).toMatchObject({
      code: 1,
      stderr: `pixelrnn: ${at('same.pxr')}: wanted images that become files of different names, got ${found}\n`,
    });
    expect(await readdir(at())).not.toContain('same');
  });

  it('a damaged archive, one of another run, one of no preset, and a folder in use', async () => {
    await pixelrnn('compress', at('run'), at('one.png'), '--out', at('d.pxr'));
    const bytes = await readFile(at('d.pxr'));
    await writeFile(at('cut.pxr'), bytes.subarray(0, -1));
    const ran = (file: string, ...args: string[]) => runHere(['decompress', at(file), '--out', at('no'), ...args]);
    const failed = (message: string) => ({ code: 1, stderr: expect.stringContaining(message) });
    expect(await ran('cut.pxr', '--run', at('run'))).toMatchObject(failed('cut.pxr: the archive is damaged or cut'));
    expect(await ran('one.png')).toMatchObject(failed('one.png: wanted an archive of pixelrnn, got something else'));
    expect(await ran('d.pxr')).toMatchObject(failed('d.pxr: wanted --run, the run that compressed it'));
    expect(await ran('d.pxr', '--run', 'mnist-row-lstm')).toMatchObject(failed('d.pxr: wanted the model'));
    expect(await ran('none.pxr')).toMatchObject(failed('there is no such file'));
    const usage = (message: string) => ({ code: 2, stderr: expect.stringContaining(message) });
    expect(await ran('d.pxr', '--only', '0-1')).toMatchObject(usage(`--only: ${at('d.pxr')} has images 0 to 0, got 1`));
    expect(await ran('d.pxr', '--only', 'all')).toMatchObject(
      usage('--only: wanted indices as in 7, 0-7 or 3,5,8, got "all"'),
    );
    expect(await ran('d.pxr', '--only', '2-1')).toMatchObject(usage('got "2-1"'));
    expect(await runHere(['decompress', at('d.pxr'), '--out', at('folder')])).toMatchObject(
      failed('wanted an empty folder'),
    );
    expect(await readdir(at())).not.toContain('no');
  });
});

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './folder.fixture.ts';
import { expectRefusal } from './refusal.fixture.ts';
import { onCpu, runHere } from './terminal.fixture.ts';
import { tinyRecipe } from './tiny-run.fixture.ts';

// What a person may get wrong, and what may be wrong with the files: each ends with one line that says what was wanted and what was
// found, the right exit code, and nothing half-done.

/** The trained run and a folder of the user's own. */
let before: Map<string, Buffer>;
const at = temporaryFolder();

/** Every file below a folder. */
async function contents(of: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(of, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(file)] as const)));
}

/** What no wrong input may change. */
const untouchable = async () => new Map([...(await contents(at('run'))), ...(await contents(at('own')))]);

/** A copy of the trained run under another name, with a file of it changed. */
async function damagedRun(name: string, file: string, change: (content: Buffer) => Buffer | string): Promise<string> {
  await cp(at('run'), at(name), { recursive: true });
  await writeFile(at(name, file), change(await readFile(at(name, file))));
  return at(name);
}

const flipped = (content: Buffer) => {
  content[content.length - 5] ^= 0x40;
  return content;
};

beforeAll(async () => {
  await writeFile(at('recipe.json'), JSON.stringify(tinyRecipe));
  const ran = await runHere(['train', at('recipe.json'), '--out', at('run'), '--backend', 'cpu']);
  expect(ran).toMatchObject({ code: 0 });
  await writeFile(at('plain'), 'a file, not a folder');
  await writeFile(at('cut.json'), '{ "model": ');
  await writeFile(at('list.json'), '[1, 2]');
  await writeFile(at('unknown-key.json'), JSON.stringify({ ...tinyRecipe, batchsize: 4 }));
  await writeFile(at('other-image.json'), JSON.stringify({ ...tinyRecipe, dataset: { name: 'digits' } }));
  await writeFile(at('large.png'), encode({ width: 9, height: 8, channels: 1, data: new Uint8Array(72) }));
  await writeFile(at('no.png'), 'GIF89a');
  await mkdir(at('data', 'mnist'), { recursive: true });
  await writeFile(at('data', 'mnist', 'train-images-idx3-ubyte'), 'cut off');
  await mkdir(at('own', 'samples'), { recursive: true });
  await writeFile(at('own', 'report.html'), 'mine');
  await writeFile(at('own', 'samples', '4.png'), 'mine');
  before = await untouchable();
});

interface Case {
  readonly what: string;
  readonly args: () => string[] | Promise<string[]>;
  readonly code: number;
  readonly says: RegExp;
}

const train = (...args: string[]) => ['train', at('recipe.json'), '--out', at('never'), ...args];
const complete = (...args: string[]) => ['complete', at('run'), '--out', at('never.png'), ...args];

const CASES: readonly Case[] = [
  { what: 'an unknown command', args: () => ['trian'], code: 2, says: /unknown command 'trian'.*Did you mean train/ },
  { what: 'an unknown flag', args: () => train('--stpes', '3'), code: 2, says: /unknown option '--stpes'.*--steps/ },
  { what: 'a superfluous argument', args: () => ['inspect', 'a', 'b'], code: 2, says: /too many arguments/ },
  { what: 'nothing to train', args: () => ['train'], code: 2, says: /wanted a preset or a recipe\.json/ },
  { what: 'steps that are no number', args: () => train('--steps', 'many'), code: 2, says: /'many'.*positive integer/ },
  { what: 'negative minutes', args: () => train('--minutes', '-1'), code: 2, says: /'-1'.*above 0/ },
  {
    what: 'a least difference without what it is for',
    args: () => train('--min-delta', '0.1'),
    code: 2,
    says: /^pixelrnn: --min-delta: wanted --patience with it, since nothing else stops the run early, got none$/m,
  },
  {
    what: 'a negative least difference',
    args: () => train('--min-delta', '-1', '--patience', '2'),
    code: 2,
    says: /'-1'.*a number of 0 or above/,
  },
  {
    what: 'two lengths',
    args: () => train('--steps', '1', '--epochs', '1'),
    code: 2,
    says: /one of --steps, --epochs/,
  },
  { what: 'an unknown preset', args: () => ['train', 'mnist-rowlstm'], code: 2, says: /did you mean "mnist-row-lstm"/ },
  { what: 'an unknown key to set', args: () => train('--set', 'batchSiz=4'), code: 2, says: /batchSiz.*batchSize/ },
  { what: 'a value of a wrong kind', args: () => train('--set', 'batchSize=four'), code: 2, says: /batchSize.*"four"/ },
  { what: 'an assignment without a value', args: () => train('--set', 'batchSize'), code: 2, says: /wanted key=value/ },
  {
    what: 'an unknown option of the data',
    args: () => train('--set', 'dataset.options.bits=1'),
    code: 2,
    says: /^pixelrnn: digits: unknown option "bits"; wanted one of /m,
  },
  { what: 'an unknown backend', args: () => train('--backend', 'cuda'), code: 2, says: /'cuda'.*tensorflow, webgpu/ },
  {
    what: 'threads without number',
    args: () => train('--threads', '100000'),
    code: 2,
    says: /'100000'.*from 1 to 1024/,
  },
  { what: 'a negative seed', args: () => train('--seed', '-3'), code: 2, says: /'-3'.*0 or more/ },
  { what: 'a recipe that is not there', args: () => ['train', at('no.json')], code: 2, says: /cannot read .*no\.json/ },
  { what: 'a recipe that is cut off', args: () => ['train', at('cut.json')], code: 2, says: /cannot read .*cut\.json/ },
  { what: 'a recipe that is no object', args: () => ['train', at('list.json')], code: 2, says: /wanted a JSON object/ },
  { what: 'an unknown key in a recipe', args: () => ['train', at('unknown-key.json')], code: 2, says: /batchsize/ },
  {
    what: 'images that the model is not made for',
    args: () => ['train', at('other-image.json'), '--out', at('never')],
    code: 1,
    says: /wants images of 8×8×1 with 2 levels.* has 8×8×1 with 17 levels/,
  },
  {
    what: 'a folder with another run',
    args: () => ['train', at('recipe.json'), '--out', at('run')],
    code: 1,
    says: /holds a run already/,
  },
  {
    what: 'a folder with another run, before the images are looked for',
    args: () => ['train', 'quickstart', '--images', at('nowhere'), '--out', at('run')],
    code: 1,
    says: /^pixelrnn: \S+run holds a run already: resume it, or choose another folder$/m,
  },
  {
    what: "the user's own files, before the images are looked for",
    args: () => ['train', 'quickstart', '--images', at('nowhere'), '--out', at('own')],
    code: 1,
    says: /own: wanted an empty folder or a run, found report\.html, samples/,
  },
  {
    what: 'no weights to begin from, before the images are looked for',
    args: () => ['train', 'quickstart', '--images', at('nowhere'), '--out', at('never'), '--init', 'mnist-row-lstn'],
    code: 1,
    says: /^pixelrnn: mnist-row-lstn holds no run: .*; did you mean "mnist-row-lstm"\?$/m,
  },
  {
    what: 'weights of another model, before the data are opened',
    args: () => ['train', 'quickstart', '--data-dir', at('empty'), '--out', at('never'), '--init', at('run')],
    code: 1,
    says: /run: its weights are not those of this model: /,
  },
  {
    what: 'batches that are larger than the data',
    args: () => train('--set', 'batchSize=5000'),
    code: 1,
    says: /^pixelrnn: batchSize: wanted at most 1197, the training images of digits, got 5000; --set batchSize=1197 takes them all$/m,
  },
  {
    what: "a folder with the user's own files",
    args: () => ['train', at('recipe.json'), '--out', at('own')],
    code: 1,
    says: /own: wanted an empty folder or a run, found report\.html, samples/,
  },
  {
    what: "the user's own files to go on with",
    args: () => ['train', at('recipe.json'), '--resume', '--out', at('own')],
    code: 1,
    says: /own: wanted an empty folder or a run, found report\.html, samples/,
  },
  {
    what: "a run to be written among the user's own files",
    args: () => ['export', at('run'), '--format', 'run', '--out', at('own')],
    code: 1,
    says: /own: wanted an empty folder or a run, found report\.html, samples/,
  },
  {
    what: 'nothing to resume',
    args: () => ['train', '--resume', '--out', at('never')],
    code: 1,
    says: /^pixelrnn: \S+never holds no run to resume: there is no such folder$/m,
  },
  {
    what: 'flags that would change a run that is resumed',
    args: () => ['train', '--resume', '--out', at('run'), '--epochs', '5', '--set', 'batchSize=5', '--seed', '7'],
    code: 2,
    says: /wanted no --epochs, --set, --seed/,
  },
  {
    what: 'fewer steps than a run has',
    args: () => ['train', '--resume', '--out', at('run'), '--steps', '2'],
    code: 1,
    says: /has a length of 4 steps: wanted at least as many, got 2/,
  },
  {
    what: 'weights of another model to begin from',
    args: () => ['train', at('recipe.json'), '--out', at('never'), '--init', 'mnist-row-lstm'],
    code: 1,
    says: /mnist-row-lstm: its weights are not those of this model: \S+: wanted \[\S+\], found \[\S+\]/,
  },
  {
    what: 'another recipe to resume with',
    args: () => ['train', at('recipe.json'), '--out', at('run'), '--resume', '--set', 'batchSize=5', '--steps', '9'],
    code: 1,
    says: /^pixelrnn: \S+run was begun with batchSize = 8, not 5; choose another folder to change it$/m,
  },
  {
    what: 'a recipe and more steps to go on to',
    args: () => ['train', at('recipe.json'), '--out', at('run'), '--resume', '--steps', '9'],
    code: 1,
    says: /^pixelrnn: \S+run was begun with steps = 4, not 9; to go on, leave the recipe out: train --resume --out \S+run --steps 9$/m,
  },
  {
    what: 'a recipe and fewer steps to go on to',
    args: () => ['train', at('recipe.json'), '--out', at('run'), '--resume', '--steps', '3'],
    code: 1,
    says: /^pixelrnn: \S+run was begun with steps = 4, not 3; choose another folder to change it$/m,
  },
  {
    what: 'a run folder below a file',
    args: () => ['train', at('recipe.json'), '--out', at('plain', 'x')],
    code: 1,
    says: /plain.*file, not a folder/,
  },
  {
    what: 'data that are not there',
    args: () => ['train', 'mnist-row-lstm', '--out', at('never'), '--data-dir', at('empty')],
    code: 1,
    says: /is not in \S+binarized-mnist; run: pixelrnn fetch binarized-mnist --data-dir \S+empty$/m,
  },
  {
    what: 'data that are damaged',
    args: () => ['train', 'quickstart', '--out', at('never'), '--data-dir', at('data')],
    code: 1,
    says: /train-images-idx3-ubyte.*wanted.*found/,
  },
  { what: 'an unknown data set', args: () => ['fetch', 'mnits'], code: 2, says: /wanted one of .*got "mnits"/ },
  {
    what: 'a folder without data',
    args: () => ['fetch', 'mnist', '--data-dir', at('d'), '--from', at('empty')],
    code: 1,
    says: /could not get/,
  },
  {
    what: 'something unknown to set up',
    args: () => ['setup', 'torch'],
    code: 2,
    says: /wanted "tensorflow" or "mpi"/,
  },
  { what: 'MPI for a GPU', args: () => ['setup', 'mpi', '--gpu'], code: 2, says: /setup mpi: wanted no --gpu/ },
  {
    what: 'a run that is not there',
    args: () => ['evaluate', at('never')],
    code: 1,
    says: /^pixelrnn: \S+never holds no run: there is no such folder$/m,
  },
  {
    what: 'a folder that holds no run',
    args: () => ['sample', at('own')],
    code: 1,
    says: /^pixelrnn: \S+own holds no run: there is no config\.json$/m,
  },
  {
    what: 'a run of no name',
    args: () => ['sample', 'nope'],
    code: 1,
    says: /^pixelrnn: nope holds no run: there is no such folder, nor a pretrained run of that name$/m,
  },
  {
    what: 'a pretrained run of nearly a name',
    args: () => ['inspect', 'mnist-row-lstn'],
    code: 1,
    says: /nor a pretrained run of that name; did you mean "mnist-row-lstm"\?$/m,
  },
  {
    what: 'a preset without published weights',
    args: () => ['sample', 'quickstart'],
    code: 1,
    says: /^pixelrnn: quickstart is a preset of which no weights are published: pixelrnn train quickstart makes some(; did you mean "runs\/quickstart"\?)?$/m, // where it has been trained
  },
  {
    what: 'the field of a preset of nearly a name',
    args: () => ['receptive-field', 'mnist-row-lstn', '--pixel', '1,1'],
    code: 2,
    says: /wanted a run folder or a preset \(pixelrnn list\), got mnist-row-lstn; did you mean "mnist-row-lstm"\?$/m,
  },
  {
    what: 'an unknown split',
    args: () => ['evaluate', at('run'), '--split', 'tset'],
    code: 2,
    says: /'tset'.*train, valid, test/,
  },
  {
    what: 'a checkpoint that is not there',
    args: () => ['inspect', at('run'), '--checkpoint', '9999'],
    code: 2,
    says: /^pixelrnn: --checkpoint: wanted best, latest or one of the steps that \S+run has, 4, got 9999$/m,
  },
  {
    what: 'a config that is cut off',
    args: async () => ['inspect', await damagedRun('cut-config', 'config.json', (content) => content.subarray(0, 40))],
    code: 1,
    says: /config\.json is damaged/,
  },
  {
    what: 'a config that was changed by hand',
    args: async () => [
      'evaluate',
      await damagedRun('changed', 'config.json', (content) =>
        String(content).replace('"batchSize": 8', '"batchSize": 9'),
      ),
    ],
    code: 1,
    says: /config\.json was changed/,
  },
  {
    what: 'the only checkpoint damaged',
    args: async () => [
      'sample',
      await damagedRun('flipped', 'checkpoints/4/averaged.safetensors', flipped),
      '--out',
      at('never.png'),
    ],
    code: 1,
    says: /none of the 1 checkpoints is whole/,
  },
  { what: 'no samples', args: () => ['sample', at('run'), '--count', '0'], code: 2, says: /'0'.*positive integer/ },
  {
    what: 'a class of a model without',
    args: () => ['sample', at('run'), '--class', '3'],
    code: 2,
    says: /has no classes, got 3/,
  },
  {
    what: 'a picture below a file',
    args: () => ['sample', at('run'), '--count', '1', '--out', at('plain', 'x.png')],
    code: 1,
    says: /plain/,
  },
  {
    what: 'more samples than there is memory for',
    args: () => ['sample', at('run'), '--count', '100000000000', '--out', at('never.png')],
    code: 2,
    says: /--count: wanted at most \d+ images, which this machine has memory for, got 100000000000/,
  },
  {
    what: 'more completions than there is memory for',
    args: () => complete('--split', 'test:0', '--known', 'rows:4', '--count', '100000000000'),
    code: 2,
    says: /--count: wanted at most \d+ images/,
  },
  {
    what: 'a picture and a result on one stdout',
    args: () => ['sample', at('run'), '--out', '-'],
    code: 2,
    says: /stdout \(-\) cannot hold the file and what --json prints/,
  },
  {
    what: 'many pictures on stdout',
    args: () => ['sample', at('run'), '--format', 'files', '--out', '-'],
    code: 2,
    says: /--out -: wanted --format sheet or npy/,
  },
  ...[
    ['train', 'recipe.json', 'a run folder'],
    ['export', 'run', 'a folder', '--format', 'safetensors'],
    ['pack', 'run', 'a file'],
    ['decompress', 'run', 'a folder, since an archive becomes files'],
    ['receptive-field', 'run', 'a file that ends in .png or .svg, got -', '--pixel', '1,1'],
  ].map(([command, argument, says, ...flags]) => ({
    what: `${command} to stdout`,
    args: () => [command, at(argument), ...flags, '--out', '-'],
    code: 2,
    says: new RegExp(`--out( -)?: wanted ${says}`),
  })),
  {
    what: 'a picture where no file can be',
    args: () => ['sample', at('run'), '--out', at('run', 'config.json', 's.png')],
    code: 1,
    says: /cannot write .*s\.png: a part of this path is a file, not a folder/,
  },
  {
    what: 'threads of particles',
    args: () => complete('--split', 'test:0', '--known', 'rows:4', '--particles', '2', '--threads', '2'),
    code: 2,
    says: /--particles: wanted no --threads with it, since candidates are drawn on one thread/,
  },
  {
    what: 'samples among other files',
    args: () => ['sample', at('run'), '--format', 'files', '--out', at('own')],
    code: 1,
    says: /own: wanted an empty folder, found report\.html, samples/,
  },
  {
    what: 'an unknown format of samples',
    args: () => ['sample', at('run'), '--format', 'gif'],
    code: 2,
    says: /'gif'.*sheet, files, npy/,
  },
  {
    what: 'images and a split to evaluate',
    args: () => ['evaluate', at('run'), '--image', at('large.png'), '--split', 'test', '--limit', '3'],
    code: 2,
    says: /wanted no --split, --limit, since the images are given/,
  },
  {
    what: 'a class for a split',
    args: () => ['evaluate', at('run'), '--class', '3'],
    code: 2,
    says: /wanted no --class, since a split has its own/,
  },
  {
    what: 'an image of another size to evaluate',
    args: () => ['evaluate', at('run'), '--image', at('large.png')],
    code: 1,
    says: /8×8 pixels, found 8×9/,
  },
  {
    what: 'a home folder that the shell did not expand',
    args: () => ['train', at('recipe.json'), '--out', '~/runs/x'],
    code: 2,
    says: /--out: the shell did not expand "~\/runs\/x": wanted \$HOME\/runs\/x/,
  },
  {
    what: 'a run in a home folder that the shell did not expand',
    args: () => ['inspect', '~/runs/x'],
    code: 2,
    says: /<run>: the shell did not expand "~\/runs\/x"/,
  },
  { what: 'nothing known', args: () => complete('--split', 'test:0'), code: 2, says: /required option '--known/ },
  {
    what: 'too many known rows',
    args: () => complete('--split', 'test:0', '--known', 'rows:8'),
    code: 2,
    says: /--known: wanted a part of an image of 8×8 pixels, got "rows:8", which is all/,
  },
  {
    what: 'neither image nor split',
    args: () => complete('--known', 'rows:4'),
    code: 2,
    says: /one of --image and --split, got neither/,
  },
  {
    what: 'an image beyond the split',
    args: () => complete('--known', 'rows:4', '--split', 'test:300'),
    code: 2,
    says: /0 to 299, got 300/,
  },
  {
    what: 'no split at all',
    args: () => complete('--known', 'rows:4', '--split', 'test'),
    code: 2,
    says: /got "test"/,
  },
  {
    what: 'what follows the images of a split',
    args: () => complete('--known', 'rows:4', '--split', 'test:7:9'),
    code: 2,
    says: /wanted <train\|valid\|test>:<indices> as in test:7 or test:0-7, got "test:7:9"/,
  },
  {
    what: 'a range that runs backwards',
    args: () => complete('--known', 'rows:4', '--split', 'test:7-3'),
    code: 2,
    says: /smaller index, got "7-3"/,
  },
  {
    what: 'a range far beyond the split',
    args: () => complete('--known', 'rows:4', '--split', 'test:0-4000000000'),
    code: 2,
    says: /images 0 to 299, got 4000000000/,
  },
  {
    what: 'an image that is not there',
    args: () => complete('--known', 'rows:4', '--image', at('x.png')),
    code: 1,
    says: /no such file/,
  },
  {
    what: 'an image of another size',
    args: () => complete('--known', 'rows:4', '--image', at('large.png')),
    code: 1,
    says: /8×8 pixels, found 8×9/,
  },
  {
    what: 'an image that is none',
    args: () => complete('--known', 'rows:4', '--image', at('no.png')),
    code: 1,
    says: /wanted a PNG image/,
  },
  {
    what: 'an unknown format',
    args: () => ['export', at('run'), '--format', 'onnx'],
    code: 2,
    says: /'onnx'.*safetensors, tfjs/,
  },
];

describe('wrong input', () => {
  it.each(CASES)('$what', async ({ args, code, says }) => {
    const given = await args();
    const ran = await runHere([...onCpu(given), '--json']);
    expectRefusal(ran, code, says);
    expect([at('never'), at('never.png')].filter(existsSync)).toEqual([]);
    expect(await untouchable()).toEqual(before);
  });
});

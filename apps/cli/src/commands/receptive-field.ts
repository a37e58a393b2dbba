import { extname } from 'node:path';
import { fieldPanels, fieldPng, fieldSvg, modelOf, readRunConfig } from '@pixelrnn/experiment';
import { PRESETS, type PresetName, presetModel } from '@pixelrnn/models';
import { UsageError } from '@pixelrnn/shell';
import { type ReceptiveField, receptiveField } from '@pixelrnn/testing';
import { InvalidArgumentError } from 'commander';
import { defineCommand, type GlobalFlags } from '../define-command.ts';
import { runFolder } from '../open-run.ts';
import { checkOut, deliver } from '../output.ts';

interface ReceptiveFieldFlags extends GlobalFlags {
  readonly pixel: { readonly row: number; readonly column: number };
  readonly out?: string;
}

const COLOR_NAMES = ['red', 'green', 'blue'];

/** `pixelrnn receptive-field`: which earlier sub-pixels can influence a pixel, beside all that there are. */
export const receptiveFieldCommand = defineCommand<ReceptiveFieldFlags>({
  computes: true,
  arguments: '<run or preset>',
  examples: [
    'receptive-field mnist-row-lstm --pixel 14,14 --out field.png',
    'receptive-field runs/row --pixel 14,14 --out field.svg',
    'receptive-field mnist-pixel-cnn --pixel 14,14 --json',
  ],
  flags: (command) =>
    command
      .requiredOption('--pixel <row,column>', 'the pixel, counted from 0', parsePixel)
      .option('--out <file.png|file.svg>', 'where to draw what it sees beside all that comes before it'),
  async run(context, { pixel, out, json }, argument) {
    const isSvg = out !== undefined && extname(out) === '.svg';
    if (out !== undefined) checkOut(out, { json });
    if (out !== undefined && !isSvg && extname(out) !== '.png')
      throw new UsageError(`--out: wanted a file that ends in .png or .svg, got ${out}`);
    const model = await modelNamed(argument);
    const { height, width } = model.image;
    if (pixel.row >= height || pixel.column >= width)
      throw new UsageError(
        `--pixel: wanted a pixel of 0,0 to ${height - 1},${width - 1} of ${argument}, got ${pixel.row},${pixel.column}`,
      );
    await context.backend();
    const onDraw = (draws: number, unseen: number) =>
      context.progress.update({ done: draws, total: undefined, text: `${draws} draws of weights, ${unseen} unseen` });
    const field = await receptiveField(model, pixel, { onDraw });
    const outcome = { result: { ...resultOf(field), ...(out && { out }) }, text: inWords(field, out) };
    if (out === undefined) return outcome;
    const panels = field.seen.flatMap((_, color) => Object.values(fieldPanels(field, color)));
    const content = isSvg ? new TextEncoder().encode(`${await fieldSvg(panels)}\n`) : fieldPng(panels);
    return deliver(context, out, content, outcome);
  },
});

function parsePixel(text: string): ReceptiveFieldFlags['pixel'] {
  const [, row, column] = /^(\d+),(\d+)$/.exec(text) ?? [];
  if (row === undefined) throw new InvalidArgumentError('Expected a row and a column, as in 14,14.');
  return { row: Number(row), column: Number(column) };
}

/** The model of a run, whatever its weights, or that of a preset. */
async function modelNamed(argument: string) {
  const config = await readRunConfig(runFolder(argument));
  if (config) return modelOf(config.recipe, argument);
  if (Object.hasOwn(PRESETS, argument)) return presetModel(argument as PresetName);
  throw new UsageError(`receptive-field: wanted a run folder or a preset (pixelrnn list), got ${argument}`);
}

/** Sub-pixels of a set: row, column, channel. */
function listOf(field: ReceptiveField, contains: (i: number) => boolean): [number, number, number][] {
  const { height, width, channels } = field.image;
  return Array.from({ length: height * width * channels }, (_, i) => i)
    .filter(contains)
    .map((i) => {
      const pixel = Math.floor(i / channels);
      return [Math.floor(pixel / width), pixel % width, i % channels];
    });
}

function resultOf(field: ReceptiveField) {
  const { image, row, column, draws } = field;
  return {
    image,
    pixel: [row, column],
    draws,
    channels: field.seen.map((seen, color) => {
      const earlier = field.earlier[color];
      const [sees, misses] = [listOf(field, (i) => seen[i] === 1), listOf(field, (i) => earlier[i] > seen[i])];
      return { earlier: earlier.filter(Boolean).length, seen: sees.length, unseen: misses.length, sees, misses };
    }),
  };
}

function inWords(field: ReceptiveField, out: string | undefined): string {
  const lines = field.seen.map((seen, color) => {
    const [sees, all] = [seen, field.earlier[color]].map((set) => set.filter(Boolean).length);
    const who = field.seen.length > 1 ? `${COLOR_NAMES[color]} of ` : '';
    return `${who}pixel ${field.row},${field.column} sees ${sees} of the ${all} sub-pixels that come before it`;
  });
  return [...lines, ...(out === undefined ? [] : [out])].join('\n');
}

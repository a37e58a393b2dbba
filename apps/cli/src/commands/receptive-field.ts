import { extname } from 'node:path';
import type { GenerativeModel } from '@pixelrnn/core';
import { didYouMean, fieldPanel, fieldPng, fieldSvg, idealPanel, modelOf, readRunConfig } from '@pixelrnn/experiment';
import { checkTarget, writeFileAtomic } from '@pixelrnn/files';
import { PRESETS, type PresetName, presetModel } from '@pixelrnn/models';
import { UsageError } from '@pixelrnn/shell';
import { type ReceptiveField, receptiveField } from '@pixelrnn/testing';
import { InvalidArgumentError } from 'commander';
import { defineCommand, type GlobalFlags } from '../define-command.ts';

interface Pixel {
  readonly row: number;
  readonly column: number;
}

interface ReceptiveFieldFlags extends GlobalFlags {
  readonly pixel: Pixel;
  readonly out?: string;
}

const COLOR_NAMES = ['red', 'green', 'blue'];

/** `pixelrnn receptive-field`: which earlier sub-pixels can influence a pixel, beside all that there are. */
export const receptiveFieldCommand = defineCommand<ReceptiveFieldFlags>({
  computes: true,
  arguments: '<run|preset...>',
  examples: [
    'receptive-field mnist-row-lstm --pixel 14,14 --out field.png',
    'receptive-field runs/row --pixel 14,14 --json',
    'receptive-field mnist-pixel-cnn mnist-row-lstm mnist-diagonal-bilstm --pixel 14,14 --out fields.svg',
  ],
  flags: (command) =>
    command
      .requiredOption('--pixel <row,column>', 'the pixel, counted from 0', parsePixel)
      .option('--out <file.png|file.svg>', 'where to draw what it sees beside all that comes before it'),
  async run(context, { pixel, out }, ...names) {
    const draw = out === undefined ? undefined : drawerFor(out);
    if (out !== undefined) await checkTarget(out);
    const models = await Promise.all(names.map(modelNamed));
    checkImages(models, names, pixel);
    await context.backend();
    const fields: ReceptiveField[] = [];
    for (const [i, model] of models.entries()) {
      const onDraw = (draws: number, unseen: number) =>
        context.progress.update({
          done: i,
          total: models.length,
          text: `${names[i]}: ${draws} draws, ${unseen} unseen`,
        });
      fields.push(await receptiveField(model, pixel, { onDraw }));
    }
    const result = { models: fields.map((field, i) => ({ name: names[i], ...resultOf(field) })), ...(out && { out }) };
    const text = [...fields.flatMap((field, i) => inWords(names[i], field)), ...(out ? [out] : [])].join('\n');
    if (draw) await writeFileAtomic(out!, await draw(fields, names));
    return { result, text };
  },
});

/** Panels of a line at most, where there is one colour. */
const MOST_COLUMNS = 4;

/** What draws fields as a file of the name's kind: for each colour one panel of each model, then the ideal. */
function drawerFor(out: string): (fields: readonly ReceptiveField[], names: readonly string[]) => Promise<Uint8Array> {
  const kind = extname(out);
  if (kind !== '.svg' && kind !== '.png')
    throw new UsageError(`--out: wanted a file that ends in .png or .svg, got ${out}`);
  return async (fields, names) => {
    const colors = fields[0].seen.length;
    const panels = Array.from({ length: colors }, (_, color) => [
      ...fields.map((field, i) => fieldPanel(field, color, names[i])),
      idealPanel(fields[0], color),
    ]).flat();
    const columns = colors === 1 ? Math.min(fields.length + 1, MOST_COLUMNS) : fields.length + 1;
    if (kind === '.png') return fieldPng(panels, { columns });
    return new TextEncoder().encode(`${await fieldSvg(panels, { columns })}\n`);
  };
}

function parsePixel(text: string): Pixel {
  const [, row, column] = /^(\d+),(\d+)$/.exec(text) ?? [];
  if (row === undefined) throw new InvalidArgumentError('Expected a row and a column, as in 14,14.');
  return { row: Number(row), column: Number(column) };
}

/** The model of a run, whatever its weights, or that of a preset. */
async function modelNamed(argument: string): Promise<GenerativeModel> {
  const config = await readRunConfig(argument);
  if (config) return modelOf(config.recipe, argument);
  if (Object.hasOwn(PRESETS, argument)) return presetModel(argument as PresetName);
  const hint = didYouMean(argument, Object.keys(PRESETS));
  throw new UsageError(`receptive-field: wanted a run folder or a preset (pixelrnn list), got ${argument}${hint}`);
}

/** @throws UsageError unless the images are of one size and have the pixel */
function checkImages(models: readonly GenerativeModel[], names: readonly string[], { row, column }: Pixel): void {
  const [{ height, width, channels }] = models.map(({ image }) => image);
  const other = models.findIndex(
    ({ image }) => image.height !== height || image.width !== width || image.channels !== channels,
  );
  if (other >= 0)
    throw new UsageError(
      `receptive-field: wanted models of images of one size, got ${names[0]} of ${height}×${width}×${channels} and ${names[other]} of another`,
    );
  if (row >= height || column >= width)
    throw new UsageError(`--pixel: wanted one of 0,0 to ${height - 1},${width - 1}, got ${row},${column}`);
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

function inWords(name: string, { seen, earlier, row, column }: ReceptiveField): string[] {
  return seen.map((set, color) => {
    const [sees, all] = [set, earlier[color]].map((sets) => sets.filter(Boolean).length);
    const which = seen.length > 1 ? `${COLOR_NAMES[color]} of ` : '';
    return `${name}: ${which}pixel ${row},${column} sees ${sees} of the ${all} sub-pixels that come before it`;
  });
}

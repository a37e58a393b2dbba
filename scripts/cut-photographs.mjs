// `node scripts/cut-photographs.mjs <image>… --out photographs.pack [--longest 1280,640] [--grain 2] [--also <pack>]…`, after `npm run build`: a data
// set of 64×64 RGB tiles from photographs, to train a codec on. Each photograph is reduced by area means until its longer side has each of these lengths
// (which also takes away most of what JPEG has done to it, and of the grain of its film or sensor); every eighth one is for validation, as a whole.
// `--grain` adds Gaussian noise to each tile, of a deviation between 0 and so many levels. `--also` adds the images of packs, but for those to test.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { main } from './lib/process.mjs';

const { normals, rng } = await import('../packages/core/dist/index.js');
const { decodeImage, fitRaster, openDataset, withChannels, writePack } = await import('../packages/data/dist/node.js');

const SIDE = 64;
const CHANNELS = 3;
const TILE = SIDE * SIDE * CHANNELS;
const PORTION = 256;

/** The whole tiles of an image, row after row. What is left over at the right and below is dropped. */
function tilesOf({ height, width, pixels }) {
  const [rows, columns] = [Math.floor(height / SIDE), Math.floor(width / SIDE)];
  const tiles = new Uint8Array(rows * columns * TILE);
  const line = SIDE * CHANNELS;
  for (let tile = 0; tile < rows * columns; tile++) {
    const [top, left] = [Math.floor(tile / columns) * SIDE, (tile % columns) * SIDE];
    for (let row = 0; row < SIDE; row++) {
      const start = ((top + row) * width + left) * CHANNELS;
      tiles.set(pixels.subarray(start, start + line), tile * TILE + row * line);
    }
  }
  return tiles;
}

function reduced(photograph, longest, file) {
  const scale = longest / Math.max(photograph.height, photograph.width);
  const [height, width] = [photograph.height, photograph.width].map((side) => Math.round(side * scale));
  return fitRaster(photograph, height, width, 'box', file);
}

/** The tiles with noise, each of a deviation of its own, uniform from 0 to `most` levels; rounded and cut off at the ends of the range. */
function grained(tiles, most, random) {
  if (most === 0) return tiles;
  for (let start = 0; start < tiles.length; start += TILE) {
    const deviation = most * random.uniform();
    const tile = new Uint8ClampedArray(tiles.buffer, start, TILE);
    tile.set(normals(random, TILE).map((noise, i) => tile[i] + deviation * noise));
  }
  return tiles;
}

async function* tilesOfFiles(split, files, { lengths, grain }) {
  const random = rng(0).fork('grain').fork(split);
  for (const file of files) {
    const photograph = withChannels(await decodeImage(readFileSync(file), file), CHANNELS);
    const own = lengths.filter((longest) => longest <= Math.max(photograph.height, photograph.width));
    if (own.length < lengths.length)
      console.log(`${path.basename(file)} is smaller than some lengths, which are left out`);
    const parts = own.map((longest) => grained(tilesOf(reduced(photograph, longest, file)), grain, random));
    for (const images of parts) yield { split, images };
    console.log(
      `${split} ${path.basename(file)}: ${parts.map(({ length }) => length / TILE).join(' + ')} tiles of ${photograph.height}×${photograph.width} pixels`,
    );
  }
}

async function* imagesOfPacks(split, packs) {
  for (const pack of packs) {
    for (let first = 0; first < pack.size(split); first += PORTION) {
      const count = Math.min(PORTION, pack.size(split) - first);
      const indices = Array.from({ length: count }, (_, i) => first + i);
      yield { split, images: (await pack.read(split, indices)).images };
    }
  }
}

await main(async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      longest: { type: 'string', default: '1280,640' },
      grain: { type: 'string', default: '0' },
      also: { type: 'string', multiple: true, default: [] },
    },
  });
  const lengths = values.longest.split(',').map(Number);
  if (!values.out || positionals.length === 0) throw new Error('wanted images, and --out');
  if (!lengths.every((length) => Number.isInteger(length) && length >= SIDE))
    throw new Error(`--longest: wanted lengths of ${SIDE} pixels or more, got ${values.longest}`);
  const grain = Number(values.grain);
  if (!(grain >= 0 && grain < 256))
    throw new Error(`--grain: wanted a deviation of 0 to 255 levels, got ${values.grain}`);
  const packs = await Promise.all(values.also.map((file) => openDataset('pack', { file })));
  for (const [i, { image: own }] of packs.entries())
    if (own.height !== SIDE || own.width !== SIDE || own.channels !== CHANNELS || own.levels !== 256)
      throw new Error(`--also: wanted ${SIDE}×${SIDE} RGB images of 256 levels, got those of ${values.also[i]}`);
  const isValid = (_, i) => i % 8 === 7;
  const files = { train: positionals.filter((...at) => !isValid(...at)), valid: positionals.filter(isValid) };
  async function* parts() {
    for (const split of ['train', 'valid']) {
      yield* tilesOfFiles(split, files[split], { lengths, grain });
      yield* imagesOfPacks(split, packs);
    }
  }
  const image = { height: SIDE, width: SIDE, channels: CHANNELS, levels: 256 };
  const config = {
    photographs: positionals.map((file) => path.basename(file)),
    longest: lengths,
    ...(grain > 0 && { grain }),
    also: packs.map((pack) => pack.config.content),
  };
  const { splits } = await writePack(values.out, { name: 'photographs', image, config }, parts());
  console.log(`${values.out}: ${splits.train} images to train, ${splits.valid} to validate`);
});

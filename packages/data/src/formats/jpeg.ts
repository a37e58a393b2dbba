import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import decode, { init } from '@jsquash/jpeg/decode.js';
import { DataError } from '../data-error.ts';
import type { Raster } from '../images/raster.ts';

const RGB = 3;
const RGBA = 4;

/** What libjpeg has said of the file at hand. It goes on after a warning, with grey where data are missing. */
let complaints: string[] = [];
let ready: Promise<void> | undefined;
/** One file at a time, so that it is known whose the complaints are. */
let turn: Promise<unknown> = Promise.resolve();

/** In Node the decoder cannot find its WebAssembly by itself. */
async function start(): Promise<void> {
  const path = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
  const module = await WebAssembly.compile(await readFile(path));
  // The package's types leave out the first of its two arguments.
  const startWith = init as unknown as (module: WebAssembly.Module, options: object) => Promise<void>;
  await startWith(module, { printErr: (line: string) => complaints.push(line) });
}

/**
 * A JPEG as RGB bytes, as libjpeg (which Pillow uses) reads it, and the way up that it says it should be shown. `file` names
 * it in errors.
 *
 * @throws DataError on anything but a whole JPEG of grey or RGB
 */
export function decodeJpeg(bytes: Uint8Array, file: string): Promise<Raster> {
  const decoding = turn.then(() => decodeNow(bytes, file));
  turn = decoding.catch(() => {});
  return decoding;
}

async function decodeNow(bytes: Uint8Array, file: string): Promise<Raster> {
  ready ??= start();
  await ready;
  complaints = [];
  const image = await decode(bytes as unknown as ArrayBuffer, { preserveOrientation: true }).catch(() => undefined);
  if (!image || complaints.length > 0)
    throw new DataError(`${file}: wanted a JPEG image, found: ${complaints[0] ?? 'damaged data'}`);
  const { width, height, data } = image;
  return { height, width, channels: RGB, pixels: withoutAlpha(data) };
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / RGBA) * RGB);
  for (let from = 0, to = 0; to < rgb.length; from += RGBA, to += RGB) {
    rgb[to] = rgba[from];
    rgb[to + 1] = rgba[from + 1];
    rgb[to + 2] = rgba[from + 2];
  }
  return rgb;
}

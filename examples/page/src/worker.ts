// Loads weights, draws, and reads and writes archives: all that takes time, away from the page.
import { compress, decompress } from '@pixelrnn/codec';
import type { GenerativeModel, Host, Params } from '@pixelrnn/core';
import { sample } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';
import { type PretrainedName, pretrained } from '@pixelrnn/pretrained';
import { loadPretrained } from '@pixelrnn/weights';

/** What the page asks a model for. */
export type Task =
  /** Images, or what is below the first rows of one. */
  | { readonly draw: number; readonly seed: number; readonly known?: Float32Array; readonly rows?: number }
  /** The bytes of an archive of images. */
  | { readonly compress: Float32Array }
  /** The images of an archive. */
  | { readonly decompress: Uint8Array };

export type Request = Task & { readonly model: PretrainedName };

export interface Answer {
  /** Levels [n, 28, 28]. */
  readonly images?: Float32Array;
  /** −log p of what was drawn of each, in nats. */
  readonly nats?: Float64Array;
  readonly archive?: Uint8Array<ArrayBuffer>;
  readonly error?: string;
}

type Loaded = { readonly model: GenerativeModel; readonly weights: Host<Params> };
const models = new Map<PretrainedName, Promise<Loaded>>();

async function load(name: PretrainedName): Promise<Loaded> {
  const { config, weights } = await loadPretrained(pretrained(name));
  return { model: createModel(config), weights };
}

async function answer(request: Request): Promise<Answer> {
  const loaded = models.get(request.model) ?? load(request.model);
  models.set(request.model, loaded);
  const { model, weights } = await loaded;
  const { height, width } = model.image;
  if ('decompress' in request) {
    const images = await decompress(request.decompress, () => ({ model, weights }));
    return { images: Float32Array.from(images.flatMap(({ levels }) => [...levels])) };
  }
  if ('compress' in request) {
    const all = Array.from({ length: request.compress.length / (height * width) }, (_, n) => ({
      height,
      width,
      levels: request.compress.subarray(n * height * width, (n + 1) * height * width),
    }));
    const { bytes } = await compress(model, weights, all);
    return { archive: Uint8Array.from(bytes) };
  }
  const { draw: count, seed, known, rows = 0 } = request;
  return sample(model, weights, { count, seed, known: known && { images: known, pixels: rows * width } });
}

addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  postMessage(await answer(data).catch((error): Answer => ({ error: String(error) })));
});

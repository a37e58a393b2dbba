// Loads weights and draws: all that takes time, away from the page.
import type { GenerativeModel, Host, Params } from '@pixelrnn/core';
import { sample } from '@pixelrnn/generate';
import { createModel } from '@pixelrnn/models';
import { type PretrainedName, pretrained } from '@pixelrnn/pretrained';
import { loadPretrained } from '@pixelrnn/weights';

/** What the page asks for. */
export interface Request {
  readonly model: PretrainedName;
  readonly count: number;
  readonly seed: number;
  /** Levels of an image, of which the first rows are known. */
  readonly known?: { readonly image: Float32Array; readonly rows: number };
}

/** Images, levels [count, 28, 28]; −log p of what was drawn of each, in nats. */
export type Answer = { readonly images: Float32Array; readonly nats: Float64Array } | { readonly error: string };

type Loaded = { readonly model: GenerativeModel; readonly weights: Host<Params> };
const models = new Map<PretrainedName, Promise<Loaded>>();

async function load(name: PretrainedName): Promise<Loaded> {
  const { config, weights } = await loadPretrained(pretrained(name));
  return { model: createModel(config), weights };
}

async function draw({ model: name, count, seed, known }: Request): Promise<Answer> {
  const loaded = models.get(name) ?? load(name);
  models.set(name, loaded);
  const { model, weights } = await loaded;
  const { images, nats } = await sample(model, weights, {
    count,
    seed,
    known: known && { images: known.image, pixels: known.rows * model.image.width },
  });
  return { images, nats };
}

addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  postMessage(await draw(data).catch((error): Answer => ({ error: String(error) })));
});

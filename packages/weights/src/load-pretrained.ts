import type { Host, JsonObject, Params } from '@pixelrnn/core';
import type { NamedArrays } from './named-arrays.ts';
import { inWords, readUrl } from './read-url.ts';
import { decodeSafetensors, isSafetensors } from './safetensors.ts';
import { decodeTfjs } from './tfjs-weights.ts';
import { WeightsError } from './weights-error.ts';
import { weightsTree } from './weights-tree.ts';

/** Two files of a run folder: its `config.json`, and one `….safetensors` of a checkpoint. */
export interface RunFiles {
  readonly config: string | URL;
  readonly weights: string | URL;
}

/** What it takes to build a trained model again and to draw from it. */
export interface Pretrained {
  /** For `createModel` of `@pixelrnn/models`. */
  readonly config: JsonObject;
  /** For `sample` of `@pixelrnn/generate`. */
  readonly weights: Host<Params>;
  /** The same by path and with shapes: `tf.tensor(values, shape)` makes parameters of them. */
  readonly tensors: NamedArrays;
}

/** How {@link loadPretrained} loads. */
export interface LoadOptions {
  readonly signal?: AbortSignal;
}

/**
 * Loads a trained model, in a browser or in Node: what `pixelrnn export` has written (the URL of `model.safetensors`, or of `model.json`
 * with its shards beside it), or files of a run, as `pretrained('mnist-row-lstm')` of `@pixelrnn/pretrained` names them. No backend is
 * needed: the weights are typed arrays.
 * @throws WeightsError if a file is missing, damaged, or something else
 */
export async function loadPretrained(
  source: string | URL | RunFiles,
  { signal }: LoadOptions = {},
): Promise<Pretrained> {
  const { config, tensors } = isUrl(source)
    ? await readExport(urlOf(source), signal)
    : await readRunFiles(source, signal);
  return { config, tensors, weights: weightsTree(tensors) };
}

const isUrl = (source: string | URL | RunFiles): source is string | URL =>
  typeof source === 'string' || source instanceof URL;

/** Relative ones as `fetch` takes them: to the page. */
function urlOf(source: string | URL, base = globalThis.document?.baseURI ?? globalThis.location?.href): URL {
  if (!URL.canParse(source, base)) throw new WeightsError(`loadPretrained: wanted a URL, got "${source}"`);
  return new URL(source, base);
}

/** Which format it is the bytes say, since a bundler may have changed the name. */
async function readExport(url: URL, signal?: AbortSignal): Promise<Omit<Pretrained, 'weights'>> {
  const file = inWords(url);
  const bytes = await readUrl(url, signal);
  if (!isSafetensors(bytes))
    return decodeTfjs(
      parse(bytes, file, 'safetensors or model.json'),
      (path) => readUrl(urlOf(path, url.href), signal),
      file,
    );
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  if (metadata.config === undefined)
    throw new WeightsError(
      `${file}: wanted the config of the model in the metadata (pixelrnn export writes it), found none`,
    );
  return { tensors, config: parse(metadata.config, `${file}: config`, 'JSON') as JsonObject };
}

async function readRunFiles({ config, weights }: RunFiles, signal?: AbortSignal): Promise<Omit<Pretrained, 'weights'>> {
  const [configUrl, weightsUrl] = [urlOf(config), urlOf(weights)];
  const [json, bytes] = await Promise.all([readUrl(configUrl, signal), readUrl(weightsUrl, signal)]);
  const run = parse(json, inWords(configUrl), 'the config.json of a run') as { recipe?: { model?: JsonObject } } | null;
  const model = run?.recipe?.model;
  if (!model)
    throw new WeightsError(`${inWords(configUrl)}: wanted the config.json of a run, found no recipe with a model`);
  return { config: model, tensors: decodeSafetensors(bytes, inWords(weightsUrl)).tensors };
}

function parse(text: Uint8Array | string, file: string, wanted: string): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch (error) {
    throw new WeightsError(`${file}: wanted ${wanted}, found something else`, { cause: error });
  }
}

import type { Host, JsonObject, Params } from '@pixelrnn/core';
import { askWorker, type MessageEnd } from '@pixelrnn/generate';
import { afterRow } from './after-row.ts';
import type { BlockImages } from './code-block.ts';
import { decodePart, type EncodedPart, encodePart, type OnPixels, type Part } from './code-part.ts';
import { CodecError } from './codec-error.ts';
import type { Trained } from './fingerprint.ts';

/** The kind of work that `serveCoding` does. */
export const CODING = 'pixelrnn-code';

/** A part to be coded: what is given is written, else the streams are read. */
export interface CodingWork {
  readonly config: JsonObject;
  readonly weights: Host<Params>;
  readonly part: Part;
  readonly given?: BlockImages;
  readonly wantsMap?: boolean;
  readonly streams?: readonly Uint8Array[];
}

/** What became of it, or why the streams are those of no such part. */
export type CodingResult =
  | { readonly encoded: EncodedPart }
  | { readonly decoded: BlockImages }
  | { readonly damage: string };

export interface CodingOptions {
  /**
   * Workers that code the images: `Worker`s, in browsers or of Node, whose file calls `serveCoding`. They have no influence on the result, and go on to
   * live: end them with `terminate`. Default: the calling thread codes.
   */
  readonly workers?: readonly MessageEnd[];
  /** Told of pixels done out of all that this process codes. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** How a part is coded. */
export interface PartOptions {
  readonly onPixels: OnPixels;
  readonly signal: AbortSignal;
}

/** Who codes parts: each of some lanes one at a time. */
export interface PartCoder {
  readonly lanes: number;
  encode(lane: number, part: Part, given: BlockImages, wantsMap: boolean, options: PartOptions): Promise<EncodedPart>;
  decode(lane: number, part: Part, streams: readonly Uint8Array[], options: PartOptions): Promise<BlockImages>;
}

/** The workers, or the calling thread. */
export const partCoder = (trained: Trained, { workers }: CodingOptions): PartCoder =>
  workers ? inWorkers(trained, workers) : inThisThread(trained);

const inThisThread = (trained: Trained): PartCoder => ({
  lanes: 1,
  encode: (_, part, given, wantsMap, { onPixels, signal }) =>
    encodePart(trained, part, given, wantsMap, (done) => afterRow(() => onPixels(done), signal)),
  decode: (_, part, streams, { onPixels, signal }) =>
    decodePart(trained, part, streams, (done) => afterRow(() => onPixels(done), signal)),
});

function inWorkers({ model: { config }, weights }: Trained, workers: readonly MessageEnd[]): PartCoder {
  if (workers.length === 0) throw new Error('codec: wanted at least one of workers, got none');
  const ask = async (lane: number, work: Omit<CodingWork, 'config' | 'weights'>, { onPixels, signal }: PartOptions) => {
    const result = await askWorker<CodingWork, CodingResult>(
      workers[lane],
      CODING,
      { config, weights, ...work },
      { wanted: 'codec: wanted a part of an archive', onDone: onPixels, signal },
    );
    if ('damage' in result) throw new CodecError(result.damage);
    return result;
  };
  return {
    lanes: workers.length,
    async encode(lane, part, given, wantsMap, options) {
      const result = await ask(lane, { part, given, wantsMap }, options);
      return (result as { encoded: EncodedPart }).encoded;
    },
    async decode(lane, part, streams, options) {
      const result = await ask(lane, { part, streams }, options);
      return (result as { decoded: BlockImages }).decoded;
    },
  };
}

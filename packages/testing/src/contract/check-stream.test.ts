import type { Frame, Layer, Params, Stream } from '@pixelrnn/core';
import { describe, expect, it } from 'vitest';
import { type TinyParams, tinyLayer } from '../fixtures/tiny-layer.ts';
import { tinyStacks } from '../fixtures/tiny-stacks.ts';
import { checkStream, checkStreamBits } from './check-stream.ts';

/** A layer whose streams are tampered with. */
function tamperedLayer<P extends Params>(
  layer: Layer<P>,
  change: (stream: Stream, frame: Frame) => Partial<Stream>,
): Layer<P> {
  return {
    ...layer,
    prepare: (weights) => {
      const prepared = layer.prepare(weights);
      return {
        ...prepared,
        open: (frame, context) => {
          const stream = prepared.open(frame, context);
          return { ...stream, ...change(stream, frame) };
        },
      };
    },
  };
}

const plain = () => tinyLayer({ inputs: 2, outputs: 2 });
const inColour = () => tinyLayer({ inputs: 2, outputs: 2, groups: 2 });
const tampered = (change: (stream: Stream) => Partial<Stream>): Layer<TinyParams> => tamperedLayer(inColour(), change);

const options = { groups: 2 };

describe('checkStream', () => {
  it('finds a stream that forgets the pixel before', async () => {
    const forgetful = tampered(({ advance }) => ({
      advance: (column, here) =>
        advance(
          column,
          here.map(() => 0),
        ),
    }));
    await expect(checkStream(forgetful, options)).rejects.toThrow(
      /checkStream: tinyLayer: asked known: `here` at image 0, row 0, column 1, channel 0 is .*, but .* by apply/,
    );
  });

  it('finds a stream that forgets the row above', async () => {
    const layer = plain();
    const oneRow: typeof layer = {
      ...layer,
      prepare: (weights) => {
        const prepared = layer.prepare(weights);
        return {
          ...prepared,
          open: (frame) => {
            let stream = prepared.open(frame);
            return {
              beginRow(_, above) {
                stream = prepared.open(frame);
                return stream.beginRow(0, above);
              },
              at: (column, here) => stream.at(column, here),
              advance: (column, here) => stream.advance(column, here),
              dispose: () => stream.dispose(),
            };
          },
        };
      },
    };
    await expect(checkStream(oneRow)).rejects.toThrow('row 1, column 0');
  });

  it('finds a colour that is computed from colours still unknown', async () => {
    const early = { ...inColour(), prepare: plain().prepare };
    await expect(checkStream(early, options)).rejects.toThrow('checkStream: tinyLayer: asked');
  });

  it('finds a stream that takes the first question for the last', async () => {
    const hasty = tampered(({ at, advance }) => {
      let first: Float32Array | undefined;
      return {
        at: (column, here) => {
          first ??= here.slice();
          return at(column, here);
        },
        advance: (column, here) => {
          advance(column, first ?? here);
          first = undefined;
        },
      };
    });
    await expect(checkStream(hasty, options)).rejects.toThrow('asked group by group');
  });

  it('finds arrays of the wrong length', async () => {
    const short = tampered(({ at }) => ({ at: (column, here) => at(column, here).subarray(1) }));
    await expect(checkStream(short, options)).rejects.toThrow(
      'stream of tinyLayer: wanted 2 numbers from at (batch 1), got 1',
    );
    const silent = tamperedLayer(tinyStacks(1), () => ({ beginRow: () => undefined }));
    await expect(checkStream(silent)).rejects.toThrow('numbers from beginRow (batch 1, width 5), got none');
  });

  it('finds an error of 1e-4', async () => {
    const rough = tampered(({ at }) => ({
      at: (column, here) => at(column, here).map((value) => value * (1 + 1e-4)),
    }));
    await expect(checkStream(rough, options)).rejects.toThrow('by apply');
  });
});

describe('checkStreamBits', () => {
  it('finds caches that outlive their stream', async () => {
    let before: Float32Array | undefined;
    const lasting = tamperedLayer(plain(), ({ at, advance }) => {
      const first = before;
      return {
        at: (column, here) => at(column, here).map((value) => value + (first ? 1e-7 : 0)),
        advance: (column, here) => {
          before = here;
          advance(column, here);
        },
      };
    });
    await expect(checkStreamBits(lasting)).rejects.toThrow('checkStreamBits: tinyLayer: a second stream');
  });

  it('finds streams that share a cache', async () => {
    let shared: Float32Array | undefined;
    const sharing = tamperedLayer(plain(), ({ at, advance }) => {
      shared = undefined;
      return {
        at: (column, here) => at(column, here).map((value, i) => value + (shared?.[i] ?? 0)),
        advance: (column, here) => {
          shared = here.slice();
          advance(column, here);
        },
      };
    });
    await expect(checkStreamBits(sharing)).rejects.toThrow('beside another stream');
  });

  it('finds bits that depend on how often one asks', async () => {
    const counting = tampered(({ at, advance }) => {
      let asked = 0;
      return {
        at: (column, here) => at(column, here).map((value) => value * (1 + 2 ** -22 * asked++)),
        advance: (column, here) => {
          asked = 0;
          advance(column, here);
        },
      };
    });
    await expect(checkStreamBits(counting, options)).rejects.toThrow('asked colour by colour');
  });

  it('finds bits that depend on the batch', async () => {
    const batched = tamperedLayer(plain(), ({ at }, frame) => ({
      at: (column, here) => at(column, here).map((value) => value * (1 + 2 ** -22 * frame.batch)),
    }));
    await expect(checkStreamBits(batched)).rejects.toThrow('image 0 alone');
  });
});

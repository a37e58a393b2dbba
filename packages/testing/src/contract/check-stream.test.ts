import type { Layer, Stream } from '@pixelrnn/core';
import { describe, expect, it } from 'vitest';
import { type TinyParams, tinyLayer } from '../fixtures/tiny-layer.ts';
import { tinyStacks } from '../fixtures/tiny-stacks.ts';
import { checkStream, checkStreamBits } from './check-stream.ts';

/** A tiny layer of two groups whose stream is tampered with. */
function tampered(change: (stream: Stream) => Partial<Stream>): Layer<TinyParams> {
  const layer = tinyLayer({ inputs: 2, outputs: 2, groups: 2 });
  return {
    ...layer,
    stream: (weights, frame) => {
      const stream = layer.stream(weights, frame);
      return { ...stream, ...change(stream) };
    },
  };
}

const options = { groups: 2 };

describe('checkStream', () => {
  it('finds a stream that forgets the pixel before', async () => {
    const forgetful = tampered(({ advance }) => ({ advance: (here) => advance(here.map(() => 0)) }));
    await expect(checkStream(forgetful, options)).rejects.toThrow(
      /checkStream: tinyLayer: asked known: `here` at image 0, row 0, column 1, channel 0 is .*, but .* by apply/,
    );
  });

  it('finds a stream that forgets the row above', async () => {
    const forgetful: Layer<TinyParams> = tinyLayer({ inputs: 2, outputs: 2 });
    const oneRow: typeof forgetful = {
      ...forgetful,
      stream: (weights, frame) => {
        let stream = forgetful.stream(weights, frame);
        return {
          beginRow(above) {
            stream = forgetful.stream(weights, frame);
            return stream.beginRow(above);
          },
          at: (here) => stream.at(here),
          advance: (here) => stream.advance(here),
          dispose: () => stream.dispose(),
        };
      },
    };
    await expect(checkStream(oneRow)).rejects.toThrow('row 1, column 0');
  });

  it('finds a colour that is computed from colours still unknown', async () => {
    const layer = tinyLayer({ inputs: 2, outputs: 2, groups: 2 });
    const early: typeof layer = {
      ...layer,
      stream: (weights, frame) => tinyLayer({ inputs: 2, outputs: 2 }).stream(weights, frame),
    };
    await expect(checkStream(early, options)).rejects.toThrow('checkStream: tinyLayer: asked');
  });

  it('finds a stream that takes the first question for the last', async () => {
    const hasty = tampered(({ at, advance }) => {
      let first: Float32Array | undefined;
      return {
        at: (here) => {
          first ??= here.slice();
          return at(here);
        },
        advance: (here) => {
          advance(first ?? here);
          first = undefined;
        },
      };
    });
    await expect(checkStream(hasty, options)).rejects.toThrow('asked group by group');
  });

  it('finds arrays of the wrong length', async () => {
    const short = tampered(({ at }) => ({ at: (here) => at(here).subarray(1) }));
    await expect(checkStream(short, options)).rejects.toThrow(
      'stream of tinyLayer: wanted 2 numbers from at (batch 1), got 1',
    );
    const layer = tinyStacks(1);
    const silent: typeof layer = {
      ...layer,
      stream: (...args) => ({ ...layer.stream(...args), beginRow: () => undefined }),
    };
    await expect(checkStream(silent)).rejects.toThrow('numbers from beginRow (batch 1, width 5), got none');
  });

  it('finds an error of 1e-4', async () => {
    const rough = tampered(({ at }) => ({ at: (here) => at(here).map((value) => value * (1 + 1e-4)) }));
    await expect(checkStream(rough, options)).rejects.toThrow('by apply');
  });
});

describe('checkStreamBits', () => {
  it('finds caches that outlive their stream', async () => {
    const layer = tinyLayer({ inputs: 2, outputs: 2 });
    let before: Float32Array | undefined;
    const lasting: typeof layer = {
      ...layer,
      stream: (weights, frame) => {
        const stream = layer.stream(weights, frame);
        const first = before;
        return {
          ...stream,
          at: (here) => stream.at(here).map((value) => value + (first ? 1e-7 : 0)),
          advance: (here) => {
            before = here;
            stream.advance(here);
          },
        };
      },
    };
    await expect(checkStreamBits(lasting)).rejects.toThrow('checkStreamBits: tinyLayer: a second stream');
  });

  it('finds streams that share a cache', async () => {
    const layer = tinyLayer({ inputs: 2, outputs: 2 });
    let shared: Float32Array | undefined;
    const sharing: typeof layer = {
      ...layer,
      stream: (weights, frame) => {
        shared = undefined;
        const stream = layer.stream(weights, frame);
        return {
          ...stream,
          at: (here) => stream.at(here).map((value, i) => value + (shared?.[i] ?? 0)),
          advance: (here) => {
            shared = here.slice();
            stream.advance(here);
          },
        };
      },
    };
    await expect(checkStreamBits(sharing)).rejects.toThrow('beside another stream');
  });

  it('finds bits that depend on how often one asks', async () => {
    const counting = tampered(({ at, advance }) => {
      let asked = 0;
      return {
        at: (here) => at(here).map((value) => value * (1 + 2 ** -22 * asked++)),
        advance: (here) => {
          asked = 0;
          advance(here);
        },
      };
    });
    await expect(checkStreamBits(counting, options)).rejects.toThrow('asked colour by colour');
  });

  it('finds bits that depend on the batch', async () => {
    const layer = tinyLayer({ inputs: 2, outputs: 2 });
    const batched: typeof layer = {
      ...layer,
      stream: (weights, frame) => {
        const stream = layer.stream(weights, frame);
        return { ...stream, at: (here) => stream.at(here).map((value) => value * (1 + 2 ** -22 * frame.batch)) };
      },
    };
    await expect(checkStreamBits(batched)).rejects.toThrow('image 0 alone');
  });
});

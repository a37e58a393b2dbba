import { rngFrom } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam } from './adam.ts';
import { createSchedule } from './create-schedule.ts';
import { DivergedError } from './diverged-error.ts';
import { addGradients, type Gradient } from './gradient.ts';
import { rmsprop } from './rmsprop.ts';
import { disposeState, type TrainState } from './state.ts';
import { tinyImages, tinyModel, tinySource } from './tiny-model.fixture.ts';
import { type Reduce, type StepReport, type TrainOptions, train } from './train.ts';

const STEPS = 30;

function options(overrides: Partial<TrainOptions> = {}): TrainOptions {
  return {
    model: tinyModel(),
    source: tinySource(8, overrides.startState?.step),
    optimizer: adam({ learningRate: 0.05 }),
    schedule: createSchedule([{ name: 'warm-up', steps: 5 }, { name: 'linear' }], { steps: STEPS }),
    clip: { norm: 5 },
    ema: { decay: 0.9, warmUp: true },
    steps: STEPS,
    seed: 1,
    ...overrides,
  };
}

/** What a checkpoint does: to numbers and back. */
function savedAndLoaded(state: TrainState): TrainState {
  const copy = (tensor: tf.Tensor1D) => tf.tensor1d(new Float32Array(tensor.dataSync()));
  const json = JSON.parse(JSON.stringify({ step: state.step, rng: state.rng }));
  const optimizer = Object.fromEntries(Object.entries(state.optimizer).map(([slot, tensor]) => [slot, copy(tensor)]));
  return { ...json, params: copy(state.params), averaged: state.averaged && copy(state.averaged), optimizer };
}

const bytes = (state: TrainState) =>
  [state.params, state.averaged!, ...Object.values(state.optimizer)].map((tensor) =>
    Buffer.from(tensor.dataSync().buffer).toString('hex'),
  );

describe('train', () => {
  it('lowers the loss and reports every step', async () => {
    const reports: Omit<StepReport, 'state' | 'shapes'>[] = [];
    await train(options({ onStep: ({ state: _, shapes: __, ...report }) => void reports.push(report) }));
    expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));
    expect(reports[0].nats).toBeGreaterThan(10.5);
    expect(reports.at(-1)!.nats).toBeLessThan(9);
    expect(reports[0].bitsPerDim).toBeCloseTo(reports[0].nats / (16 * Math.LN2), 10);
    expect(reports.at(-1)).toMatchObject({ epoch: 2, learningRate: expect.closeTo(0.05 / STEPS, 10) });
  });

  it('reports the nats of a model with an objective, and its terms, not its loss', async () => {
    const model = tinyModel();
    const annealed: typeof model = {
      ...model,
      objective(params, images, context) {
        const nats = model.nats(params, images, context);
        const step = tf.fill([images.shape[0], 1], context.step!) as tf.Tensor2D;
        return { loss: tf.mul(nats, 10), nats, terms: { step, both: tf.tile(step, [1, 2]) } };
      },
    };
    const reports: StepReport[] = [];
    await train(options({ model: annealed, steps: 3, onStep: (report) => void reports.push(report) }));
    expect(reports.map(({ terms }) => terms)).toEqual([0, 1, 2].map((step) => ({ step: [step], both: [step, step] })));
    for (const { nats } of reports) expect(nats).toBeLessThan(12);
    const before = tf.memory().numTensors;
    disposeState(await train(options({ model: annealed, steps: 2 })));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('C27: goes on from a saved state with the same bits', async () => {
    const whole = await train(options());
    const half = await train(options({ shouldStop: stopAt(13) }));
    expect(half.step).toBe(13);
    const rest = await train(options({ startState: savedAndLoaded(half) }));
    expect(rest.step).toBe(STEPS);
    expect(bytes(rest)).toEqual(bytes(whole));
  });

  it('gives the same bits for the same seed and others for another', async () => {
    const [a, b, c] = [await train(options()), await train(options()), await train(options({ seed: 2 }))];
    expect(bytes(b)).toEqual(bytes(a));
    expect(bytes(c)).not.toEqual(bytes(a));
  });

  it('C27: the average is neither the start nor the end', async () => {
    const start = await train(options({ steps: 0 }));
    const end = await train(options());
    const distance = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];
    expect(start.step).toBe(0);
    expect(distance(end.averaged!, start.params)).toBeGreaterThan(0.01);
    expect(distance(end.averaged!, end.params)).toBeGreaterThan(0.001);
  });

  it('C13: masked weights keep their first value, in the average too', async () => {
    const start = await train(options({ steps: 0 }));
    for (const optimizer of [adam({ learningRate: 0.05 }), rmsprop({ learningRate: 0.05 })]) {
      const end = await train(options({ optimizer }));
      const [first, last, average] = [start.params, end.params, end.averaged!].map((tensor) => tensor.dataSync());
      for (let i = 0; i < 256; i++) {
        const masked = Math.floor(i / 16) >= i % 16;
        expect(last[i] === first[i], `weight ${i}`).toBe(masked);
        if (masked) expect(average[i]).toBe(first[i]);
      }
    }
  });

  it('C26: overfits one batch, but not below its entropy', async () => {
    const count = 8;
    const images = tinyImages(count, 5);
    const source = (async function* () {
      for (let step = 0; ; step++) yield { images, count, step, epoch: 0 };
    })();
    const nats: number[] = [];
    const steps = 400;
    await train(
      options({ source, steps, schedule: undefined, clip: undefined, onStep: (report) => void nats.push(report.nats) }),
    );
    expect(nats[0]).toBeGreaterThan(10);
    expect(nats.at(-1)).toBeLessThan(2.5);
    // Eight different images, each as likely as the others: no model can do better than ln 8.
    expect(new Set(Array.from({ length: count }, (_, i) => images.subarray(i * 16, i * 16 + 16).join())).size).toBe(
      count,
    );
    expect(Math.min(...nats)).toBeGreaterThanOrEqual(Math.log(count) - 1e-4);
  });

  it('holds as many tensors after 200 steps as after 20', async () => {
    const before = tf.memory().numTensors;
    const held: number[] = [];
    const state = await train(
      options({ steps: 200, onStep: ({ step }) => void (step % 180 === 20 && held.push(tf.memory().numTensors)) }),
    );
    expect(held).toHaveLength(2);
    expect(held[1]).toBe(held[0]);
    disposeState(state);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('stops with the number of the step when numbers blow up, and gives no such state away', async () => {
    const before = tf.memory().numTensors;
    let last = 0;
    const blowUp = options({
      optimizer: rmsprop({ learningRate: 1e30 }),
      schedule: undefined,
      onStep: ({ step }) => {
        last = step;
      },
    });
    const error = await train(blowUp).catch((reason) => reason);
    expect(error).toBeInstanceOf(DivergedError);
    expect(error.step).toBe(last + 1);
    expect(error.message).toMatch(
      /^train: the (loss|norm of the parameters) is (Infinity|NaN) at step \d+; try a lower learning rate/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves the start state to the caller and frees the rest when onStep throws', async () => {
    const startState = await train(options({ steps: 3 }));
    const before = tf.memory().numTensors;
    const onStep = () => {
      throw new Error('disk full');
    };
    await expect(train(options({ startState, onStep }))).rejects.toThrow('disk full');
    expect(tf.memory().numTensors).toBe(before);
    expect(startState.params.isDisposed).toBe(false);
  });

  it('hands over the last good state when a source fails, and still throws what came first', async () => {
    async function* failing() {
      const source = tinySource(8);
      for (let i = 0; i < 5; i++) yield (await source.next()).value!;
      throw new Error('a damaged file');
    }
    const saved: number[][] = [];
    const onFailure = ({ state }: { state: TrainState }) => {
      saved.push([state.step, state.params.dataSync().length]);
      throw new Error('and no room to save it');
    };
    const before = tf.memory().numTensors;
    await expect(train(options({ source: failing(), onFailure }))).rejects.toThrow('a damaged file');
    expect(saved).toEqual([[5, expect.any(Number)]]);
    expect(tf.memory().numTensors).toBe(before);
    const blowUp = options({ optimizer: rmsprop({ learningRate: 1e30 }), schedule: undefined, onFailure });
    await expect(train(blowUp)).rejects.toThrow(DivergedError);
    expect(saved).toHaveLength(1);
  });

  it('refuses batches of the wrong step', async () => {
    await expect(train(options({ source: tinySource(8, 4) }))).rejects.toThrow(
      'wanted the batch of step 0, got that of step 4',
    );
  });

  it('hands labels and a fresh stream of randomness to the model', async () => {
    const model = tinyModel({ classes: 2 });
    const seen: { labels: number[]; drawn: number }[] = [];
    const nats: typeof model.nats = (params, images, context) => {
      expect(context?.training).toBe(true);
      seen.push({ labels: [...context!.labels!.dataSync()], drawn: rngFrom(context!.rng!.state()).uniform() });
      return model.nats(params, images, context);
    };
    const source = (async function* () {
      for (let step = 0; ; step++)
        yield { images: tinyImages(2, step), labels: new Int32Array([1, 0]), count: 2, step, epoch: 0 };
    })();
    await train(options({ model: { ...model, nats }, source, steps: 3 }));
    expect(seen.map(({ labels }) => labels)).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
    expect(new Set(seen.map(({ drawn }) => drawn)).size).toBe(3);
  });

  it('lets the host handle events meanwhile', async () => {
    let fired = 0;
    const timer = setInterval(() => fired++, 1);
    await train(options({ steps: 200 }));
    clearInterval(timer);
    expect(fired).toBeGreaterThan(0);
  });
});

describe('train in several processes', () => {
  /** Each of two processes hands in its part and gets the sum: whoever comes second makes it for both. */
  function meeting(): (index: number) => Reduce {
    let waiting: { part: Gradient; give: (sum: Gradient) => void } | undefined;
    return (index) => (part) => {
      if (!waiting) return new Promise((give) => (waiting = { part, give }));
      const parts = index === 0 ? [part, waiting.part] : [waiting.part, part];
      waiting.give(addGradients(parts));
      waiting = undefined;
      return addGradients(parts);
    };
  }

  it('has the bits of one process', async () => {
    const alone = await train(options({ shards: 4 }));
    const join = meeting();
    const together = await Promise.all(
      [0, 1].map((index) =>
        train(options({ shards: 4, own: { from: 2 * index, to: 2 * index + 2 }, reduce: join(index) })),
      ),
    );
    for (const state of together) expect(bytes(state)).toEqual(bytes(alone));
  });

  it('frees everything when reduce fails', async () => {
    const before = tf.memory().numTensors;
    const reduce: Reduce = async () => {
      throw new Error('connection lost');
    };
    await expect(train(options({ reduce }))).rejects.toThrow('connection lost');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a part of the shards that nobody adds the others to', async () => {
    await expect(train(options({ shards: 2, own: { from: 0, to: 1 } }))).rejects.toThrow(
      'train: wanted a reduce that adds the shards that are not among own, got none',
    );
  });
});

describe('train and its source', () => {
  it('asks for the next batch before a step is computed, so that it is read meanwhile', async () => {
    const log: string[] = [];
    const source = tinySource(8);
    const next = () => {
      log.push('read');
      return source.next();
    };
    const model = tinyModel();
    const nats: typeof model.nats = (...args) => {
      log.push('compute');
      return model.nats(...args);
    };
    await train(options({ model: { ...model, nats }, source: { next }, steps: 2 }));
    expect(log).toEqual(['read', 'read', 'compute', 'compute']);
  });

  /** Counts how often it was closed, which takes a while. */
  function closable(failing?: Error) {
    const source = tinySource(8);
    let closed = 0;
    return {
      closed: () => closed,
      next: () => source.next(),
      async return() {
        await new Promise((resolve) => setTimeout(resolve, 5));
        closed++;
        if (failing) throw failing;
        return { done: true as const, value: undefined };
      },
    };
  }
  const fail = () => {
    throw new Error('disk full');
  };

  it.each<[string, Partial<TrainOptions>]>([
    ['all is done', { steps: 2 }],
    ['there is nothing to do', { steps: 0 }],
    ['it is stopped', { shouldStop: () => true }],
    ['onStep throws', { onStep: fail }],
    ['the model throws', { model: { ...tinyModel(), init: fail } }],
  ])('closes it once when %s', async (_, overrides) => {
    const source = closable();
    await train(options({ source, ...overrides })).catch(() => {});
    expect(source.closed()).toBe(1);
  });

  it('lets go of a state that nobody is given, if closing fails', async () => {
    const before = tf.memory().numTensors;
    const source = closable(new Error('file lost'));
    await expect(train(options({ source, steps: 2 }))).rejects.toThrow('file lost');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('throws the error that came first', async () => {
    const source = closable(new Error('file lost'));
    await expect(train(options({ source, onStep: fail }))).rejects.toThrow('disk full');
  });

  it('takes a plain iterator', async () => {
    const source = (function* () {
      for (let step = 0; ; step++) yield { images: tinyImages(2, step), count: 2, step, epoch: 0 };
    })();
    const state = await train(options({ source: source as unknown as TrainOptions['source'], steps: 2 }));
    expect(state.step).toBe(2);
  });

  it.each<[string, unknown]>([
    ['an array', []],
    ['undefined', undefined],
    ['null', null],
    ['a function', () => {}],
  ])('refuses %s', async (got, source) => {
    await expect(train(options({ source: source as TrainOptions['source'] }))).rejects.toThrow(
      `train: wanted a source with next(), as trainBatches of @pixelrnn/data gives, got ${got}`,
    );
  });

  it('says when it ends too early', async () => {
    const source = (async function* () {
      yield { images: tinyImages(2), count: 2, step: 0, epoch: 0 };
    })();
    await expect(train(options({ source }))).rejects.toThrow('train: the source ended before step 2');
  });
});

function stopAt(step: number): () => boolean {
  let done = 0;
  return () => ++done === step;
}

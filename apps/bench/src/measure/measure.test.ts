import { expect, it } from 'vitest';
import type { Contestant } from '../worker/protocol.ts';
import { type Entrant, measure } from './measure.ts';

/** A contestant that notes its turns and takes a made-up time. */
function fake(label: string, turns: string[], options: { nats?: number; ms?: number } = {}): Entrant {
  const contestant: Contestant = {
    label,
    prepare: async () => ({ backend: label, versions: '' }),
    async run(count) {
      turns.push(`${label}×${count}`);
      await new Promise((resolve) => setTimeout(resolve, options.ms ?? 0));
      return { step: new Array(count).fill(options.ms ?? 1) };
    },
    finish: async () => ({ peakBytes: 1 }),
    close() {},
  };
  return { contestant, ready: { backend: label, versions: '', nats: options.nats } };
}

it('gives every contestant its turn in every round', async () => {
  const turns: string[] = [];
  const slow = { ms: 20 };
  const result = await measure([fake('a', turns, slow), fake('b', turns, slow)], { rounds: 2, turnMs: 1, taskMs: 1e6 });
  expect(turns).toEqual(['a×1', 'b×1', 'a×1', 'b×1', 'a×1', 'b×1']); // one warm-up each, then two rounds
  expect(result.map(({ timings }) => timings.step)).toEqual([
    [20, 20],
    [20, 20],
  ]);
});

it('leaves out rounds that would take too long, but one', async () => {
  const turns: string[] = [];
  await measure([fake('a', turns, { ms: 30 })], { rounds: 50, turnMs: 1, taskMs: 10 });
  expect(turns).toHaveLength(2);
});

it('refuses contestants that do not do the same work', async () => {
  const entrants = [fake('ours', [], { nats: 500 }), fake('torch', [], { nats: 500.1 })];
  await expect(measure(entrants)).rejects.toThrow(
    'wanted the same model from all, but ours has 500 nats and torch 500.1',
  );
});

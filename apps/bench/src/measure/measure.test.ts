import { expect, it } from 'vitest';
import type { Contestant } from '../worker/protocol.ts';
import { type Entrant, measure } from './measure.ts';

/** A contestant that notes its turns and takes a made-up time. */
function fake(label: string, turns: string[], options: { nats?: number; ms?: number | number[] } = {}): Entrant {
  const left = Array.isArray(options.ms) ? [...options.ms] : [options.ms ?? 0];
  const contestant: Contestant = {
    label,
    prepare: async () => ({ backend: label, versions: '' }),
    async run(count) {
      turns.push(`${label}×${count}`);
      const ms = left.length > 1 ? left.shift()! : left[0];
      await new Promise((resolve) => setTimeout(resolve, ms));
      return { step: new Array(count).fill(ms) };
    },
    finish: async () => ({ peakBytes: 1 }),
    close() {},
  };
  return { contestant, ready: { backend: label, versions: '', nats: options.nats } };
}

it('gives every contestant its turn in every round', async () => {
  const turns: string[] = [];
  const slow = { ms: 20 }; // as long as a turn: one run each to warm up
  const result = await measure([fake('a', turns, slow), fake('b', turns, slow)], { rounds: 2, turnMs: 1, taskMs: 1e6 });
  expect(turns).toEqual(['a×1', 'b×1', 'a×1', 'b×1', 'a×1', 'b×1']); // one warm-up each, then two rounds
  expect(result.map(({ timings }) => timings.step)).toEqual([
    [20, 20],
    [20, 20],
  ]);
});

it('warms up until turns get no faster', async () => {
  const turns: string[] = [];
  const entrant = fake('a', turns, { ms: [80, 40, 20, 10] });
  await measure([entrant], { rounds: 1, turnMs: 100, taskMs: 1e6 });
  const alone = turns.filter((turn) => turn === 'a×1');
  expect(alone.length).toBeGreaterThanOrEqual(2 + 2 * 5); // two runs in the first turn, then at least two turns of about ten
  expect(alone.length).toBe(turns.length - 1);
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

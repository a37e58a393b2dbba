import { expect, it } from 'vitest';
import type { RunControl } from './callback.ts';
import { collapse } from './collapse.ts';

const control = {} as RunControl;
const summary = (terms?: Record<string, number[]>) => ({
  step: 7,
  epoch: 0,
  nats: 80,
  bitsPerDim: 0.15,
  bound: 'upper' as const,
  gradientNorm: 1,
  learningRate: 1,
  imagesPerSecond: 1,
  terms,
});

const collapsed = (of: string) =>
  `step 7: the posterior has collapsed: none of the ${of} tells 0.01 nats of an image; try a longer warm-up or a weaker decoder`;

it('warns once of latents that tell nothing', async () => {
  const lines: string[] = [];
  const { onSummary } = collapse((line) => lines.push(line));
  await onSummary!(summary(), control);
  await onSummary!(summary({ order: [0] }), control);
  await onSummary!(summary({ kl: [0.001, 0.02] }), control);
  expect(lines).toEqual([]);
  await onSummary!(summary({ kl: [0.001, 0.002] }), control);
  await onSummary!(summary({ kl: [0.001, 0.002] }), control);
  expect(lines).toEqual([collapsed('2 latents of kl')]);
});

it('judges each level of latents by itself', async () => {
  const lines: string[] = [];
  const { onSummary } = collapse((line) => lines.push(line));
  await onSummary!(summary({ klBottom: [0.5], klTop: [0.02, 0.001] }), control);
  expect(lines).toEqual([]);
  await onSummary!(summary({ klBottom: [0.5], klTop: [0.002, 0.001] }), control);
  expect(lines).toEqual([collapsed('2 latents of klTop')]);
  await onSummary!(summary({ klBottom: [0.003, 0.001], klTop: [0.002, 0.001] }), control);
  expect(lines).toEqual([collapsed('2 latents of klTop'), collapsed('2 latents of klBottom')]);
});

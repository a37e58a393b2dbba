import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leaves } from '@pixelrnn/core';
import { describe, expect, it } from 'vitest';
import { resolveRecipe } from '../recipe/resolve-recipe.ts';
import { inFolder } from '../train/tiny-run.fixture.ts';
import { trainRun } from '../train/train-run.ts';
import { evaluateRun } from './evaluate-run.ts';
import { readJournal } from './journal.ts';
import { openRun } from './open-run.ts';

const STORED = fileURLToPath(new URL('../../test/stored-runs', import.meta.url));

interface Expected {
  readonly step: number;
  readonly parameters: number;
  readonly nats: number;
  readonly steps: readonly number[];
  readonly finalNats: number;
}
const EXPECTED: Record<string, Expected> = JSON.parse(readFileSync(join(STORED, 'expected.json'), 'utf8'));

const TEST = { split: 'test', limit: 50, checkpoint: 'latest', record: false } as const;
const relative = (found: number, expected: number) => Math.abs(found / expected - 1);

describe.each(Object.entries(EXPECTED))('a run of %s from version 0.0.0', (name, expected) => {
  const stored = join(STORED, name);

  it('opens, with all its parameters', async () => {
    const { state, weights, config } = await openRun(stored, { checkpoint: 'latest' });
    const values = leaves<Float32Array>(weights).reduce((sum, [, { length }]) => sum + length, 0);
    expect([state.step, values, config.parameters]).toEqual([expected.step, expected.parameters, expected.parameters]);
  });

  it('evaluates to the same nats', async () => {
    expect(relative((await evaluateRun(stored, TEST)).nats, expected.nats)).toBeLessThan(1e-6);
  });

  it('goes on with the same steps', () =>
    inFolder(async (folder) => {
      const out = join(folder, 'run');
      cpSync(stored, out, { recursive: true });
      const { recipe } = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
      const asked = await resolveRecipe(recipe);
      expect(await trainRun({ out, resume: true, recipe: asked })).toMatchObject({ step: 12, interrupted: false });
      const steps = (await readJournal(out)).filter(({ event }) => event === 'step');
      expect(steps.map(({ step }) => step)).toEqual(expected.steps.map((_, i) => i + 1));
      for (const [i, { nats }] of steps.entries())
        expect(relative(Number(nats), expected.steps[i]), `step ${i + 1}`).toBeLessThan(1e-4);
      expect(relative((await evaluateRun(out, TEST)).nats, expected.finalNats)).toBeLessThan(1e-4);
    }));
});

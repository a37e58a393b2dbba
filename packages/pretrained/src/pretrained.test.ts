import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isPretrained, PRETRAINED, pretrained } from './pretrained.ts';
import { pretrainedRun } from './pretrained-run.ts';

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

it('knows its names', () => {
  expect(isPretrained('mnist-row-lstm')).toBe(true);
  expect(isPretrained('toString')).toBe(false);
});

it('takes less than 9 MB in all', () => {
  const bytes = PRETRAINED.flatMap((name) => files(pretrainedRun(name))).map((file) => statSync(file).size);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(9e6);
});

it.each(PRETRAINED)(
  '%s has its recipe, its likelihood on the splits that its data have, and weights that match their checksum',
  (name) => {
    const run = pretrainedRun(name);
    const { recipe, dataset } = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'));
    expect(recipe.preset).toBe(name);
    const { valid, test }: Record<string, number> = dataset.splits;
    expect(valid).toBeGreaterThan(500);

    const journal = readFileSync(join(run, 'journal.jsonl'), 'utf8').trim().split('\n');
    const evaluations = journal.map((line) => JSON.parse(line));
    for (const [split, images] of Object.entries({ valid, ...(test > 0 && { test }) }))
      expect(
        evaluations.find(
          (each) => each.event === 'evaluate' && each.split === split && each.images >= Math.min(1000, images),
        ),
      ).toMatchObject({ nats: expect.any(Number) });

    expect(readdirSync(run).sort()).toEqual(['checkpoints', 'config.json', 'journal.jsonl']);
    const [step] = readdirSync(join(run, 'checkpoints'));
    const checkpoint = join(run, 'checkpoints', step);
    const { config, weights } = pretrained(name);
    expect([config, weights].map((url) => fileURLToPath(url))).toEqual([
      join(run, 'config.json'),
      join(checkpoint, 'averaged.safetensors'),
    ]);
    const sums = readFileSync(join(checkpoint, 'SHA256SUMS'), 'utf8').trim().split('\n');
    expect(sums).toHaveLength(2);
    for (const line of sums) {
      const [sum, file] = line.split(/ +/);
      const content = readFileSync(join(checkpoint, file));
      expect(createHash('sha256').update(content).digest('hex')).toBe(sum);
    }
  },
);

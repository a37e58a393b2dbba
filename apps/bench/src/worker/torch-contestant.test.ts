import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MODEL_NAMES } from '../tasks/models.ts';
import { findTorch } from './find-torch.ts';
import { localContestant } from './local-contestant.ts';
import { torchContestant } from './torch-contestant.ts';

const torch = await findTorch();
const folder = await mkdtemp(join(tmpdir(), 'pixelrnn-bench-torch-'));
afterAll(() => rm(folder, { recursive: true }));
const script = join(import.meta.dirname, '..', '..', 'peers', 'peer.py');

/** Steps after which a wrong gradient of any parameter would show: RMSProp moves all of them by about the same. */
const STEPS = 8;

describe.skipIf('absent' in torch)('PyTorch', () => {
  it.each(MODEL_NAMES.filter((name) => name.startsWith('tiny-')))('trains %s as we do', async (model) => {
    const { python } = torch as { python: string };
    const task = { kind: 'train', model, batch: 3 } as const;
    const ours = localContestant({ backend: 'cpu' });
    const ready = await ours.prepare(task);
    const file = join(folder, `${model}.safetensors`);
    const config = await ours.exchange!(file);
    const rival = torchContestant({ python, script, threads: 1, device: 'cpu', file, config });
    try {
      const theirs = await rival.prepare(task);
      expect(theirs.nats! / ready.nats!).toBeCloseTo(1, 4);
      for (const contestant of [ours, rival]) expect((await contestant.run(STEPS)).step).toHaveLength(STEPS);
      const [own, other] = [await ours.finish(), await rival.finish()];
      expect(own.outcome!.steps).toBe(STEPS);
      expect(own.outcome!.nats).toBeLessThan(0.9995 * ready.nats!);
      expect(other.outcome!.nats / own.outcome!.nats).toBeCloseTo(1, 4);
    } finally {
      rival.close();
    }
  });
});

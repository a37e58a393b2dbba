import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Bound } from '@pixelrnn/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkpointFolder } from '../../../checkpoint/checkpoint.ts';
import { readJournal } from '../../../run/journal.ts';
import { diskFullAfter, inFolder, TINY_MODEL, tinyRecipe } from '../../tiny-run.fixture.ts';
import { trainRun } from '../../train-run.ts';
import type { RunCallback } from '../callback.ts';
import { tensorboard } from './tensorboard.ts';

afterEach(() => void vi.useRealTimers());

/** 8×8 black pixels. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAAAAADhZOFXAAAAC0lEQVR4XmOgEgAAAEgAAbl5AOsAAAAASUVORK5CYII=',
  'base64',
);
const run = { stop() {}, signal: new AbortController().signal };

/** Tells a callback of one step of everything, at a time that stands still. */
async function tell(callback: RunCallback, folder: string, bound: Bound = 'exact') {
  vi.useFakeTimers({ now: 1_700_000_000_500, toFake: ['Date'] });
  const likelihood = { nats: 90.5, bitsPerDim: 0.25, bound };
  await callback.onStart?.({ folder, step: 6, steps: 12, image: TINY_MODEL.image }, run);
  const speed = { gradientNorm: 3, learningRate: 0.5, imagesPerSecond: 100 };
  await callback.onSummary?.({ step: 300, epoch: 0, ...likelihood, ...speed }, run);
  const evaluation = { images: 8, standardError: 1 };
  await callback.onValidation?.({ step: 300, isBest: true, ...likelihood, ...evaluation }, run);
  const drawn = { images: new Float32Array(64), file: 'samples/300.png' };
  await callback.onSamples?.({ step: 300, png, ...drawn }, run);
}

const eventFile = (folder: string) => join(folder, readdirSync(folder)[0]);

/** What TensorBoard's own reader, which compares all checksums, makes of a folder of event files. */
function readByTensorboard(folder: string) {
  const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "images": 0})
events.Reload()
tags = events.Tags()
print(json.dumps({
  "version": events.file_version,
  "scalars": {tag: [[e.wall_time, e.step, e.value] for e in events.Scalars(tag)] for tag in tags["scalars"]},
  "images": [[i.wall_time, i.step, i.width, i.height, i.encoded_image_string.hex()] for i in events.Images("samples")] if tags["images"] else [],
}))`;
  return JSON.parse(
    execFileSync('python3', ['-c', script, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
}

const canRead = spawnSync('python3', ['-c', 'import tensorboard']).status === 0;

/** The file that {@link tell} leaves; TensorBoard 2.21.0 reads it as 'is read by TensorBoard' says. */
const GOLDEN =
  'GAAAAAAAAACjf0siCQAAIED8VNlBGg1icmFpbi5FdmVudDoyKzUxEA8AAAAAAAAAbVMrCQkAACBA/FTZQRAHOgIIAZvrBqeVAAAAAAAAANWTo0' +
  'YJAAAgQPxU2UEQrAIqhgEKEQoKdHJhaW4vbmF0cxUAALVCChkKEnRyYWluL2JpdHNfcGVyX2RpbRUAAIA+ChoKE3RyYWluL2dyYWRpZW50X25v' +
  'cm0VAABAQAoaChN0cmFpbi9sZWFybmluZ19yYXRlFQAAAD8KHgoXdHJhaW4vaW1hZ2VzX3Blcl9zZWNvbmQVAADIQr9AHq88AAAAAAAAAMi3o1' +
  'IJAAAgQPxU2UEQrAIqLgoRCgp2YWxpZC9uYXRzFQAAtUIKGQoSdmFsaWQvYml0c19wZXJfZGltFQAAgD46VmS9ZwAAAAAAAAC6rc3UCQAAIED8' +
  'VNlBEKwCKlkKVwoHc2FtcGxlcyJMCAgQCBgBIkSJUE5HDQoaCgAAAA1JSERSAAAACAAAAAgIAAAAAOFk4VcAAAALSURBVHheY6ASAAAASAABuX' +
  'kA6wAAAABJRU5ErkJgglSjqrY=';

describe('tensorboard', () => {
  it('writes the bytes that TensorBoard was seen to read', () =>
    inFolder(async (folder) => {
      await tell(tensorboard(), folder);
      const file = eventFile(join(folder, 'tensorboard'));
      expect(file).toMatch(/events\.out\.tfevents\.1700000000\.pixelrnn\.6$/);
      expect(readFileSync(file).toString('base64')).toBe(GOLDEN);
    }));

  it.each<[Bound, string]>([
    ['upper', '_upper_bound'],
    ['given-code', '_given_code'],
  ])('names what is no exact likelihood: %s', (bound, end) =>
    inFolder(async (folder) => {
      await tell(tensorboard(), folder, bound);
      const names = readFileSync(eventFile(join(folder, 'tensorboard')), 'latin1').match(/(train|valid)\/[a-z_]+/g);
      expect(names).toEqual([
        ...[`train/nats${end}`, `train/bits_per_dim${end}`],
        ...['train/gradient_norm', 'train/learning_rate', 'train/images_per_second'],
        ...[`valid/nats${end}`, `valid/bits_per_dim${end}`],
      ]);
    }),
  );

  it.runIf(canRead)('is read by TensorBoard (where Python has it; skipped elsewhere)', () =>
    inFolder(async (folder) => {
      await tell(tensorboard({ folder }), 'elsewhere');
      const time = 1_700_000_000.5;
      const { version, scalars, images } = readByTensorboard(folder);
      expect(version).toBe(2);
      expect(scalars).toEqual({
        'train/nats': [[time, 300, 90.5]],
        'train/bits_per_dim': [[time, 300, 0.25]],
        'train/gradient_norm': [[time, 300, 3]],
        'train/learning_rate': [[time, 300, 0.5]],
        'train/images_per_second': [[time, 300, 100]],
        'valid/nats': [[time, 300, 90.5]],
        'valid/bits_per_dim': [[time, 300, 0.25]],
      });
      expect(images).toEqual([[time, 300, 8, 8, Buffer.from(png).toString('hex')]]);
    }),
  );

  it.runIf(canRead)('shows each step once after a crash (where Python has TensorBoard; skipped elsewhere)', () =>
    inFolder(async (out) => {
      const controller = new AbortController();
      const onProgress = ({ step }: { step: number }) => step === 8 && controller.abort();
      const recipe = tinyRecipe({ schedule: [] });
      await trainRun({ out, recipe, callbacks: [tensorboard()], signal: controller.signal, onProgress });
      rmSync(checkpointFolder(out, 8), { recursive: true });
      await trainRun({ out, resume: true, callbacks: [tensorboard()] });
      const { scalars } = readByTensorboard(join(out, 'tensorboard'));
      const steps = (await readJournal(out)).filter(({ event }) => event === 'step');
      const found = scalars['train/nats'].map(([, step, nats]: number[]) => [step, nats]);
      expect(found).toEqual(steps.map(({ step, nats }) => [step, Math.fround(Number(nats))]));
    }),
  );

  it('says what it cannot write, and the run goes on later', () =>
    inFolder(async (out) => {
      const failed = trainRun({ out, recipe: tinyRecipe(), callbacks: [tensorboard({ files: diskFullAfter(3) })] });
      await expect(failed).rejects.toThrow(
        /^a callback failed: cannot write \S+events\.out\S+: no space left on the device; the run can go on from/,
      );
      expect(await trainRun({ out, resume: true })).toMatchObject({ step: 12, interrupted: false });
    }));
});

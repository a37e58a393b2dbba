import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { checkpointFolder, listCheckpoints, readCheckpoint } from '../checkpoint/checkpoint.ts';
import { readJournal } from '../run/journal.ts';
import type { RunCallback } from './recorders/callback.ts';
import { arrayBytes, inFolder, tinyRecipe } from './tiny-run.fixture.ts';
import { trainRun } from './train-run.ts';

const LAST = 12;
const recipe = tinyRecipe({ sampleEvery: 6, sampleCount: 2, journalEvery: 3 });

const undisturbed = inFolder(async (out) => {
  await trainRun({ out, recipe });
  return arrayBytes(out, LAST);
});

/** Remembers what it was told. */
function listener(): { callback: RunCallback; told: string[] } {
  const told: string[] = [];
  const note = (event: string) => (what: { step: number }) => void told.push(`${event} ${what.step}`);
  const callback = {
    onStart: note('start'),
    onStep: note('step'),
    onSummary: note('summary'),
    onValidation: note('validation'),
    onSamples: note('samples'),
    onCheckpoint: note('checkpoint'),
  };
  return { callback, told };
}

const lastEvent = async (run: string) => (await readJournal(run)).at(-1);

describe('callbacks', () => {
  it('are told of everything in order, and change nothing', () =>
    inFolder(async (out) => {
      const { callback, told } = listener();
      await trainRun({ out, recipe, callbacks: [callback] });
      expect(told.slice(0, 7)).toEqual([
        'start 0',
        'step 1',
        'step 2',
        'summary 3',
        'step 3',
        'checkpoint 3',
        'step 4',
      ]);
      expect(told.filter((line) => !/^(step|summary)/.test(line))).toEqual([
        'start 0',
        'checkpoint 3',
        'validation 4',
        'checkpoint 4',
        'samples 6',
        'checkpoint 6',
        'validation 8',
        'checkpoint 8',
        'checkpoint 9',
        'validation 12',
        'samples 12',
        'checkpoint 12',
      ]);
      expect(arrayBytes(out, LAST)).toEqual(await undisturbed);
    }));

  it('see what happened', () =>
    inFolder(async (out) => {
      await trainRun({
        out,
        recipe,
        callbacks: [
          {
            onStep({ steps, nats, state, secondsPerStep }) {
              expect([steps, nats > 0, state.params.size > 0, secondsPerStep > 0]).toEqual([LAST, true, true, true]);
            },
            onValidation({ images, isBest, step }) {
              expect([images, isBest || step > 4]).toEqual([8, true]);
            },
            onSamples({ images, png, file }) {
              expect([images.length, png[1], file]).toEqual([
                2 * 64,
                0x50,
                expect.stringMatching(/^samples.\d+\.png$/),
              ]);
            },
            async onCheckpoint({ folder, step }) {
              expect(folder).toBe(checkpointFolder(out, step));
              expect((await readCheckpoint(out, step)).state.step).toBe(step);
            },
          },
        ],
      });
    }));

  it('can end a run: its last step is validated, sampled and saved', () =>
    inFolder(async (out) => {
      const callbacks: RunCallback[] = [
        { onStep: ({ step }, run) => (step === 5 ? run.stop('enough of it') : undefined) },
      ];
      const result = await trainRun({ out, recipe, callbacks });
      expect(result).toMatchObject({
        step: 5,
        steps: LAST,
        interrupted: false,
        stopped: 'enough of it',
        valid: { step: 5 },
      });
      expect(existsSync(`${out}/samples/5.png`)).toBe(true);
      expect(await lastEvent(out)).toMatchObject({
        event: 'end',
        step: 5,
        interrupted: false,
        stopped: 'enough of it',
      });

      const again = await trainRun({ out, resume: true });
      expect(again).toMatchObject({ step: 5, interrupted: false, stopped: 'enough of it' });
      const on = await trainRun({ out, resume: true, steps: LAST });
      expect(on).toMatchObject({ step: LAST, interrupted: false });
      expect(on.stopped).toBeUndefined();
      expect(arrayBytes(out, LAST)).toEqual(await undisturbed);
    }));

  it('can end a run when it has been saved', () =>
    inFolder(async (out) => {
      const stop: RunCallback = { onCheckpoint: (_, run) => run.stop('saved') };
      expect(await trainRun({ out, recipe, callbacks: [stop] })).toMatchObject({ step: 3, stopped: 'saved' });
      expect(await trainRun({ out, resume: true })).toMatchObject({ step: 3, interrupted: false, stopped: 'saved' });
    }));

  it.each(['onStart', 'onStep', 'onSummary', 'onValidation', 'onSamples', 'onCheckpoint'] as const)(
    'that fail in %s end the run as an interrupt does',
    (name) =>
      inFolder(async (out) => {
        const before = tf.memory().numTensors;
        const fails = (event: { step: number }) => {
          if (event.step >= 3 || name === 'onStart') throw new Error('no more');
        };
        const { callback, told } = listener();
        const failed = trainRun({ out, recipe, callbacks: [{ [name]: fails }, callback] });
        await expect(failed).rejects.toThrow(/^a callback failed: no more; the run can go on from \S+checkpoints.\d+$/);
        expect(tf.memory().numTensors).toBe(before);
        const [step] = (await listCheckpoints(out)).slice(-1);
        expect(await lastEvent(out)).toMatchObject({ event: 'end', step, interrupted: true, error: 'no more' });
        expect(told).toContain(`checkpoint ${step}`);

        expect(await trainRun({ out, resume: true })).toMatchObject({ step: LAST, interrupted: false });
        expect(arrayBytes(out, LAST)).toEqual(await undisturbed);
      }),
  );

  it('remember, over an interrupt, what they have in a checkpoint', () =>
    inFolder(async (out) => {
      const counter = (): RunCallback & { count: number } => ({
        name: 'counter',
        count: 0,
        onStep() {
          this.count++;
        },
        state() {
          return { count: this.count };
        },
        restore({ count }) {
          this.count = Number(count);
        },
      });
      const controller = new AbortController();
      const stop: RunCallback = { onStep: ({ step }) => (step === 5 ? controller.abort() : undefined) };
      await trainRun({ out, recipe, callbacks: [counter(), stop], signal: controller.signal });
      const second = counter();
      await trainRun({ out, resume: true, callbacks: [second] });
      expect(second.count).toBe(LAST);
    }));

  it('with a state want a name of their own', () =>
    inFolder(async (out) => {
      const state = () => ({});
      await expect(trainRun({ out, recipe, callbacks: [{ state }] })).rejects.toThrow('wanted a name of the callback');
      const twice = [
        { name: 'a', state },
        { name: 'a', state },
      ];
      await expect(trainRun({ out, recipe, resume: true, callbacks: twice })).rejects.toThrow('got "a" twice');
    }));

  it('whose state fails end the run', () =>
    inFolder(async (out) => {
      const state = () => {
        throw new Error('forgotten');
      };
      const failed = trainRun({ out, recipe, callbacks: [{ name: 'a', state }] });
      await expect(failed).rejects.toThrow('a callback failed: forgotten; the run can go on from');
    }));
});

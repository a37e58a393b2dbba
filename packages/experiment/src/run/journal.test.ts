import { appendFileSync, readFileSync } from 'node:fs';
import { NODE_FILES } from '@pixelrnn/files';
import { expect, it } from 'vitest';
import { diskFullAfter, inFolder } from '../train/tiny-run.fixture.ts';
import { endCutLine, journalPath, readJournal, rewindJournal, writeJournal } from './journal.ts';

const write = async (run: string, ...steps: number[]) => {
  for (const step of steps) await writeJournal(run, { event: 'step', step, nats: 80 - step }, NODE_FILES);
};
const stepsOf = async (run: string) => (await readJournal(run)).map(({ step }) => step);

it('is one event a line, with the time', () =>
  inFolder(async (run) => {
    await write(run, 1, 2);
    expect(await readJournal(run)).toEqual([
      { event: 'step', step: 1, nats: 79, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
      { event: 'step', step: 2, nats: 78, time: expect.any(String) },
    ]);
    expect(readFileSync(journalPath(run), 'utf8').split('\n')).toHaveLength(3);
  }));

it('is empty where there is none', () =>
  inFolder(async (run) => {
    expect(await readJournal(run)).toEqual([]);
    expect(await rewindJournal(run, 5)).toBe(0);
  }));

it('ignores a line that a crash has cut', () =>
  inFolder(async (run) => {
    await write(run, 1);
    appendFileSync(journalPath(run), '{"event":"step","step":2,"na');
    expect(await stepsOf(run)).toEqual([1]);
  }));

it('goes on in a new line after one that a crash has cut', () =>
  inFolder(async (run) => {
    await endCutLine(run);
    await write(run, 1);
    await endCutLine(run);
    appendFileSync(journalPath(run), '{"event":"step","step":2,"na');
    await endCutLine(run);
    await write(run, 3);
    expect(await stepsOf(run)).toEqual([1, 3]);
    expect(readFileSync(journalPath(run), 'utf8').split('\n')).toHaveLength(4);
  }));

it('goes back to a step, without later events and cut lines, then goes on', () =>
  inFolder(async (run) => {
    await write(run, 1, 2, 3, 4);
    appendFileSync(journalPath(run), '{"event":"step","st');
    expect(await rewindJournal(run, 2)).toBe(3);
    await write(run, 3);
    expect(await stepsOf(run)).toEqual([1, 2, 3]);
  }));

it('goes back to a step of which something is still to be done', () =>
  inFolder(async (run) => {
    for (const event of ['step', 'evaluation'] as const) await writeJournal(run, { event, step: 2 }, NODE_FILES);
    expect(await rewindJournal(run, 2, NODE_FILES, ['evaluation'])).toBe(1);
    expect((await readJournal(run)).map(({ event }) => event)).toEqual(['step']);
  }));

it('goes on in a new line after one that is whole but for its end', () =>
  inFolder(async (run) => {
    appendFileSync(journalPath(run), '{"event":"step","step":1}');
    expect(await rewindJournal(run, 1)).toBe(0);
    await write(run, 2);
    expect(await stepsOf(run)).toEqual([1, 2]);
  }));

it('stays as it was when the disk is full', () =>
  inFolder(async (run) => {
    await write(run, 1, 2);
    await expect(rewindJournal(run, 1, diskFullAfter(0))).rejects.toThrow('no space left on the device');
    await expect(writeJournal(run, { event: 'end', step: 3 }, diskFullAfter(0))).rejects.toThrow(
      /^cannot write .*journal.jsonl/,
    );
    expect(await stepsOf(run)).toEqual([1, 2]);
  }));

import { expect, it } from 'vitest';
import { progressReporter } from './progress.ts';
import { recordingTerminal } from './recording-terminal.ts';

const tick = (milliseconds: number) => {
  let time = 0;
  return () => {
    time += milliseconds;
    return time;
  };
};

it('draws a bar over itself on a terminal', () => {
  const { terminal, text } = recordingTerminal({ columns: 80 });
  const progress = progressReporter(terminal, { now: tick(1000), barWidth: 4 });
  progress.update({ done: 1, total: 4, text: 'step 1' });
  progress.update({ done: 4, total: 4, text: 'step 4' });
  progress.end();
  expect(text.stderr).toBe('\r\x1b[K█░░░  25 %  step 1\r\x1b[K████ 100 %  step 4\n');
});

it('never wraps a line of the terminal', () => {
  const { terminal, text } = recordingTerminal({ columns: 10 });
  progressReporter(terminal).update({ done: 0, text: 'a long way to go' });
  expect(text.stderr).toBe('\r\x1b[Ka long wa');
});

it('writes plain lines now and then elsewhere, and always the last one', () => {
  const { terminal, text } = recordingTerminal();
  const progress = progressReporter(terminal, { now: tick(1), lineEvery: 3 });
  for (let done = 1; done <= 6; done++) progress.update({ done, total: 6, text: `step ${done}` });
  progress.end();
  progress.end();
  expect(text.stderr).toBe('step 1\nstep 4\nstep 6\n');
});

import { expect } from 'vitest';
import { lastJson, type Ran } from './terminal.fixture.ts';

/** A command line that cannot be followed ends with its exit code and one line, which `--json` repeats as an object. */
export function expectRefusal(ran: Ran, code: number, says: RegExp): void {
  expect(ran.stderr).toMatch(says);
  expect(ran.code).toBe(code);
  const lines = ran.stderr.trimEnd().split('\n');
  expect(lines.filter((line) => line.startsWith('pixelrnn: '))).toHaveLength(1);
  expect(ran.stderr).not.toMatch(/^\s+at /m);
  expect(lastJson(ran)).toEqual({ error: lines.at(-1)!.slice('pixelrnn: '.length) });
}

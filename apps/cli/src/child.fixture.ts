import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ran } from './terminal.fixture.ts';

const program = [
  fileURLToPath(new URL('../../../scripts/lib/from-source.mjs', import.meta.url)),
  fileURLToPath(new URL('main.ts', import.meta.url)),
];

/**
 * Runs a command line from its sources in a process of its own; `watch` sees what it has written to stderr so far, and may signal it.
 * @param stdoutFile an open file in the place of the pipe
 */
export function runChild(
  args: readonly string[],
  watch: (stderr: string, child: ChildProcess) => void = () => undefined,
  nodeFlags: readonly string[] = [],
  stdoutFile?: number,
): Promise<Ran> {
  const stdio = ['ignore', stdoutFile ?? 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, [...nodeFlags, ...program, ...args], { stdio: [...stdio] });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (text) => (stdout += text));
  child.stderr!.on('data', (text) => {
    stderr += text;
    watch(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

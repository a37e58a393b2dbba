import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { JsonObject } from '@pixelrnn/core';

/** A child process that answers each JSON line on its stdin with one on its stdout. */
export interface LineProcess {
  ask<T>(request: object): Promise<T>;
  close(): void;
}

export interface LineProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it is called in errors. */
  readonly label: string;
}

/**
 * Starts the child. Its stderr is kept and shown only if it dies.
 * @throws (from `ask`) if the child answers with an error, or ends
 */
export function lineProcess({ command, args, env, label }: LineProcessOptions): LineProcess {
  const child: ChildProcess = spawn(command, [...args], { env: { ...process.env, ...env }, stdio: 'pipe' });
  let pending: { resolve(line: string): void; reject(error: Error): void } | undefined;
  let complaints = '';
  let failure: Error | undefined;
  child.stderr!.on('data', (chunk) => {
    complaints = `${complaints}${chunk}`.slice(-2000);
  });
  const fail = (reason: string) => {
    failure = new Error(`${label}: ${reason}`);
    pending?.reject(failure);
    pending = undefined;
  };
  child.on('error', (error) => fail(error.message));
  child.on('close', (code, signal) => fail(`ended with ${signal ?? code}${complaints && `: ${complaints.trim()}`}`));
  child.stdin!.on('error', () => {}); // told by `close`
  createInterface({ input: child.stdout! }).on('line', (line) => {
    // Libraries may write to stdout, too: only JSON objects are answers.
    if (!line.startsWith('{')) return;
    pending?.resolve(line);
    pending = undefined;
  });
  return {
    async ask<T>(request: object): Promise<T> {
      if (failure) throw failure;
      const line = await new Promise<string>((resolve, reject) => {
        pending = { resolve, reject };
        child.stdin!.write(`${JSON.stringify(request)}\n`);
      });
      const answer = JSON.parse(line) as JsonObject;
      if (typeof answer.error === 'string') throw new Error(`${label}: ${answer.error}`);
      return answer as T;
    },
    close() {
      child.stdin!.end();
      child.kill();
    },
  };
}

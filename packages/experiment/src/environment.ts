import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import type { JsonObject } from '@pixelrnn/core';
import * as tf from '@tensorflow/tfjs-core';
import { backendRecord } from './backend-record.ts';

/**
 * What a result depends on beside its config: versions, machine, backend, and the commit of the current folder where there is one.
 *
 * @param backend report of `useBackend`
 */
export function environment(backend?: JsonObject): JsonObject {
  const commit = currentCommit();
  return {
    pixelrnn: packageVersion(),
    tfjs: tf.version_core,
    node: process.version,
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    backend: backendRecord(backend),
    ...(commit && { commit }),
  };
}

/** The same from `src` and from `dist`. */
function packageVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

/** The commit, with `-dirty` if files differ from it; undefined outside of git. */
function currentCommit(): string | undefined {
  try {
    const args = ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'];
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5000 }).trim();
  } catch {
    return undefined;
  }
}

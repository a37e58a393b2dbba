import { stat } from 'node:fs/promises';
import { checkTarget, writeFileAtomic } from '@pixelrnn/files';
import { type CommandContext, type Outcome, type SharedFlags, UsageError } from '@pixelrnn/shell';
import type { PixelrnnContext } from './define-command.ts';

/** Where a file is asked for, this is stdout, which then holds the file and nothing else. */
const STDOUT = '-';

/**
 * Sees before the work that its file can be written, by the process that will.
 * @param inputs files that the work reads, if they are given: none of them is to be lost
 * @throws UsageError if stdout would have to hold both a file and a result, or if the file is an input
 * @throws FileError if there can be no such file
 */
export async function checkOut(
  { cluster }: PixelrnnContext,
  out: string,
  { json }: SharedFlags,
  inputs: readonly (string | undefined)[] = [],
): Promise<void> {
  if (out === STDOUT) {
    if (json) throw new UsageError('stdout (-) cannot hold the file and what --json prints: wanted one of them');
    return;
  }
  if (cluster.rank > 0) return;
  const target = await identity(out);
  for (const input of inputs)
    if (input !== undefined && target !== undefined && target === (await identity(input)))
      throw new UsageError(`wanted another file to write than ${input}, which is read, got ${out}`);
  return checkTarget(out);
}

/** The same for two paths of one file; undefined where there is none. */
async function identity(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found && `${found.dev}:${found.ino}`;
}

/** @throws UsageError where stdout is asked for and is none of what is wanted */
export function refuseStdout(flag: string, path: string, wanted: string): void {
  if (path === STDOUT) throw new UsageError(`${flag} -: wanted ${wanted}`);
}

/** Writes the file that a command has made, and says so: at the command's end, or beside a file that stdout holds. */
export async function deliver(
  context: CommandContext,
  out: string,
  content: Uint8Array,
  outcome: Outcome,
): Promise<Outcome | undefined> {
  if (out !== STDOUT) {
    await writeFileAtomic(out, content);
    return outcome;
  }
  context.print(content);
  context.note(outcome.text);
  return undefined;
}

import { checkTarget, writeFileAtomic } from '@pixelrnn/files';
import { type CommandContext, type Outcome, type SharedFlags, UsageError } from '@pixelrnn/shell';
import type { PixelrnnContext } from './define-command.ts';

/** Where a file is asked for, this is stdout, which then holds the file and nothing else. */
const STDOUT = '-';

/**
 * Sees before the work that its file can be written, by the process that will.
 * @throws UsageError if stdout would have to hold both a file and a result
 * @throws FileError if there can be no such file
 */
export async function checkOut({ cluster }: PixelrnnContext, out: string, { json }: SharedFlags): Promise<void> {
  if (out !== STDOUT) return cluster.rank === 0 ? checkTarget(out) : undefined;
  if (json) throw new UsageError('stdout (-) cannot hold the file and what --json prints: wanted one of them');
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

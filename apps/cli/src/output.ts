import { writeFileAtomic } from '@pixelrnn/files';
import { type CommandContext, type Outcome, type SharedFlags, UsageError } from '@pixelrnn/shell';

/** Where a file is asked for, this is stdout, which then holds the file and nothing else. */
export const STDOUT = '-';

/** @throws UsageError if stdout would have to hold both a file and a result */
export function checkOut(out: string, { json }: SharedFlags): void {
  if (out === STDOUT && json)
    throw new UsageError('stdout (-) cannot hold the file and what --json prints: wanted one of them');
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

import { createInterface } from 'node:readline';
import type { Task } from '../tasks/task.ts';
import type { Contestant } from './protocol.ts';

type Request =
  | { readonly op: 'prepare'; readonly task: Task }
  | { readonly op: 'exchange'; readonly file: string }
  | { readonly op: 'run'; readonly count: number }
  | { readonly op: 'finish' };

/** Answers JSON lines for a contestant until its input ends. */
export async function serve(
  contestant: Contestant,
  input: NodeJS.ReadableStream,
  print: (line: string) => void,
): Promise<void> {
  for await (const line of createInterface({ input })) {
    const reply = await answer(contestant, JSON.parse(line)).catch((error: Error) => ({ error: error.message }));
    print(JSON.stringify(reply));
  }
  contestant.close();
}

async function answer(contestant: Contestant, request: Request): Promise<object> {
  switch (request.op) {
    case 'prepare':
      return contestant.prepare(request.task);
    case 'exchange':
      return contestant.exchange!(request.file);
    case 'run':
      return contestant.run(request.count);
    case 'finish':
      return contestant.finish();
  }
}

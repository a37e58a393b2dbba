import { expect, it } from 'vitest';
import { lineProcess } from './line-process.ts';

const node = (program: string) => lineProcess({ command: process.execPath, args: ['-e', program], label: 'child' });
const ECHO =
  "require('readline').createInterface({ input: process.stdin }).on('line', (l) => { console.log('chatter'); console.log(l); })";

it('asks and is answered, whatever else the child prints', async () => {
  const child = node(ECHO);
  expect(await child.ask({ value: 1 })).toEqual({ value: 1 });
  expect(await child.ask({ value: 2 })).toEqual({ value: 2 });
  await expect(child.ask({ error: 'no' })).rejects.toThrow('child: no');
  child.close();
});

it('says why a child has died', async () => {
  const child = node("console.error('out of luck'); process.exit(3)");
  await expect(child.ask({})).rejects.toThrow('child: ended with 3: out of luck');
  await expect(child.ask({})).rejects.toThrow('ended with 3');
});

it('says that a program is not there', async () => {
  const child = lineProcess({ command: '/no/such/program', args: [], label: 'child' });
  await expect(child.ask({})).rejects.toThrow('ENOENT');
});

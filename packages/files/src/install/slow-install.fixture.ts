// `<target>`: an `install` that is killed before it ends.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install } from './installation.ts';

const [, , target] = process.argv;
await install(target, async (folder) => {
  writeFileSync(join(folder, 'lib.so'), 'half');
  console.log('building');
  await new Promise((resolve) => setTimeout(resolve, 600_000));
  return ['lib.so'];
});

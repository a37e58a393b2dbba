// `npm run check:slow`: the tests with the tag `slow`, which `npm test` leaves out. The two together run every case: the files to look
// into are those that name the tag, so that no other is loaded only to be passed over. `--without-device` leaves out those that want a
// GPU: whole networks on WebGPU.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { install } from './install.mjs';
import { main, root, tool } from './lib/process.mjs';

/** Where the tag is given by a helper, its name stands for it. */
const TAG = /'slow'|tagsOn|unhurried/;

const slowFiles = () =>
  ['packages', 'apps', 'examples', 'conformance'].flatMap((room) =>
    readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
      .map((file) => path.join(room, file))
      .filter((file) => TAG.test(readFileSync(path.join(root, file), 'utf8'))),
  );

await main(async (args) => {
  await install();
  await tool('turbo', ['run', 'generate']);
  const others = args.filter((arg) => arg !== '--without-device');
  const wanted = others.length < args.length ? 'slow && !device' : 'slow';
  await tool('vitest', ['run', `--tags-filter=${wanted}`, ...slowFiles(), ...others]);
});

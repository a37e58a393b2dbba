// `npm run check:slow`: the tests with the tag `slow`, which `npm test` leaves out. The two together run every case: slow tests live in
// `conformance` (slow.test.ts), so that no other file is loaded only to be passed over. `--without-device` leaves out those that want a
// GPU: whole networks on WebGPU, of which `npm test` runs every program alone.
import { install } from './install.mjs';
import { main, tool } from './lib/process.mjs';

await main(async (args) => {
  await install();
  await tool('turbo', ['run', 'generate']);
  const others = args.filter((arg) => arg !== '--without-device');
  const wanted = others.length < args.length ? 'slow && !device' : 'slow';
  await tool('vitest', ['run', `--tags-filter=${wanted}`, 'conformance/', ...others]);
});

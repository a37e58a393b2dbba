// `npm run check:slow`: the tests with the tag `slow`, which `npm test` leaves out. The two together run every case: slow tests live in
// `conformance` (slow.test.ts), so that no other file is loaded only to be passed over.
import { install } from './install.mjs';
import { main, tool } from './lib/process.mjs';

await main(async (args) => {
  await install();
  await tool('turbo', ['run', 'generate']);
  await tool('vitest', ['run', '--tags-filter=slow', 'conformance/', ...args]);
});
